package io.github.sentryinsights.rabbit;

import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.RecordedWork;

/**
 * Has listener containers that are beans report each message they handle.
 */
final class ListenerContainerInstrumentation extends RabbitBeanInstrumentation<AbstractMessageListenerContainer> {

	ListenerContainerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(AbstractMessageListenerContainer.class, RecordedWork.RABBIT_LISTENERS, context);
	}

	@Override
	protected boolean isEarly() {
		return true;
	}

	@Override
	protected Object instrument(AbstractMessageListenerContainer container, String beanName,
			InstrumentationContext context) {
		new ListenerContainers(context).instrument(container);
		context.beans().instrumented(RabbitInsightsAutoConfiguration.TECHNOLOGY, beanName);
		return container;
	}

	@Override
	public Optional<Consumer<@Nullable Throwable>> attempts(Object bean) {
		return (bean instanceof AbstractMessageListenerContainer container)
				? ListenerContainers.adviceOf(container).map(advice -> advice::attempted) : Optional.empty();
	}

}
