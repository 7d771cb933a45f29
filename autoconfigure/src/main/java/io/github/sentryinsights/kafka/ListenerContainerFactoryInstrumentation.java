package io.github.sentryinsights.kafka;

import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.config.ContainerCustomizer;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has the containers of a factory report what their listeners handle. The customizer of
 * the user is read from its field, as there is no getter.
 */
@SuppressWarnings({ "rawtypes", "unchecked" })
final class ListenerContainerFactoryInstrumentation extends BeanInstrumentation<AbstractKafkaListenerContainerFactory> {

	private final ObjectProvider<ListenerContainers> containers;

	ListenerContainerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<ListenerContainers> containers) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, AbstractKafkaListenerContainerFactory.class,
				RecordedWork.KAFKA_LISTENERS, context);
		this.containers = containers;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected boolean isObserved(AbstractKafkaListenerContainerFactory factory) {
		return factory.getContainerProperties().isObservationEnabled();
	}

	@Override
	protected Object instrument(AbstractKafkaListenerContainerFactory factory, String beanName,
			InstrumentationContext context) {
		ContainerCustomizer customizer = (ContainerCustomizer) PropertyAccessorFactory.forDirectFieldAccess(factory)
			.getPropertyValue("containerCustomizer");
		if (!(customizer instanceof TracingContainerCustomizer)) {
			factory.setContainerCustomizer(
					new TracingContainerCustomizer(customizer, this.containers.getObject(), context.operations()));
		}
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return factory;
	}

}
