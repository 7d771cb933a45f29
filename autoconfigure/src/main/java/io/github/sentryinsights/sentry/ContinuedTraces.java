package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.function.Function;

import io.sentry.Baggage;
import io.sentry.IScopes;
import io.sentry.PropagationContext;
import io.sentry.SentryOptions;
import io.sentry.SpanId;
import io.sentry.TransactionContext;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.Recent;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * Continues the traces that messages carry.
 * <p>
 * All messages that are sent from one span carry the same headers when that is not
 * sampled, and a transaction carries one baggage in any case; the SDK takes a microsecond
 * to read them. Safe for use by several threads.
 */
final class ContinuedTraces {

	private final Recent<Continued> recent = new Recent<>();

	/**
	 * Continue a trace in scopes, or begin one there when the headers carry none.
	 * @param headers looks up the headers
	 * @param scopes the scopes, which nobody else uses
	 * @return the context of a transaction, or {@code null} while tracing is off
	 */
	@Nullable TransactionContext continueFrom(Function<String, @Nullable String> headers, IScopes scopes) {
		String trace = headers.apply(QueueConvention.TRACE_HEADER);
		String baggage = (trace != null) ? headers.apply(QueueConvention.BAGGAGE_HEADER) : null;
		if (trace == null || baggage == null) {
			return scopes.continueTrace(trace, null);
		}
		SentryOptions options = scopes.getOptions();
		Continued recent = this.recent.get();
		if (recent != null && recent.isOf(trace, baggage, options)) {
			PropagationContext context = recent.context();
			scopes.configureScope(
					scope -> scope.withPropagationContext(replaced -> scope.setPropagationContext(context)));
			return TransactionContext.fromPropagationContext(context);
		}
		TransactionContext continued = scopes.continueTrace(trace, List.of(baggage));
		if (continued != null && canBeShared(continued, options)) {
			scopes.configureScope(
					scope -> this.recent.keep(Continued.of(trace, baggage, options, scope.getPropagationContext())));
		}
		return continued;
	}

	/**
	 * A sampler of the application may decide differently each time, which the SDK writes
	 * into the baggage of the others as well.
	 */
	private static boolean canBeShared(TransactionContext continued, SentryOptions options) {
		Baggage baggage = continued.getBaggage();
		return continued.getParentSampled() != null && baggage != null && !baggage.isMutable()
				&& options.getTracesSampler() == null;
	}

	/**
	 * A trace as the SDK has read it.
	 */
	private record Continued(String trace, String baggageText, SentryOptions options, SentryId traceId,
			@Nullable SpanId parentSpanId, Baggage baggage, @Nullable Boolean sampled) {

		static Continued of(String trace, String baggageText, SentryOptions options, PropagationContext context) {
			return new Continued(trace, baggageText, options, context.getTraceId(), context.getParentSpanId(),
					context.getBaggage(), context.isSampled());
		}

		boolean isOf(String trace, String baggageText, SentryOptions options) {
			return this.options == options && this.trace.equals(trace) && this.baggageText.equals(baggageText);
		}

		PropagationContext context() {
			return new PropagationContext(this.traceId, new SpanId(), this.parentSpanId, this.baggage, this.sampled);
		}

	}

}
