package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.SpanStatus;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * An operation that is recorded as a span of the SDK.
 */
class SpanOperation extends Operation implements Attributes {

	private final ISpan span;

	SpanOperation(ISpan span) {
		super(System.nanoTime());
		this.span = span;
	}

	final ISpan span() {
		return this.span;
	}

	@Override
	public boolean isRecording() {
		return true;
	}

	@Override
	public final void describe(String description) {
		this.span.setDescription(description);
	}

	@Override
	public final <T> void set(AttributeKey<T> key, T value) {
		this.span.setData(key.name(), value);
	}

	@Override
	protected final Attributes recorded() {
		return this;
	}

	@Override
	protected final void error(Throwable error) {
		this.span.setThrowable(error);
	}

	@Override
	protected void leave() {
	}

	@Override
	protected void finish(Outcome outcome, long endNanos) {
		this.span.finish(status(outcome));
	}

	/**
	 * Tell a span what is the same for all operations of a target.
	 * @param span the span
	 * @param target the target
	 */
	static void setAttributes(ISpan span, OperationTarget target) {
		List<OperationTarget.Attribute> attributes = target.attributes();
		for (int i = 0; i < attributes.size(); i++) {
			span.setData(attributes.get(i).name(), attributes.get(i).value());
		}
	}

	static SpanStatus status(Outcome outcome) {
		return switch (outcome) {
			case ERROR -> SpanStatus.INTERNAL_ERROR;
			case CANCELLED -> SpanStatus.CANCELLED;
			default -> SpanStatus.OK;
		};
	}

	/**
	 * A message on its way to the broker, which may fail when all else is over.
	 */
	static final class Published extends SpanOperation {

		private final Consumer<Throwable> failures;

		Published(ISpan span, Consumer<Throwable> failures) {
			super(span);
			this.failures = failures;
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			super.finish(outcome, endNanos);
			Throwable error = span().getThrowable();
			if (error != null) {
				this.failures.accept(error);
			}
		}

	}

	/**
	 * A span that is the active one of a scope while its operation runs on one thread.
	 * Several threads may share that scope, so the span of another one is left in place,
	 * and one that has ended in the meantime is not put back.
	 */
	static final class Current extends SpanOperation {

		private volatile @Nullable IScopes scopes;

		private final @Nullable ISpan previous;

		Current(ISpan span, IScopes scopes, @Nullable ISpan previous) {
			super(span);
			this.scopes = scopes;
			this.previous = previous;
			scopes.setActiveSpan(span);
		}

		@Override
		protected void leave() {
			IScopes scopes = this.scopes;
			if (scopes != null) {
				this.scopes = null;
				if (scopes.getSpan() == span()) {
					ISpan previous = this.previous;
					scopes.setActiveSpan((previous != null && !previous.isFinished()) ? previous : null);
				}
			}
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			leave();
			super.finish(outcome, endNanos);
		}

	}

	/**
	 * A span that is the active one of scopes which one thread has while its operation
	 * runs there, and then its own again.
	 */
	static final class Visiting extends SpanOperation {

		private final Stay stay;

		Visiting(ISpan span, IScopes scopes) {
			super(span);
			scopes.setActiveSpan(span);
			this.stay = new Stay(scopes.makeCurrent());
		}

		@Override
		protected void leave() {
			this.stay.leave();
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			leave();
			super.finish(outcome, endNanos);
		}

	}

	/**
	 * A span that is the active one of the scopes a reactive context carries.
	 */
	static final class Within extends SpanOperation {

		private final IScopes scopes;

		Within(ISpan span, IScopes scopes) {
			super(span);
			this.scopes = scopes;
			scopes.setActiveSpan(span);
		}

		@Override
		public void contextualize(BiConsumer<Object, Object> context) {
			context.accept(SentryOperationRecorder.CONTEXT_KEY, this.scopes);
		}

	}

	/**
	 * A transaction in scopes of its own. One that is not sampled is kept too, as the
	 * decision travels with what is sent from it.
	 */
	abstract static class Root extends SpanOperation {

		private final IScopes scopes;

		private final boolean recording;

		Root(ISpan transaction, IScopes scopes) {
			super(transaction);
			this.scopes = scopes;
			this.recording = Boolean.TRUE.equals(transaction.isSampled());
		}

		@Override
		public final boolean isRecording() {
			return this.recording;
		}

		@Override
		public final void contextualize(BiConsumer<Object, Object> context) {
			context.accept(SentryOperationRecorder.CONTEXT_KEY, this.scopes);
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			finish(span(), outcome);
		}

		/**
		 * Finish a transaction with the status that the application has chosen, unless it
		 * has failed.
		 * @param transaction the transaction
		 * @param outcome how it went
		 */
		static void finish(ISpan transaction, Outcome outcome) {
			SpanStatus chosen = transaction.getStatus();
			transaction.finish((outcome == Outcome.SUCCESS && chosen != null) ? chosen : status(outcome));
		}

	}

	/**
	 * A transaction whose scopes are those of one thread until it leaves.
	 */
	static final class Transaction extends Root {

		private final Stay stay;

		Transaction(ISpan transaction, IScopes scopes, ISentryLifecycleToken token) {
			super(transaction, scopes);
			this.stay = new Stay(token);
		}

		@Override
		protected void leave() {
			this.stay.leave();
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			try {
				super.finish(outcome, endNanos);
			}
			finally {
				leave();
			}
		}

	}

	/**
	 * A transaction that is current on no thread, only in a reactive context.
	 */
	static final class TransactionWithin extends Root {

		TransactionWithin(ISpan transaction, IScopes scopes) {
			super(transaction, scopes);
		}

	}

	/**
	 * A transaction that is not sampled, in scopes that are forked only when somebody
	 * asks for them.
	 */
	static final class Deferred extends Operation.Unrecorded {

		private final DeferredScopes scopes;

		private final @Nullable Stay stay;

		/**
		 * Create an operation.
		 * @param scopes the scopes
		 * @param token restores the scopes of this thread, or {@code null} when those
		 * have not changed
		 */
		Deferred(DeferredScopes scopes, @Nullable ISentryLifecycleToken token) {
			this.scopes = scopes;
			this.stay = (token != null) ? new Stay(token) : null;
		}

		@Override
		public void contextualize(BiConsumer<Object, Object> context) {
			context.accept(SentryOperationRecorder.CONTEXT_KEY, this.scopes.view());
		}

		@Override
		protected void error(Throwable error) {
			this.scopes.fail(error);
		}

		@Override
		protected void leave() {
			if (this.stay != null) {
				this.stay.leave();
			}
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			try {
				this.scopes.finish(outcome);
			}
			finally {
				leave();
			}
		}

	}

	/**
	 * An operation without a span of its own, whose thread has the scopes of another one
	 * until it leaves.
	 */
	static final class Part extends Operation.Unrecorded {

		private final Stay stay;

		Part(ISentryLifecycleToken token) {
			this.stay = new Stay(token);
		}

		@Override
		protected void leave() {
			this.stay.leave();
		}

		@Override
		protected void finish(Outcome outcome, long endNanos) {
			leave();
		}

	}

	/**
	 * What is current on a thread until it is left, once.
	 */
	private static final class Stay {

		private @Nullable ISentryLifecycleToken token;

		Stay(ISentryLifecycleToken token) {
			this.token = token;
		}

		void leave() {
			ISentryLifecycleToken token = this.token;
			if (token != null) {
				this.token = null;
				token.close();
			}
		}

	}

}
