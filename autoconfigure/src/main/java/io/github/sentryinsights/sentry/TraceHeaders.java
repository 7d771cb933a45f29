package io.github.sentryinsights.sentry;

import java.util.function.BiConsumer;

import io.sentry.BaggageHeader;
import io.sentry.SentryTraceHeader;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * Writes the headers that continue a trace.
 */
final class TraceHeaders {

	private TraceHeaders() {
	}

	static void write(@Nullable SentryTraceHeader trace, @Nullable BaggageHeader baggage,
			BiConsumer<String, String> headers) {
		if (trace == null) {
			return;
		}
		headers.accept(QueueConvention.TRACE_HEADER, trace.getValue());
		if (baggage != null) {
			headers.accept(QueueConvention.BAGGAGE_HEADER, baggage.getValue());
		}
	}

}
