package io.github.sentryinsights.sentry;

import java.lang.ref.WeakReference;

import io.sentry.IScopes;
import io.sentry.PropagationContext;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

/**
 * Tells the trace of the scopes that the SDK forks for threads without any, which is the
 * same until the SDK is started anew. Safe for use by several threads.
 */
final class RootTrace {

	private volatile @Nullable Known known;

	/**
	 * Return whether the trace of a context is that of the root scopes.
	 * @param scopes the scopes of the context
	 * @param context the context
	 * @return whether all threads without scopes of their own share it
	 */
	boolean isOf(IScopes scopes, PropagationContext context) {
		Known known = this.known;
		if (known == null || !known.options().refersTo(scopes.getOptions())) {
			SentryId[] found = new SentryId[1];
			Sentry.forkedRootScopes("insights")
				.configureScope(scope -> found[0] = scope.getPropagationContext().getTraceId());
			known = new Known(new WeakReference<>(scopes.getOptions()), found[0]);
			this.known = known;
		}
		return known.traceId().equals(context.getTraceId());
	}

	/**
	 * A trace, and the options of the SDK that it belongs to.
	 */
	private record Known(WeakReference<SentryOptions> options, SentryId traceId) {
	}

}
