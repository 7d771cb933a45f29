package io.github.sentryinsights.sentry;

import java.util.List;

import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Span;
import io.sentry.SpanDataConvention;
import org.jspecify.annotations.Nullable;

/**
 * Finds the span under which work on this thread belongs.
 * <p>
 * The SDK answers with the active span of the scope or else with the latest unfinished
 * child of the transaction, whoever started it. The first is right, as forked scopes
 * inherit it. The second is right only for a span that this very thread opened and that
 * other work can run under.
 */
final class CurrentSpan {

	private static final String HTTP_CLIENT = "http.client";

	private CurrentSpan() {
	}

	/**
	 * Return the sampled transaction of the scopes.
	 * @param scopes the scopes of this thread
	 * @return the transaction, or {@code null} when nothing is to be recorded
	 */
	static @Nullable ITransaction sampledTransaction(IScopes scopes) {
		if (DeferredScopes.areUntouched(scopes)) {
			return null;
		}
		ITransaction transaction = transaction(scopes, scopes.getScope());
		return (transaction != null && isSampled(transaction)) ? transaction : null;
	}

	/**
	 * Return the transaction of the scopes, sampled or not.
	 * @param scopes the scopes of this thread
	 * @param scope the current one of them
	 * @return the transaction, or {@code null} when there is none
	 */
	static @Nullable ITransaction transaction(IScopes scopes, IScope scope) {
		ITransaction transaction = scope.getTransaction();
		return (transaction == null && scopes.isEnabled()) ? scopes.getTransaction() : transaction;
	}

	static boolean isSampled(ITransaction transaction) {
		return Boolean.TRUE.equals(transaction.isSampled()) && !transaction.isNoOp();
	}

	/**
	 * Return the span that was made the active one of the current scope. A forked scope
	 * keeps the one it was forked under, which may have ended since.
	 * @param scope the current scope of this thread
	 * @return the span, or {@code null} when there is none that work can run under
	 */
	static @Nullable ISpan active(IScope scope) {
		ITransaction bound = scope.getTransaction();
		ISpan span = scope.getSpan();
		if (span == null || span.isFinished()) {
			return null;
		}
		if (bound == null) {
			return span;
		}
		return (span == bound || span == bound.getLatestActiveSpan()) ? null : span;
	}

	/**
	 * Return the span to be the parent of new work: one that this thread opened since the
	 * active one, or else that one.
	 * @param active the active span of the scope
	 * @param transaction the transaction of the scopes
	 * @return the parent
	 */
	static ISpan parent(@Nullable ISpan active, ITransaction transaction) {
		ISpan parent = parentWithin(active, transaction);
		if (parent != null) {
			return parent;
		}
		return (active != null) ? active : transaction;
	}

	/**
	 * Return the span of a transaction to be the parent of new work.
	 * @param active the active span of the scope
	 * @param transaction the transaction of the scopes
	 * @return the parent, or {@code null} when the active span is one of another
	 * transaction
	 */
	static @Nullable ISpan parentWithin(@Nullable ISpan active, ITransaction transaction) {
		List<Span> spans = transaction.getSpans();
		for (int i = spans.size() - 1; i >= 0; i--) {
			Span span = spans.get(i);
			if (span == active) {
				return active;
			}
			if (!span.isFinished() && isBranch(span) && isOfThisThread(span)) {
				return span;
			}
		}
		return (active != null) ? null : transaction;
	}

	/**
	 * A span of this library that work runs under is the active one of its scope, so one
	 * that is only unfinished belongs to somebody else. Nothing runs under a request to
	 * another server, which may be under way while this thread goes on.
	 */
	private static boolean isBranch(Span span) {
		if (span.getOperation().equals(HTTP_CLIENT)) {
			return false;
		}
		String origin = span.getSpanContext().getOrigin();
		return origin == null || !origin.contains(".insights");
	}

	private static boolean isOfThisThread(Span span) {
		Object thread = span.getData(SpanDataConvention.THREAD_ID);
		try {
			return thread instanceof String id && Long.parseLong(id) == Thread.currentThread().getId();
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

}
