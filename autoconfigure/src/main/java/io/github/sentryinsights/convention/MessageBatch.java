package io.github.sentryinsights.convention;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Messages that are handled at once, as one operation.
 * <p>
 * Sentry's protocol has links between traces, its Java SDK has none. So the operation
 * belongs to the trace of its messages only when they all have the same one, and
 * otherwise has a trace of its own and names theirs. Used by one thread.
 *
 * @since 0.1.0
 */
public final class MessageBatch {

	/** The number of traces that are named at most. */
	public static final int MAX_TRACES = 20;

	private static final int TRACE_ID_LENGTH = 32;

	private static final int TRACE_LENGTH = TRACE_ID_LENGTH + 1 + 16;

	private final List<Message> messages;

	/**
	 * Create a batch.
	 * @param size the number of messages
	 */
	public MessageBatch(int size) {
		this.messages = new ArrayList<>(size);
	}

	/**
	 * Add a message.
	 * @param headers the headers of the message
	 * @param message tells what else is known of it, asked when the batch is described
	 */
	public void add(MessageHeaders headers, Supplier<ReceivedMessage> message) {
		this.messages.add(new Message(headers, message));
	}

	/**
	 * Return the headers to continue.
	 * @return those of the first message, or none when not all have the same trace
	 */
	public Function<String, @Nullable String> headers() {
		String common = null;
		for (Message message : this.messages) {
			String trace = trace(message);
			if (trace == null || (common != null && !common.regionMatches(0, trace, 0, TRACE_ID_LENGTH))) {
				return name -> null;
			}
			common = trace;
		}
		return (common != null) ? this.messages.get(0).headers() : name -> null;
	}

	/**
	 * Describe the batch: the identity is that of its first message, the latency that of
	 * all in the mean.
	 * @param attributes the attributes of the operation
	 * @param nowMillis the time of receipt, in milliseconds since the epoch
	 */
	public void describe(Attributes attributes, long nowMillis) {
		if (this.messages.isEmpty()) {
			return;
		}
		attributes.set(QueueConvention.BATCH_SIZE, this.messages.size());
		Set<String> traces = new LinkedHashSet<>();
		long bytes = 0;
		int retries = 0;
		long latencies = 0;
		long longest = -1;
		int timed = 0;
		for (Message message : this.messages) {
			ReceivedMessage received = message.message().get();
			if (message == this.messages.get(0)) {
				attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.messageId(message.headers(), received));
			}
			bytes += Math.max(0, received.bodySize());
			retries = Math.max(retries, received.retries());
			long latency = QueueConvention.latency(message.headers(), received, nowMillis);
			if (latency >= 0) {
				latencies += latency;
				longest = Math.max(longest, latency);
				timed++;
			}
			String trace = (traces.size() < MAX_TRACES) ? trace(message) : null;
			if (trace != null) {
				traces.add(trace);
			}
		}
		attributes.set(QueueConvention.BODY_SIZE, bytes);
		attributes.set(QueueConvention.RETRY_COUNT, retries);
		if (timed > 0) {
			attributes.set(QueueConvention.RECEIVE_LATENCY, Math.round((double) latencies / timed));
			attributes.set(QueueConvention.BATCH_MAX_LATENCY, longest);
		}
		if (!traces.isEmpty()) {
			attributes.set(QueueConvention.BATCH_TRACES, List.copyOf(traces));
		}
	}

	/**
	 * Only what has the form of a trace leaves the process.
	 */
	private static @Nullable String trace(Message message) {
		String header = message.headers().get(QueueConvention.TRACE_HEADER);
		if (header == null || header.length() < TRACE_LENGTH) {
			return null;
		}
		for (int i = 0; i < TRACE_LENGTH; i++) {
			char character = header.charAt(i);
			if ((i == TRACE_ID_LENGTH) ? character != '-' : Character.digit(character, 16) < 0) {
				return null;
			}
		}
		return header.substring(0, TRACE_LENGTH);
	}

	private record Message(MessageHeaders headers, Supplier<ReceivedMessage> message) {
	}

}
