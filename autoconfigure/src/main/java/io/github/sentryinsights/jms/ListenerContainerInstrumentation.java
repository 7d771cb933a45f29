package io.github.sentryinsights.jms;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.RecordedWork;

/**
 * Has listener containers that are beans report each message they handle. One whose
 * listener is set by another bean is looked at again when all beans are there, and before
 * any container starts. One that is made without a listener after that is left alone.
 */
final class ListenerContainerInstrumentation extends JmsBeanInstrumentation<AbstractMessageListenerContainer>
		implements SmartInitializingSingleton {

	private final List<Runnable> waiting = new ArrayList<>();

	private boolean complete;

	ListenerContainerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(AbstractMessageListenerContainer.class, RecordedWork.JMS_LISTENERS, context);
	}

	@Override
	protected Object instrument(AbstractMessageListenerContainer container, String beanName,
			InstrumentationContext context) {
		ListenerContainers containers = new ListenerContainers(context);
		if (!containers.instrument(container)) {
			synchronized (this.waiting) {
				if (this.complete) {
					context.beans().leftAlone(JmsInsightsAutoConfiguration.TECHNOLOGY, beanName, "without a listener");
					return container;
				}
				this.waiting.add(() -> containers.instrument(container));
			}
		}
		context.beans().instrumented(JmsInsightsAutoConfiguration.TECHNOLOGY, beanName);
		return container;
	}

	@Override
	public void afterSingletonsInstantiated() {
		synchronized (this.waiting) {
			this.complete = true;
			this.waiting.forEach(Runnable::run);
			this.waiting.clear();
		}
	}

}
