package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * Encodes headers, those that many records of a thread share only once: the trace of a
 * request that is not sampled, its baggage, and the time of one millisecond. Without any
 * order between threads, as one that sees an old header here only encodes its own.
 */
final class RecentHeaders {

	/** A power of two. */
	private static final int THREADS = 256;

	private final @Nullable Encoded[] traces = new Encoded[THREADS];

	private final @Nullable Encoded[] baggages = new Encoded[THREADS];

	private final @Nullable Timed[] times = new Timed[THREADS];

	/**
	 * Return a header.
	 * @param name the name, one of those of {@link QueueConvention}
	 * @param value the value
	 * @return the header, which several records may share
	 */
	Header of(String name, String value) {
		return switch (name) {
			case QueueConvention.TRACE_HEADER -> of(this.traces, name, value);
			case QueueConvention.BAGGAGE_HEADER -> of(this.baggages, name, value);
			default -> encode(name, value);
		};
	}

	/**
	 * Return the header with a random identity.
	 * @return the header
	 */
	static Header newMessageId() {
		return new RecordHeader(QueueConvention.MESSAGE_ID_HEADER, QueueConvention.newMessageIdBytes());
	}

	/**
	 * Return the header with the time at which a record is sent.
	 * @param millis the time, in milliseconds since the epoch
	 * @return the header, which several records may share
	 */
	Header enqueuedTime(long millis) {
		int place = place();
		Timed timed = this.times[place];
		if (timed == null || timed.millis() != millis) {
			timed = new Timed(millis,
					encode(QueueConvention.ENQUEUED_TIME_HEADER, QueueConvention.enqueuedTime(millis)));
			this.times[place] = timed;
		}
		return timed.header();
	}

	private static Header of(@Nullable Encoded[] recent, String name, String value) {
		int place = place();
		Encoded encoded = recent[place];
		if (encoded == null || !encoded.value().equals(value)) {
			encoded = new Encoded(value, encode(name, value));
			recent[place] = encoded;
		}
		return encoded.header();
	}

	private static int place() {
		return (int) Thread.currentThread().getId() & (THREADS - 1);
	}

	private static Header encode(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private record Encoded(String value, Header header) {
	}

	private record Timed(long millis, Header header) {
	}

}
