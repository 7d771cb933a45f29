package io.github.sentryinsights.rabbit;

import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Instruments the beans of one type of Spring AMQP, unless somebody else reports their
 * messages.
 *
 * @param <T> the type of the beans
 */
abstract class RabbitBeanInstrumentation<T> extends BeanInstrumentation<T> {

	RabbitBeanInstrumentation(Class<T> type, RecordedWork work, ObjectProvider<InstrumentationContext> context) {
		super(RabbitInsightsAutoConfiguration.TECHNOLOGY, type, work, context);
	}

	@Override
	protected final InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRabbit();
	}

}
