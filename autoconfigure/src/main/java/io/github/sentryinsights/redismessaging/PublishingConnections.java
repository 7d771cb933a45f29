package io.github.sentryinsights.redismessaging;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.InfrastructureProxy;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.DefaultStringRedisConnection;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConnection;

import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports the messages that an adapter sends where the template that it has made by hand
 * hands them to its connection: only there it is known what is sent where. A connection
 * that is bound to the thread, as within a transaction of Redis, stays in use as it is.
 * Safe for use by several threads.
 */
final class PublishingConnections implements RedisConnectionFactory, InfrastructureProxy {

	private final RedisConnectionFactory factory;

	private final Destinations destinations;

	private final Operations operations;

	private final @Nullable WholeMessages wholeMessages;

	private volatile @Nullable OperationSource latest;

	/**
	 * Create a factory in place of another one.
	 * @param factory the other one
	 * @param destinations starts the operations
	 * @param operations tells whether anything is kept of a message
	 * @param wholeMessages serializes messages with their headers, or {@code null} where
	 * a message has none when it is sent
	 */
	PublishingConnections(RedisConnectionFactory factory, Destinations destinations, Operations operations,
			@Nullable WholeMessages wholeMessages) {
		this.factory = factory;
		this.destinations = destinations;
		this.operations = operations;
		this.wholeMessages = wholeMessages;
	}

	@Override
	public RedisConnection getConnection() {
		RedisConnection connection = this.factory.getConnection();
		return isActive() ? new Publishing(connection) : connection;
	}

	/**
	 * Whether messages are counted, any source tells as well as another. What has headers
	 * carries the trace also when it is not sampled.
	 */
	private boolean isActive() {
		OperationSource latest = this.latest;
		return latest == null || latest.isActive() || (this.wholeMessages != null && this.operations.isEnabled());
	}

	@Override
	public boolean getConvertPipelineAndTxResults() {
		return this.factory.getConvertPipelineAndTxResults();
	}

	@Override
	public RedisClusterConnection getClusterConnection() {
		return this.factory.getClusterConnection();
	}

	@Override
	public RedisSentinelConnection getSentinelConnection() {
		return this.factory.getSentinelConnection();
	}

	@Override
	public @Nullable DataAccessException translateExceptionIfPossible(RuntimeException error) {
		return this.factory.translateExceptionIfPossible(error);
	}

	@Override
	public Object getWrappedObject() {
		return this.factory;
	}

	/**
	 * Reports what is pushed or published. Built on what Spring Data has for connections
	 * in front of others, so that it knows all commands there are.
	 */
	private final class Publishing extends DefaultStringRedisConnection {

		Publishing(RedisConnection connection) {
			super(connection);
		}

		@Override
		public @Nullable Long publish(byte[] channel, byte[] message) {
			return send(channel, message, sent -> super.publish(channel, sent));
		}

		@Override
		public @Nullable Long lPush(byte[] key, byte[]... values) {
			return (values.length == 1) ? send(key, values[0], sent -> super.lPush(key, sent))
					: super.lPush(key, values);
		}

		@Override
		public @Nullable Long rPush(byte[] key, byte[]... values) {
			return (values.length == 1) ? send(key, values[0], sent -> super.rPush(key, sent))
					: super.rPush(key, values);
		}

		private @Nullable Long send(byte[] destination, byte[] body, Function<byte[], @Nullable Long> command) {
			OperationSource source = PublishingConnections.this.destinations.published(destination);
			PublishingConnections.this.latest = source;
			WholeMessages wholeMessages = PublishingConnections.this.wholeMessages;
			Operation operation = source.startCurrent();
			return operation.around(() -> {
				if (operation.isRecording()) {
					operation.attributes(attributes -> {
						attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId());
						if (wholeMessages == null) {
							attributes.set(QueueConvention.BODY_SIZE, (long) body.length);
						}
					});
				}
				return command.apply((wholeMessages != null) ? wholeMessages.withTrace(body, source, operation) : body);
			});
		}

	}

}
