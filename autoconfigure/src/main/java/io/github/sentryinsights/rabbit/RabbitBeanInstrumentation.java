package io.github.sentryinsights.rabbit;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.MessageRecorders;

/**
 * Instruments the beans of one type of Spring AMQP, unless somebody else reports their
 * messages.
 *
 * @param <T> the type of the beans
 */
abstract class RabbitBeanInstrumentation<T> extends BeanInstrumentation<T> {

	private final @Nullable String recorder;

	RabbitBeanInstrumentation(Class<T> type, ObjectProvider<InstrumentationContext> context, Environment environment) {
		super(RabbitInsightsAutoConfiguration.TECHNOLOGY, type, context);
		this.recorder = MessageRecorders.of(environment, "rabbitmq", "spring-rabbit");
	}

	@Override
	protected final InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRabbit();
	}

	@Override
	protected final @Nullable String recorder() {
		return this.recorder;
	}

}
