package io.github.sentryinsights.sentry;

import java.util.function.Function;

import io.sentry.BaggageHeader;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * What one thread hands over to another with a piece of work: a copy of its scopes, so
 * that the user and the tags are known there too, and the span it comes from. The scopes
 * hold that one weakly.
 *
 * @param scopes the copy, which only the piece of work uses
 * @param transaction the transaction, if there is one
 * @param span the span, if there is a transaction
 */
record HandedOver(IScopes scopes, @Nullable ITransaction transaction,
		@Nullable ISpan span) implements Function<Object, @Nullable Object> {

	@Override
	public @Nullable Object apply(Object key) {
		return SentryOperationRecorder.CONTEXT_KEY.equals(key) ? this.scopes : null;
	}

	/**
	 * Return the span, or its transaction when the span has ended before that.
	 * @param transaction the transaction, which is under way
	 * @return the span that work can run under
	 */
	ISpan openSpan(ITransaction transaction) {
		return (this.span != null && !this.span.isFinished()) ? this.span : transaction;
	}

	/**
	 * Make the copy current on this thread.
	 * @param span what is to be the active span
	 * @return makes current what was so before
	 */
	ISentryLifecycleToken enter(@Nullable ISpan span) {
		this.scopes.setActiveSpan(span);
		return this.scopes.makeCurrent();
	}

	/**
	 * Return a header that continues the trace of the span.
	 * @param name the name of the header
	 * @return the value, or {@code null} when there is no trace to continue
	 */
	@Nullable String header(String name) {
		ISpan span = this.span;
		if (span == null) {
			return null;
		}
		if (name.equals(QueueConvention.TRACE_HEADER)) {
			return span.toSentryTrace().getValue();
		}
		BaggageHeader baggage = name.equals(QueueConvention.BAGGAGE_HEADER) ? span.toBaggageHeader(null) : null;
		return (baggage != null) ? baggage.getValue() : null;
	}

}
