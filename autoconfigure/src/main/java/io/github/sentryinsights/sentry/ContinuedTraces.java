package io.github.sentryinsights.sentry;

import io.sentry.Baggage;
import io.sentry.IScopes;
import io.sentry.PropagationContext;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SpanId;
import io.sentry.TransactionContext;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.Recent;

/**
 * Continues the traces that messages carry.
 * <p>
 * All messages that are sent from one transaction carry the same baggage, and the SDK
 * takes a microsecond to read that. Safe for use by several threads.
 */
final class ContinuedTraces {

	private static final String EXAMPLE = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0";

	private final Recent<Continued> recent = new Recent<>();

	private volatile @Nullable Organization organization;

	/**
	 * Continue a trace in scopes, or begin one there when the headers carry none.
	 * @param trace the headers
	 * @param scopes the scopes, which nobody else uses
	 * @return the context of a transaction, or {@code null} while tracing is off
	 */
	@Nullable TransactionContext continueFrom(ReceivedTrace trace, IScopes scopes) {
		SentryOptions options = scopes.getOptions();
		Continued recent = this.recent.get();
		if (recent != null && recent.options() == options && trace.isThatOf(recent.received())) {
			PropagationContext context = recent.context(trace.parentSpanId());
			scopes.configureScope(
					scope -> scope.withPropagationContext(replaced -> scope.setPropagationContext(context)));
			return TransactionContext.fromPropagationContext(context);
		}
		TransactionContext continued = trace.continueIn(scopes);
		if (continued != null && canBeShared(continued, options)) {
			scopes
				.configureScope(scope -> this.recent.keep(Continued.of(trace, options, scope.getPropagationContext())));
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
	 * Return whether the SDK continues a trace, which it does not when that is one of
	 * another organization.
	 * @param trace the headers, which are as the SDK writes them
	 * @param options the options of the SDK
	 * @return whether the trace goes on
	 */
	boolean continues(ReceivedTrace trace, SentryOptions options) {
		String member = trace.organization();
		Organization known = this.organization;
		if (known == null || known.options() != options || !known.member().equals(member)) {
			known = new Organization(member, options, continuesThatOf(member));
			this.organization = known;
		}
		return known.continued();
	}

	private static boolean continuesThatOf(String member) {
		TransactionContext continued = new ReceivedTrace(EXAMPLE, member)
			.continueIn(Sentry.forkedRootScopes("insights"));
		return continued != null && Boolean.FALSE.equals(continued.getParentSampled());
	}

	/**
	 * A trace as the SDK has read it.
	 */
	private record Continued(ReceivedTrace received, SentryOptions options, SentryId traceId, Baggage baggage,
			@Nullable Boolean sampled) {

		static Continued of(ReceivedTrace received, SentryOptions options, PropagationContext context) {
			return new Continued(received, options, context.getTraceId(), context.getBaggage(), context.isSampled());
		}

		PropagationContext context(SpanId parentSpanId) {
			return new PropagationContext(this.traceId, new SpanId(), parentSpanId, this.baggage, this.sampled);
		}

	}

	/**
	 * Whether the SDK continues the traces of an organization.
	 */
	private record Organization(String member, SentryOptions options, boolean continued) {
	}

}
