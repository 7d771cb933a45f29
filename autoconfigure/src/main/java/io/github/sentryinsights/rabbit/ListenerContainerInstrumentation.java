package io.github.sentryinsights.rabbit;

import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * Has listener containers that are beans report each message they handle.
 */
final class ListenerContainerInstrumentation extends RabbitBeanInstrumentation<AbstractMessageListenerContainer> {

	ListenerContainerInstrumentation(ObjectProvider<InstrumentationContext> context, Environment environment) {
		super(AbstractMessageListenerContainer.class, context, environment);
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

}
