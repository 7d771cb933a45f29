package io.github.sentryinsights.kafka;

import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has listener containers that are beans report what their listeners handle.
 */
@SuppressWarnings("rawtypes")
final class ListenerContainerInstrumentation extends BeanInstrumentation<AbstractMessageListenerContainer> {

	private final ObjectProvider<ListenerContainers> containers;

	ListenerContainerInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<ListenerContainers> containers) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, AbstractMessageListenerContainer.class,
				RecordedWork.KAFKA_LISTENERS, context);
		this.containers = containers;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected boolean isObserved(AbstractMessageListenerContainer container) {
		return container.getContainerProperties().isObservationEnabled();
	}

	@Override
	protected Object instrument(AbstractMessageListenerContainer container, String beanName,
			InstrumentationContext context) {
		this.containers.getObject().instrument((AbstractMessageListenerContainer<?, ?>) container);
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return container;
	}

	@Override
	public Optional<Consumer<@Nullable Throwable>> attempts(Object bean) {
		return (bean instanceof AbstractMessageListenerContainer<?, ?> container)
				? ListenerContainers.deliveriesOf(container).map(deliveries -> deliveries::attempted)
				: Optional.empty();
	}

}
