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

	private final @Nullable Encoded[] times = new Encoded[THREADS];

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
			case QueueConvention.ENQUEUED_TIME_HEADER -> of(this.times, name, value);
			default -> encode(name, value);
		};
	}

	private static Header of(@Nullable Encoded[] recent, String name, String value) {
		int place = (int) Thread.currentThread().getId() & (THREADS - 1);
		Encoded encoded = recent[place];
		if (encoded == null || !encoded.value().equals(value)) {
			encoded = new Encoded(value, encode(name, value));
			recent[place] = encoded;
		}
		return encoded.header();
	}

	private static Header encode(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private record Encoded(String value, Header header) {
	}

}
