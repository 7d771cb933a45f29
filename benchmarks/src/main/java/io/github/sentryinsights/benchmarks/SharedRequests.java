package io.github.sentryinsights.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.TransactionContext;
import io.sentry.protocol.TransactionNameSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Requests that follow each other, in each of which one or more threads record the same
 * number of spans in sum.
 * <p>
 * A thread takes a few spans at a time, so that threads meet at the counters of a request
 * far less often than in the transaction, where it is to be seen what their meeting
 * costs. None ever waits for another: one that finds no span left goes on to the next
 * request while others complete the last one. Safe for use by several threads.
 */
final class SharedRequests {

	private static final int BATCH = 5;

	private final int spans;

	private final int batch;

	private final Consumer<ITransaction> end;

	private final AtomicReference<@Nullable Request> current = new AtomicReference<>();

	/**
	 * Create new requests.
	 * @param spans the number of spans in each
	 * @param end what to do with a transaction when all its spans have ended, called by
	 * the thread that ended the last
	 */
	SharedRequests(int spans, Consumer<ITransaction> end) {
		this.spans = spans;
		this.batch = (spans % BATCH == 0) ? BATCH : 1;
		this.end = end;
	}

	/**
	 * A transaction and what is to be done in it.
	 */
	private static final class Request {

		private final ITransaction transaction;

		private final AtomicInteger untaken;

		private final AtomicInteger unfinished;

		private Request(ITransaction transaction, int spans) {
			this.transaction = transaction;
			this.untaken = new AtomicInteger(spans);
			this.unfinished = new AtomicInteger(spans);
		}

		private boolean take(int spans) {
			return this.untaken.get() > 0 && this.untaken.getAndAdd(-spans) > 0;
		}

		private boolean finish(int spans) {
			return this.unfinished.addAndGet(-spans) == 0;
		}

	}

	/**
	 * The part of one thread, with scopes of its own as in a task of a request. Used by
	 * that thread alone, and a state of the thread itself, as such a state shares no
	 * cache line with that of another thread.
	 */
	@State(Scope.Thread)
	static class Worker {

		private SharedRequests requests;

		private IScopes scopes;

		private ISentryLifecycleToken token;

		private ITransaction transaction;

		private @Nullable Request request;

		private @Nullable Request spare;

		private int remaining;

		/**
		 * Begin to work in the requests.
		 * @param requests the requests
		 */
		final void enter(SharedRequests requests) {
			this.requests = requests;
			this.scopes = Sentry.forkedRootScopes("request");
			this.token = this.scopes.makeCurrent();
		}

		/**
		 * Give back the scopes.
		 */
		final void leave() {
			complete();
			this.token.close();
		}

		/**
		 * Return the transaction for the next span, which is also that of the scopes. The
		 * spans before have ended.
		 * @return the transaction
		 */
		final ITransaction next() {
			if (this.remaining == 0) {
				proceed();
			}
			this.remaining--;
			return this.transaction;
		}

		private void proceed() {
			Request previous = this.request;
			complete();
			Request request = take();
			if (request != previous) {
				ITransaction transaction = request.transaction;
				this.scopes.configureScope(scope -> scope.setTransaction(transaction));
				this.transaction = transaction;
			}
			this.request = request;
			this.remaining = this.requests.batch;
		}

		private void complete() {
			Request request = this.request;
			if (request != null && this.remaining == 0 && request.finish(this.requests.batch)) {
				this.requests.end.accept(request.transaction);
			}
			this.request = null;
		}

		/**
		 * A transaction that another thread was faster to replace is kept for the next
		 * time, so that every one that is paid for has its spans.
		 */
		private Request take() {
			AtomicReference<@Nullable Request> current = this.requests.current;
			Request request = current.get();
			while (request == null || !request.take(this.requests.batch)) {
				Request successor = (this.spare != null) ? this.spare : begin();
				this.spare = current.compareAndSet(request, successor) ? null : successor;
				request = current.get();
			}
			return request;
		}

		private Request begin() {
			return new Request(
					this.scopes.startTransaction(
							new TransactionContext("GET /products/{id}", TransactionNameSource.ROUTE, "http.server")),
					this.requests.spans);
		}

	}

}
