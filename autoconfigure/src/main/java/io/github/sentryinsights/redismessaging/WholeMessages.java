package io.github.sentryinsights.redismessaging;

import java.lang.ref.WeakReference;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.integration.support.MutableMessage;
import org.springframework.integration.support.MutableMessageHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Serializes messages with their headers as another serializer does, and once more when
 * they are sent, as only then there is a span whose trace they can carry. Safe for use by
 * several threads.
 */
final class WholeMessages implements RedisSerializer<Object> {

	private final RedisSerializer<Object> serializer;

	private final Operations operations;

	private final ThreadLocal<@Nullable Serialized> latest = new ThreadLocal<>();

	WholeMessages(RedisSerializer<Object> serializer, Operations operations) {
		this.serializer = serializer;
		this.operations = operations;
	}

	@Override
	public byte @Nullable [] serialize(@Nullable Object value) {
		byte[] bytes = this.serializer.serialize(value);
		if (bytes != null && value instanceof Message<?> message && this.operations.isEnabled()) {
			this.latest.set(new Serialized(new WeakReference<>(message), new WeakReference<>(bytes)));
		}
		return bytes;
	}

	@Override
	public @Nullable Object deserialize(byte @Nullable [] bytes) {
		return this.serializer.deserialize(bytes);
	}

	/**
	 * Let what this thread has serialized last carry the trace.
	 * @param bytes what is about to be sent
	 * @param source the source of the operation
	 * @param operation the operation that sends it
	 * @return what to send in its place
	 */
	byte[] withTrace(byte[] bytes, OperationSource source, Operation operation) {
		Serialized latest = this.latest.get();
		if (latest == null) {
			return bytes;
		}
		this.latest.remove();
		Message<?> message = latest.bytes().refersTo(bytes) ? latest.message().get() : null;
		if (message == null) {
			return bytes;
		}
		try {
			Message<?> traced = withTrace(message, source, operation);
			byte[] again = (traced != message) ? this.serializer.serialize(traced) : null;
			return (again != null) ? again : bytes;
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return bytes;
		}
	}

	/**
	 * Let a message carry the trace in its headers. It keeps its identity and its
	 * timestamp.
	 * @param message the message
	 * @param source the source of the operation
	 * @param operation the operation that sends it
	 * @return a copy, or the message itself when there is no trace or it is of a class of
	 * its own
	 */
	static Message<?> withTrace(Message<?> message, OperationSource source, Operation operation) {
		Class<?> type = message.getClass();
		if (type != GenericMessage.class && type != MutableMessage.class) {
			return message;
		}
		MutableMessageHeaders copied = new MutableMessageHeaders(message.getHeaders());
		MessageHeaders headers = MessageHeaders.sent(copied);
		source.propagate(operation, headers);
		return headers.hasTrace() ? new GenericMessage<>(message.getPayload(), copied) : message;
	}

	/**
	 * A message between the two, kept only as long as its sender keeps it: one that finds
	 * no connection, or that is bound to the thread, is not asked for.
	 */
	private record Serialized(WeakReference<Message<?>> message, WeakReference<byte[]> bytes) {
	}

}
