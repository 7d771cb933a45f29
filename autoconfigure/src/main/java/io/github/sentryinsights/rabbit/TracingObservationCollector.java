package io.github.sentryinsights.rabbit;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.observation.ObservationCollector;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message that is published over the connections of a factory, and lets its
 * receivers continue the trace. The collector of the user runs inside.
 * <p>
 * This is where all messages pass that any template, listener or binder publishes. The
 * properties that the caller gave stay as they are, also when it publishes them once
 * more.
 */
final class TracingObservationCollector implements ObservationCollector {

	private static final BiConsumer<Attributes, byte[]> BODY = QueueConvention::body;

	private final ObservationCollector delegate;

	private final Operations operations;

	private final Operations.Sources<String> destinations;

	private final PublisherConfirms confirms;

	TracingObservationCollector(ObservationCollector delegate, Operations operations, PublisherConfirms confirms) {
		this.delegate = delegate;
		this.operations = operations;
		this.destinations = operations.sources();
		this.confirms = confirms;
	}

	@Override
	public void publish(PublishCall call, AMQP.Basic.Publish publish, AMQP.BasicProperties properties, byte[] body,
			ConnectionInfo connection) throws IOException {
		OperationSource source = this.destinations.get(
				RabbitDestination.published(publish.getExchange(), publish.getRoutingKey()),
				TracingObservationCollector::target);
		Operation operation = source.start();
		operation.attributes(BODY, body);
		Map<String, Object> headers = this.operations.isEnabled() ? headers(source, operation, properties) : null;
		try {
			this.delegate.publish(call, publish,
					(headers != null) ? properties.builder().headers(headers).build() : properties, body, connection);
		}
		catch (Throwable ex) {
			// An error as well ends the operation, and goes on unchanged.
			operation.fail(ex);
			operation.end();
			throw ex;
		}
		if (!operation.isNoop()) {
			this.confirms.published(operation,
					(headers != null) ? (String) headers.get(QueueConvention.MESSAGE_ID_HEADER) : null);
		}
	}

	@Override
	public Consumer basicConsume(String queue, String consumerTag, Consumer consumer) {
		return this.delegate.basicConsume(queue, consumerTag, consumer);
	}

	@Override
	public GetResponse basicGet(BasicGetCall call, String queue) {
		return this.delegate.basicGet(call, queue);
	}

	private @Nullable Map<String, Object> headers(OperationSource source, Operation operation,
			AMQP.BasicProperties properties) {
		try {
			Map<String, Object> headers = new HashMap<>();
			if (properties.getHeaders() != null) {
				headers.putAll(properties.getHeaders());
			}
			if (properties.getMessageId() != null) {
				headers.putIfAbsent(QueueConvention.MESSAGE_ID_HEADER, properties.getMessageId());
			}
			MessageHeaders carried = MessageHeaders.sent(headers);
			source.propagate(operation, carried);
			return carried.hasTrace() ? headers : null;
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return null;
		}
	}

	private static OperationTarget target(String destination) {
		return QueueConvention.publishes("rabbitmq", destination, QueueConvention.Origin.RABBITMQ);
	}

	/**
	 * Follows what becomes of published messages.
	 */
	@FunctionalInterface
	interface PublisherConfirms {

		/**
		 * End the operation of a message that this thread has published, now or when the
		 * broker confirms it.
		 * @param operation the operation
		 * @param id the identity of the message
		 */
		void published(Operation operation, @Nullable String id);

	}

}
