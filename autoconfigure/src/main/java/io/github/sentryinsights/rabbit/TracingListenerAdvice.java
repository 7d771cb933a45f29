package io.github.sentryinsights.rabbit;

import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.rabbitmq.client.Channel;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageBatch;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message or batch that the listener of a container handles, as a
 * transaction that continues the trace of the publisher and lasts until the listener is
 * done with it. The user's advice runs inside, so that retries without a new delivery and
 * what a recoverer publishes belong to it.
 * <p>
 * Replies that a template waits for are no messages to handle.
 */
final class TracingListenerAdvice implements MethodInterceptor {

	private static final BiConsumer<Attributes, RabbitMessage> DESCRIPTION = (attributes, message) -> {
		QueueConvention.received(attributes, message.headers(), message.received(), System.currentTimeMillis());
		int batchSize = message.batchSize();
		if (batchSize > 1) {
			attributes.set(QueueConvention.BATCH_SIZE, batchSize);
		}
	};

	private final Supplier<@Nullable Object> listener;

	private final Operations operations;

	private final BatchTransactions batch;

	private final Operations.Sources<String> queues;

	private final ThreadLocal<@Nullable Delivery> current = new ThreadLocal<>();

	/**
	 * Create advice for a container.
	 * @param listener returns the listener of the container
	 * @param operations starts the operations
	 * @param batch how batches are reported
	 */
	TracingListenerAdvice(Supplier<@Nullable Object> listener, Operations operations, BatchTransactions batch) {
		this.listener = listener;
		this.operations = operations;
		this.batch = batch;
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

	/**
	 * Tell how the latest attempt of a framework behind the listener went, which may deal
	 * with a failure itself.
	 * @param error the error, or {@code null} without one
	 */
	void attempted(@Nullable Throwable error) {
		Delivery delivery = this.current.get();
		if (delivery != null) {
			delivery.error(error);
		}
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
			if (listener instanceof RabbitTemplate || listener instanceof AsyncRabbitTemplate) {
				return null;
			}
			if (arguments[1] instanceof List<?> messages) {
				return beginBatch(messages.stream().map(message -> new RabbitMessage((Message) message)).toList());
			}
			RabbitMessage received = new RabbitMessage((Message) Objects.requireNonNull(arguments[1]));
			Operation operation = source(received.queue()).startTransaction(received.headers());
			if (operation.isNoop()) {
				return null;
			}
			operation.attributes(DESCRIPTION, received);
			return begun(new Delivery(operation, received.message()), delivery -> {
				if (arguments[0] instanceof Channel channel && listener instanceof MessageListener asynchronous
						&& asynchronous.isAsyncReplies()) {
					arguments[0] = delivery.following(channel);
				}
			});
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return null;
		}
	}

	/**
	 * What has begun has to end, whatever becomes of the further steps.
	 */
	private Delivery begun(Delivery delivery, Consumer<Delivery> steps) {
		try {
			steps.accept(delivery);
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
		return delivery;
	}

	private @Nullable Delivery beginBatch(List<RabbitMessage> messages) {
		if (messages.isEmpty()) {
			return null;
		}
		if (this.batch == BatchTransactions.PER_RECORD) {
			return beginEach(messages);
		}
		MessageBatch batch = new MessageBatch(messages.size());
		if (this.operations.isEnabled()) {
			messages.forEach(message -> batch.add(message.headers(), message::received));
		}
		Operation operation = source(queues(messages)).startTransaction(batch.headers());
		if (operation.isNoop()) {
			return null;
		}
		operation.attributes(attributes -> batch.describe(attributes, System.currentTimeMillis()));
		return new Delivery(operation, messages.get(0).message());
	}

	/**
	 * What the listener does belongs to the first message, as nobody can tell for which
	 * one it is done.
	 */
	private @Nullable Delivery beginEach(List<RabbitMessage> messages) {
		RabbitMessage first = messages.get(0);
		Operation operation = source(first.queue()).startTransaction(first.headers());
		if (operation.isNoop()) {
			return null;
		}
		operation.attributes(DESCRIPTION, first);
		return begun(new Delivery(operation, first.message()), delivery -> {
			for (RabbitMessage message : messages.subList(1, messages.size())) {
				Operation other = source(message.queue()).startTransactionWithin(message.headers());
				other.attributes(DESCRIPTION, message);
				delivery.add(other);
			}
		});
	}

	/**
	 * A batch of several queues has a destination of its own, as it is neither one's.
	 */
	private static String queues(List<RabbitMessage> messages) {
		return messages.stream().map(RabbitMessage::queue).distinct().sorted().collect(Collectors.joining(","));
	}

	private OperationSource source(String queue) {
		return this.queues.get(queue, TracingListenerAdvice::target);
	}

	private static OperationTarget target(String queue) {
		return QueueConvention.processes("rabbitmq", queue, QueueConvention.Origin.RABBITMQ);
	}

}
