package io.github.sentryinsights.rabbit;

import java.util.function.Supplier;

import com.rabbitmq.client.Channel;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message that the listener of a container handles, as a transaction that
 * continues the trace of the publisher and lasts until the listener is done with it. The
 * user's advice runs inside, so that retries without a new delivery and what a recoverer
 * publishes belong to it.
 * <p>
 * Replies that a template waits for are no messages to handle.
 */
final class TracingListenerAdvice implements MethodInterceptor {

	private final Supplier<@Nullable Object> listener;

	private final Operations operations;

	private final Operations.Sources<String> queues;

	private final ThreadLocal<@Nullable Delivery> current = new ThreadLocal<>();

	/**
	 * Create advice for a container.
	 * @param listener returns the listener of the container
	 * @param operations starts the operations
	 */
	TracingListenerAdvice(Supplier<@Nullable Object> listener, Operations operations) {
		this.listener = listener;
		this.operations = operations;
		this.queues = operations.sources();
	}

	/**
	 * Return the advice to put around each attempt, behind the user's: an attempt that
	 * failed counts even if a recoverer has dealt with it.
	 * @return the advice
	 */
	MethodInterceptor attempts() {
		return invocation -> {
			Delivery delivery = this.current.get();
			if (delivery == null) {
				return invocation.proceed();
			}
			delivery.error(null);
			try {
				return invocation.proceed();
			}
			catch (Throwable ex) {
				delivery.error(ex);
				throw ex;
			}
		};
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Delivery delivery = begin(invocation.getArguments());
		if (delivery == null) {
			return invocation.proceed();
		}
		Delivery outer = this.current.get();
		this.current.set(delivery);
		try {
			return invocation.proceed();
		}
		catch (Throwable ex) {
			// An error as well ends the delivery, and goes on unchanged.
			delivery.error(ex);
			throw ex;
		}
		finally {
			if (outer != null) {
				this.current.set(outer);
			}
			else {
				this.current.remove();
			}
			delivery.returned();
		}
	}

	private @Nullable Delivery begin(@Nullable Object[] arguments) {
		try {
			Object listener = this.listener.get();
			if (listener instanceof RabbitTemplate || listener instanceof AsyncRabbitTemplate
					|| !(arguments[1] instanceof Message message)) {
				return null;
			}
			RabbitMessage received = new RabbitMessage(message);
			OperationSource source = this.queues.get(
					RabbitDestination.queue(message.getMessageProperties().getConsumerQueue()),
					TracingListenerAdvice::target);
			Operation operation = source.startTransaction(received.headers());
			if (operation.isNoop()) {
				return null;
			}
			Delivery delivery = new Delivery(operation, message);
			operation.attributes((attributes, from) -> QueueConvention.received(attributes, from.headers(),
					from.received(), System.currentTimeMillis()), received);
			if (arguments[0] instanceof Channel channel && listener instanceof MessageListener asynchronous
					&& asynchronous.isAsyncReplies()) {
				arguments[0] = delivery.following(channel);
			}
			return delivery;
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return null;
		}
	}

	private static OperationTarget target(String queue) {
		return QueueConvention.processes("rabbitmq", queue, QueueConvention.Origin.RABBITMQ);
	}

}
