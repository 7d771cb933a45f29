package io.github.sentryinsights.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.pattern.CompositeConverter;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.scrub.PiiScrubber;

/**
 * A conversion word for patterns of Logback that replaces personal data and secrets in
 * whatever stands in its parentheses, such as {@code %scrub(%msg%n%ex)}.
 * <p>
 * Logback makes it, before there is an application context. Until then, and where there
 * is none, it goes by the default rules; afterwards by those of the context. Safe for use
 * by several threads.
 *
 * @since 0.1.0
 */
public final class ScrubbingConverter extends CompositeConverter<ILoggingEvent> {

	/** Under this name the context of Logback holds the scrubber of the application. */
	static final String SCRUBBER = PiiScrubber.class.getName();

	private final PiiScrubber byDefault = PiiScrubber.of(new InsightsProperties.Pii());

	@Override
	protected String transform(ILoggingEvent event, @Nullable String in) {
		return (in != null && !in.isEmpty()) ? scrubber().scrub(in) : "";
	}

	private PiiScrubber scrubber() {
		Context context = getContext();
		return (context != null && context.getObject(SCRUBBER) instanceof PiiScrubber scrubber) ? scrubber
				: this.byDefault;
	}

}
