package io.github.sentryinsights.rabbit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MetricsCollector;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;

/**
 * Ends the operations of published messages: on a channel with publisher confirms when
 * the broker confirms the message, and otherwise when it is sent. What the broker returns
 * or rejects, and what a channel that closes leaves unconfirmed, has failed.
 * <p>
 * The client tells its collector of metrics all this, whether anybody listens to confirms
 * or not. The collector of the user is told all the same.
 */
final class ConfirmCollector implements MetricsCollector, TracingObservationCollector.PublisherConfirms {

	private final MetricsCollector delegate;

	private final ConnectionFactory factory;

	private final Operations operations;

	private final Map<Channel, UnconfirmedMessages> channels = new ConcurrentHashMap<>();

	private final ThreadLocal<@Nullable Published> published = new ThreadLocal<>();

	ConfirmCollector(MetricsCollector delegate, ConnectionFactory factory, Operations operations) {
		this.delegate = delegate;
		this.factory = factory;
		this.operations = operations;
	}

	@Override
	public void published(Operation operation, @Nullable String id) {
		if (this.factory.getMetricsCollector() == this) {
			this.published.set(new Published(operation, id));
		}
		else {
			// Another collector has taken this place, and nothing comes back.
			operation.end();
		}
	}

	@Override
	public void basicPublish(Channel channel) {
		this.delegate.basicPublish(channel);
		Published published = this.published.get();
		if (published == null) {
			return;
		}
		this.published.remove();
		long next = channel.getNextPublishSeqNo();
		UnconfirmedMessages unconfirmed = (next > 0) ? this.channels.get(channel) : null;
		if (unconfirmed != null) {
			unconfirmed.add(next - 1, published);
		}
		else {
			published.operation().end();
		}
	}

	@Override
	public void basicPublishFailure(Channel channel, Throwable cause) {
		this.delegate.basicPublishFailure(channel, cause);
	}

	@Override
	public void basicPublishAck(Channel channel, long deliveryTag, boolean multiple) {
		this.delegate.basicPublishAck(channel, deliveryTag, multiple);
		confirm(channel, deliveryTag, multiple, Outcome.SUCCESS);
	}

	@Override
	public void basicPublishNack(Channel channel, long deliveryTag, boolean multiple) {
		this.delegate.basicPublishNack(channel, deliveryTag, multiple);
		confirm(channel, deliveryTag, multiple, Outcome.ERROR);
	}

	@Override
	public void basicPublishUnrouted(Channel channel) {
		this.delegate.basicPublishUnrouted(channel);
	}

	@Override
	public void newConnection(Connection connection) {
		this.delegate.newConnection(connection);
	}

	@Override
	public void closeConnection(Connection connection) {
		this.delegate.closeConnection(connection);
	}

	@Override
	public void newChannel(Channel channel) {
		this.delegate.newChannel(channel);
		if (channel == null) {
			return;
		}
		try {
			UnconfirmedMessages unconfirmed = new UnconfirmedMessages();
			this.channels.put(channel, unconfirmed);
			channel.addReturnListener(
					(code, text, exchange, routingKey, properties, body) -> unconfirmed.returned(id(properties)));
			// The collector is told only after the listeners, one of which may end the
			// trace.
			channel.addConfirmListener((tag, multiple) -> unconfirmed.confirm(tag, multiple, Outcome.SUCCESS),
					(tag, multiple) -> unconfirmed.confirm(tag, multiple, Outcome.ERROR));
			channel.addShutdownListener(cause -> {
				this.channels.remove(channel);
				unconfirmed.close();
			});
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	@Override
	public void closeChannel(Channel channel) {
		this.delegate.closeChannel(channel);
	}

	@Override
	public void consumedMessage(Channel channel, long deliveryTag, boolean autoAck) {
		this.delegate.consumedMessage(channel, deliveryTag, autoAck);
	}

	@Override
	public void consumedMessage(Channel channel, long deliveryTag, String consumerTag) {
		this.delegate.consumedMessage(channel, deliveryTag, consumerTag);
	}

	@Override
	public void basicAck(Channel channel, long deliveryTag, boolean multiple) {
		this.delegate.basicAck(channel, deliveryTag, multiple);
	}

	@Override
	public void basicNack(Channel channel, long deliveryTag) {
		this.delegate.basicNack(channel, deliveryTag);
	}

	@Override
	public void basicNack(Channel channel, long deliveryTag, boolean requeue) {
		this.delegate.basicNack(channel, deliveryTag, requeue);
	}

	@Override
	public void basicReject(Channel channel, long deliveryTag) {
		this.delegate.basicReject(channel, deliveryTag);
	}

	@Override
	public void basicReject(Channel channel, long deliveryTag, boolean requeue) {
		this.delegate.basicReject(channel, deliveryTag, requeue);
	}

	@Override
	public void basicConsume(Channel channel, String consumerTag, boolean autoAck) {
		this.delegate.basicConsume(channel, consumerTag, autoAck);
	}

	@Override
	public void basicCancel(Channel channel, String consumerTag) {
		this.delegate.basicCancel(channel, consumerTag);
	}

	private void confirm(Channel channel, long deliveryTag, boolean multiple, Outcome outcome) {
		UnconfirmedMessages unconfirmed = this.channels.get(channel);
		if (unconfirmed != null) {
			unconfirmed.confirm(deliveryTag, multiple, outcome);
		}
	}

	private static @Nullable String id(AMQP.BasicProperties properties) {
		Map<String, Object> headers = properties.getHeaders();
		Object id = (headers != null) ? headers.get(QueueConvention.MESSAGE_ID_HEADER) : null;
		return (id != null) ? id.toString() : properties.getMessageId();
	}

	/**
	 * A message that has been published.
	 *
	 * @param operation its operation
	 * @param id its identity
	 */
	record Published(Operation operation, @Nullable String id) {
	}

}
