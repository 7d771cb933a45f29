package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * The headers of a record, as far as they carry a trace.
 */
final class TraceCarrier implements Function<String, @Nullable String>, BiConsumer<String, String> {

	private static final String SENTRY_MEMBER = "sentry-";

	private final Headers headers;

	private @Nullable String trace;

	private @Nullable String baggage;

	TraceCarrier(Headers headers) {
		this.headers = headers;
	}

	/**
	 * Return the last value of a header.
	 * @param name the name of the header
	 * @return the value, or {@code null} without such a header
	 */
	@Nullable String get(String name) {
		Header header = this.headers.lastHeader(name);
		return (header != null) ? text(header) : null;
	}

	@Override
	public @Nullable String apply(String name) {
		return get(name);
	}

	/**
	 * Keep a header until all are {@linkplain #write written}.
	 */
	@Override
	public void accept(String name, String value) {
		if (name.equals(QueueConvention.TRACE_HEADER)) {
			this.trace = value;
		}
		else if (name.equals(QueueConvention.BAGGAGE_HEADER)) {
			this.baggage = value;
		}
	}

	/**
	 * Return whether there is a trace to continue.
	 * @return {@code false} while Sentry is off
	 */
	boolean hasTrace() {
		return this.trace != null;
	}

	/**
	 * Write the headers, in place of those of an earlier attempt.
	 * @param id the identity of the message
	 * @param withinSpan whether the trace is that of a current span; otherwise a trace
	 * that the record already carries goes on, as that of a dead letter does
	 */
	void write(String id, boolean withinSpan) {
		try {
			if (withinSpan || this.headers.lastHeader(QueueConvention.TRACE_HEADER) == null) {
				writeTrace();
			}
			put(QueueConvention.MESSAGE_ID_HEADER, id);
			put(QueueConvention.ENQUEUED_TIME_HEADER, QueueConvention.enqueuedTime(System.currentTimeMillis()));
		}
		catch (IllegalStateException ex) {
			// A record that has been sent before cannot be written to.
		}
	}

	private void writeTrace() {
		String baggage = merged();
		put(QueueConvention.TRACE_HEADER, this.trace);
		put(QueueConvention.BAGGAGE_HEADER, baggage);
	}

	private void put(String name, @Nullable String value) {
		this.headers.remove(name);
		if (value != null) {
			this.headers.add(name, value.getBytes(StandardCharsets.UTF_8));
		}
	}

	/**
	 * The baggage is shared with other tracing systems, whose members stay.
	 */
	private @Nullable String merged() {
		String merged = this.baggage;
		for (Header header : this.headers.headers(QueueConvention.BAGGAGE_HEADER)) {
			for (String member : text(header).split(",")) {
				if (!member.isBlank() && !member.strip().startsWith(SENTRY_MEMBER)) {
					merged = (merged != null) ? merged + "," + member.strip() : member.strip();
				}
			}
		}
		return merged;
	}

	private static String text(Header header) {
		return (header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : "";
	}

}
