package io.github.sentryinsights.rabbit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.aopalliance.aop.Advice;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.beans.PropertyAccessorFactory;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.operation.Operations;

/**
 * Puts advice of its own around the advice of listener containers.
 * <p>
 * The chain is the one way to a container that does not care when and how its listener is
 * set. It is read from its field, as its getter is not public.
 */
final class ListenerContainers {

	private final Operations operations;

	private final BatchTransactions batch;

	ListenerContainers(InstrumentationContext context) {
		this.operations = context.operations();
		this.batch = context.properties().getRabbit().getBatch();
	}

	/**
	 * Have a container report each message it handles. Does nothing to one that does
	 * already, or that cannot be read.
	 * @param container the container
	 */
	void instrument(AbstractMessageListenerContainer container) {
		try {
			List<Advice> chain = new ArrayList<>(chain(container));
			if (adviceOf(container).isEmpty()) {
				TracingListenerAdvice advice = new TracingListenerAdvice(container::getMessageListener, this.operations,
						this.batch);
				chain.add(advice.attempts());
				chain.add(0, advice);
				container.setAdviceChain(chain.toArray(Advice[]::new));
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	/**
	 * Return the advice that reports what a container handles.
	 * @param container the container
	 * @return the advice, if the container is instrumented
	 */
	static Optional<TracingListenerAdvice> adviceOf(AbstractMessageListenerContainer container) {
		return chain(container).stream()
			.filter(TracingListenerAdvice.class::isInstance)
			.map(TracingListenerAdvice.class::cast)
			.findFirst();
	}

	private static List<Advice> chain(AbstractMessageListenerContainer container) {
		Advice[] present = (Advice[]) PropertyAccessorFactory.forDirectFieldAccess(container)
			.getPropertyValue("adviceChain");
		return (present != null) ? Arrays.asList(present) : List.of();
	}

}
