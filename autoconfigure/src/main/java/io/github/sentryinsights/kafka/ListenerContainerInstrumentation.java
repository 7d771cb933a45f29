package io.github.sentryinsights.kafka;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has listener containers that are beans report each record they handle. Batch listeners
 * are left alone.
 */
@SuppressWarnings({ "rawtypes", "unchecked" })
final class ListenerContainerInstrumentation extends BeanInstrumentation<AbstractMessageListenerContainer> {

	ListenerContainerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, AbstractMessageListenerContainer.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(AbstractMessageListenerContainer container, String beanName,
			InstrumentationContext context) {
		RecordInterceptor interceptor = RecordInterceptors.compose(container, context.operations());
		if (interceptor != null) {
			container.setRecordInterceptor(interceptor);
		}
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return container;
	}

}
