package io.github.sentryinsights.logging;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

import io.github.sentryinsights.scrub.PiiScrubber;

/**
 * Hands the scrubber of the application context to Logback, and takes it back at the end.
 */
final class LogbackScrubber implements InitializingBean, DisposableBean {

	private final PiiScrubber scrubber;

	LogbackScrubber(PiiScrubber scrubber) {
		this.scrubber = scrubber;
	}

	@Override
	public void afterPropertiesSet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			context.putObject(ScrubbingConverter.SCRUBBER, this.scrubber);
		}
	}

	@Override
	public void destroy() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
				&& context.getObject(ScrubbingConverter.SCRUBBER) == this.scrubber) {
			context.removeObject(ScrubbingConverter.SCRUBBER);
		}
	}

}
