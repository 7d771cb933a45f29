package io.github.sentryinsights.async;

import java.util.concurrent.Executor;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.SimpleApplicationEventMulticaster;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Has a multicaster that tells listeners on other threads hand over the trace of whoever
 * publishes the event. Those that tell them on the same thread need nothing.
 * <p>
 * The executor is read from its field, as its getter is for subclasses only.
 */
final class EventMulticasterInstrumentation extends BeanInstrumentation<SimpleApplicationEventMulticaster> {

	EventMulticasterInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(AsyncAutoConfiguration.TECHNOLOGY, SimpleApplicationEventMulticaster.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getAsync();
	}

	@Override
	protected Object instrument(SimpleApplicationEventMulticaster multicaster, String beanName,
			InstrumentationContext context) {
		Object executor = PropertyAccessorFactory.forDirectFieldAccess(multicaster).getPropertyValue("taskExecutor");
		if (executor instanceof Executor delegate && !(executor instanceof HandingOver)) {
			OperationSource source = context.operations()
				.source(FunctionConvention.runs(FunctionConvention.Origin.ASYNC, beanName));
			multicaster.setTaskExecutor(new HandingOver(delegate, context.operations(), source));
			context.beans().instrumented(AsyncAutoConfiguration.TECHNOLOGY, beanName);
		}
		return multicaster;
	}

	/**
	 * An executor whose tasks run within the trace of whoever hands them over.
	 *
	 * @param delegate runs the tasks
	 * @param operations knows what is current
	 * @param source starts the operations of the tasks
	 */
	private record HandingOver(Executor delegate, Operations operations, OperationSource source) implements Executor {

		@Override
		public void execute(Runnable task) {
			Function<Object, @Nullable Object> context = this.operations.handOver();
			if (context == null) {
				this.delegate.execute(task);
				return;
			}
			this.delegate.execute(() -> {
				Operation operation = this.source.startHandedOver(context, OperationSource.Handover.PART);
				operation.run(task::run);
			});
		}

	}

}
