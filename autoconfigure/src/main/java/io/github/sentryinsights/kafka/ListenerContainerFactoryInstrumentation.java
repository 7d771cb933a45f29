package io.github.sentryinsights.kafka;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has the containers of a factory report each record their listeners handle. Batch
 * listeners are left alone.
 */
@SuppressWarnings({ "rawtypes", "unchecked" })
final class ListenerContainerFactoryInstrumentation extends BeanInstrumentation<AbstractKafkaListenerContainerFactory> {

	ListenerContainerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, AbstractKafkaListenerContainerFactory.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(AbstractKafkaListenerContainerFactory factory, String beanName,
			InstrumentationContext context) {
		RecordInterceptor interceptor = RecordInterceptors.compose(factory, context.operations());
		if (interceptor != null) {
			factory.setRecordInterceptor(interceptor);
		}
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return factory;
	}

}
