package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

import io.github.sentryinsights.Recent;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * Encodes headers, those that many records of a thread share only once: the trace of a
 * request that is not sampled, its baggage, and the time of one millisecond. Safe for use
 * by several threads.
 */
final class RecentHeaders {

	private final Recent<Encoded> traces = new Recent<>();

	private final Recent<Encoded> baggages = new Recent<>();

	private final Recent<Timed> times = new Recent<>();

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
		Timed timed = this.times.get();
		if (timed == null || timed.millis() != millis) {
			timed = new Timed(millis,
					encode(QueueConvention.ENQUEUED_TIME_HEADER, QueueConvention.enqueuedTime(millis)));
			this.times.keep(timed);
		}
		return timed.header();
	}

	private static Header of(Recent<Encoded> recent, String name, String value) {
		Encoded encoded = recent.get();
		if (encoded == null || !encoded.value().equals(value)) {
			encoded = new Encoded(value, encode(name, value));
			recent.keep(encoded);
		}
		return encoded.header();
	}

	private static Header encode(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private record Encoded(String value, Header header) {
	}

	private record Timed(long millis, Header header) {
	}

}
