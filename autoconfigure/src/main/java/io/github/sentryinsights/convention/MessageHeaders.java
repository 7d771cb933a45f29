package io.github.sentryinsights.convention;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The headers of one message, as far as they carry a trace, in the way of one broker's
 * client.
 * <p>
 * Looks up headers for whoever continues a trace, and takes those that continue one until
 * all are {@linkplain #write written}. Not safe for use by several threads.
 *
 * @since 0.1.0
 */
public abstract class MessageHeaders implements Function<String, @Nullable String>, BiConsumer<String, String> {

	/**
	 * Characters of a header that are read, as many as a baggage may have at most by its
	 * specification. What is longer is read by nobody, whoever wrote it.
	 */
	protected static final int MAX_LENGTH = 8192;

	private static final String SENTRY_MEMBER = "sentry-";

	private @Nullable String trace;

	private @Nullable String baggage;

	/**
	 * Create a view of headers.
	 */
	protected MessageHeaders() {
	}

	/**
	 * Return the headers of a message that is about to be sent.
	 * @param headers the headers, which are written
	 * @return a view of the headers
	 */
	public static MessageHeaders sent(Map<String, ? super String> headers) {
		return new MapHeaders(() -> headers, headers);
	}

	/**
	 * Return the headers of a message that has been received.
	 * @param headers the headers, whose values are text, bytes of text in UTF-8, or
	 * anything else that is a text by its {@code toString}
	 * @return a view of the headers that cannot be written to
	 */
	public static MessageHeaders received(Map<?, ?> headers) {
		return received(() -> headers);
	}

	/**
	 * Return the headers of a message that has been received, which are looked up only
	 * when they are needed.
	 * @param headers supplies the headers, always the same ones
	 * @return a view of the headers that cannot be written to
	 * @see #received(Map)
	 */
	public static MessageHeaders received(Supplier<? extends Map<?, ?>> headers) {
		return new MapHeaders(headers, null);
	}

	/**
	 * Return a header.
	 * @param name the name, one of those of {@link QueueConvention}
	 * @return the value, the last one of several, or {@code null} when there is none that
	 * can be read as text
	 */
	public abstract @Nullable String get(String name);

	/**
	 * Return all values of a header that may come several times.
	 * @param name the name, one of those of {@link QueueConvention}
	 * @return the values that can be read as text
	 */
	protected List<String> all(String name) {
		String value = get(name);
		return (value != null) ? List.of(value) : List.of();
	}

	/**
	 * Set a header, in place of all of that name.
	 * @param name the name, one of those of {@link QueueConvention}
	 * @param value the value
	 * @throws IllegalStateException if the message can no longer be written to
	 */
	protected abstract void put(String name, String value);

	/**
	 * Set a random identity, which nobody here needs to know.
	 * @throws IllegalStateException if the message can no longer be written to
	 */
	protected void putNewMessageId() {
		put(QueueConvention.MESSAGE_ID_HEADER, QueueConvention.newMessageId());
	}

	/**
	 * Set the time at which the message is handed to the broker.
	 * @param millis the time, in milliseconds since the epoch
	 * @throws IllegalStateException if the message can no longer be written to
	 */
	protected void putEnqueuedTime(long millis) {
		put(QueueConvention.ENQUEUED_TIME_HEADER, QueueConvention.enqueuedTime(millis));
	}

	/**
	 * Remove a header.
	 * @param name the name, one of those of {@link QueueConvention}
	 * @throws IllegalStateException if the message can no longer be written to
	 */
	protected abstract void remove(String name);

	/**
	 * Return the identity that the message has already, from its header or from whatever
	 * the broker's client has for it.
	 * @return the identity, or {@code null} without one
	 */
	public @Nullable String messageId() {
		return get(QueueConvention.MESSAGE_ID_HEADER);
	}

	/**
	 * Return a header for whoever continues the trace.
	 * @param name the name of the header
	 * @return the value; of a header that comes several times all of them as one list;
	 * {@code null} when it is much too long, whoever wrote it
	 */
	@Override
	public final @Nullable String apply(String name) {
		if (!name.equals(QueueConvention.BAGGAGE_HEADER)) {
			return bounded(get(name));
		}
		List<String> values = all(name);
		return switch (values.size()) {
			case 0 -> null;
			case 1 -> bounded(values.get(0));
			default -> bounded(String.join(",", values));
		};
	}

	private static @Nullable String bounded(@Nullable String value) {
		return (value != null && value.length() <= MAX_LENGTH) ? value : null;
	}

	/**
	 * Keep a header until all are {@linkplain #write written}.
	 */
	@Override
	public final void accept(String name, String value) {
		if (name.equals(QueueConvention.TRACE_HEADER)) {
			this.trace = value;
		}
		else if (name.equals(QueueConvention.BAGGAGE_HEADER)) {
			this.baggage = value;
		}
	}

	/**
	 * Return whether there is a trace for the receiver to continue.
	 * @return {@code false} while Sentry is off
	 */
	public final boolean hasTrace() {
		return this.trace != null;
	}

	/**
	 * Write the headers, in place of those of an earlier attempt, unless the message can
	 * no longer be written to.
	 * @param id the identity of the message, or {@code null} for a random one
	 * @param nowMillis the time, in milliseconds since the epoch
	 * @param withinSpan whether the trace is that of a current span; otherwise a trace
	 * that the message already carries goes on, as that of a dead letter does
	 */
	public final void write(@Nullable String id, long nowMillis, boolean withinSpan) {
		try {
			if (withinSpan || get(QueueConvention.TRACE_HEADER) == null) {
				String merged = merged();
				replace(QueueConvention.TRACE_HEADER, this.trace);
				replace(QueueConvention.BAGGAGE_HEADER, merged);
			}
			if (id != null) {
				put(QueueConvention.MESSAGE_ID_HEADER, id);
			}
			else {
				putNewMessageId();
			}
			putEnqueuedTime(nowMillis);
		}
		catch (IllegalStateException ex) {
			// A message that has been sent before cannot be written to.
		}
	}

	private void replace(String name, @Nullable String value) {
		if (value != null) {
			put(name, value);
		}
		else {
			remove(name);
		}
	}

	/**
	 * The baggage is shared with other tracing systems, whose members stay.
	 */
	private @Nullable String merged() {
		List<String> present = all(QueueConvention.BAGGAGE_HEADER);
		if (present.isEmpty()) {
			return this.baggage;
		}
		List<String> members = new ArrayList<>();
		if (this.baggage != null) {
			members.add(this.baggage);
		}
		for (String value : present) {
			for (String member : value.split(",")) {
				if (!member.isBlank() && !member.strip().startsWith(SENTRY_MEMBER)) {
					members.add(member.strip());
				}
			}
		}
		return members.isEmpty() ? null : String.join(",", members);
	}

	private static final class MapHeaders extends MessageHeaders {

		private final Supplier<? extends Map<?, ?>> headers;

		private final @Nullable Map<String, ? super String> written;

		MapHeaders(Supplier<? extends Map<?, ?>> headers, @Nullable Map<String, ? super String> written) {
			this.headers = headers;
			this.written = written;
		}

		@Override
		public @Nullable String get(String name) {
			Object value = this.headers.get().get(name);
			return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8)
					: (value != null) ? value.toString() : null;
		}

		@Override
		protected void put(String name, String value) {
			written().put(name, value);
		}

		@Override
		protected void remove(String name) {
			written().remove(name);
		}

		private Map<String, ? super String> written() {
			if (this.written == null) {
				throw new IllegalStateException("The headers of a message that has been received are not written");
			}
			return this.written;
		}

	}

}
