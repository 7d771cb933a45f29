package io.github.sentryinsights.redis;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.ExceptionTranslationStrategy;
import org.springframework.data.redis.connection.ClusterCommandExecutor;
import org.springframework.data.redis.connection.ClusterNodeResourceProvider;
import org.springframework.data.redis.connection.ClusterTopologyProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.sentryinsights.operation.Operations;

/**
 * Has other threads ask the nodes of a cluster as a part of what is current on the thread
 * that hands over the task, and waits for it.
 *
 * @param delegate runs the tasks
 * @param operations knows what is current
 */
record ClusterTasks(AsyncTaskExecutor delegate, Operations operations) implements AsyncTaskExecutor {

	/**
	 * Have the tasks of a connection factory for a cluster run so, by the executor of the
	 * application or else such a one as the factory would use.
	 * <p>
	 * The factory tells of its executor nobody, and has passed it on when it has started.
	 * @param factory the factory, started or not
	 * @param operations knows what is current
	 */
	static void handOver(LettuceConnectionFactory factory, Operations operations) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(factory);
		Object executor = fields.getPropertyValue("executor");
		if (executor instanceof ClusterTasks) {
			return;
		}
		ClusterTasks tasks = new ClusterTasks(
				(executor instanceof AsyncTaskExecutor given) ? given : new SimpleAsyncTaskExecutor(), operations);
		Object started = fields.getPropertyValue("clusterCommandExecutor");
		if (started != null) {
			fields.setPropertyValue("clusterCommandExecutor",
					tasks.executor(PropertyAccessorFactory.forDirectFieldAccess(started)));
		}
		factory.setExecutor(tasks);
	}

	/**
	 * Return an executor that shares all but its threads with another, which has no
	 * resource of its own to close.
	 */
	private ClusterCommandExecutor executor(PropertyAccessor other) {
		return new ClusterCommandExecutor((ClusterTopologyProvider) other.getPropertyValue("topologyProvider"),
				(ClusterNodeResourceProvider) other.getPropertyValue("resourceProvider"),
				(ExceptionTranslationStrategy) other.getPropertyValue("exceptionTranslationStrategy"), this);
	}

	private @Nullable Function<Object, @Nullable Object> context() {
		return this.operations.isActive() ? this.operations.handOver() : null;
	}

	@Override
	public void execute(Runnable task) {
		Function<Object, @Nullable Object> context = context();
		this.delegate.execute((context != null) ? () -> this.operations.runWithin(context, task) : task);
	}

	/**
	 * The future is that of the delegate, which may cancel it.
	 */
	@Override
	public <T> Future<T> submit(Callable<T> task) {
		Function<Object, @Nullable Object> context = context();
		return this.delegate.submit((context != null) ? () -> this.operations.callWithin(context, task::call) : task);
	}

}
