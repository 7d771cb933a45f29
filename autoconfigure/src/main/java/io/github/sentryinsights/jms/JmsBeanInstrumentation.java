package io.github.sentryinsights.jms;

import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Instruments the beans of one type of JMS, unless somebody else reports their messages.
 *
 * @param <T> the type of the beans
 */
abstract class JmsBeanInstrumentation<T> extends BeanInstrumentation<T> {

	JmsBeanInstrumentation(Class<T> type, RecordedWork work, ObjectProvider<InstrumentationContext> context) {
		super(JmsInsightsAutoConfiguration.TECHNOLOGY, type, work, context);
	}

	@Override
	protected final InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getJms();
	}

}
