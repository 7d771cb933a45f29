package io.github.sentryinsights.jms;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.MessageRecorders;

/**
 * Instruments the beans of one type of JMS, unless somebody else reports their messages.
 *
 * @param <T> the type of the beans
 */
abstract class JmsBeanInstrumentation<T> extends BeanInstrumentation<T> {

	private final @Nullable String recorder;

	JmsBeanInstrumentation(Class<T> type, ObjectProvider<InstrumentationContext> context, Environment environment) {
		super(JmsInsightsAutoConfiguration.TECHNOLOGY, type, context);
		this.recorder = MessageRecorders.of(environment, "jms", "spring-jms");
	}

	@Override
	protected final InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getJms();
	}

	@Override
	protected final @Nullable String recorder() {
		return this.recorder;
	}

}
