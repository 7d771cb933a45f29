package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.sentry.CompositePerformanceCollector;
import io.sentry.DefaultScopesStorage;
import io.sentry.DefaultSpanFactory;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ISpanFactory;
import io.sentry.ITransaction;
import io.sentry.Instrumenter;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SpanContext;
import io.sentry.SpanOptions;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.TransactionNameSource;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget;

/**
 * Starts the transactions of this library. Safe for use by several threads.
 */
final class Transactions {

	private final ContinuedTraces traces = new ContinuedTraces();

	private volatile @Nullable Root root;

	private final Map<String, TransactionOptions> options = new ConcurrentHashMap<>();

	/**
	 * Start a transaction and bind it to its scopes.
	 * @param target the target of the operation that the transaction is
	 * @param trace the trace that it continues
	 * @param scopes the scopes, which nobody else uses
	 * @return the transaction, whether it is sampled or not
	 */
	ITransaction start(OperationTarget target, ReceivedTrace trace, IScopes scopes) {
		// The scopes were forked from those of another piece of work, with its span.
		scopes.setActiveSpan(null);
		TransactionContext context = this.traces.continueFrom(trace, scopes);
		if (context == null) {
			context = new TransactionContext(target.name(), target.operation());
		}
		context.setName(target.name());
		context.setOperation(target.operation());
		context.setTransactionNameSource(TransactionNameSource.TASK);
		ITransaction transaction = scopes.startTransaction(context, options(target.origin(), scopes));
		if (Boolean.TRUE.equals(transaction.isSampled())) {
			SpanOperation.setAttributes(transaction, target);
		}
		return transaction;
	}

	/**
	 * Continue a trace without a transaction.
	 * @param trace the trace
	 * @param scopes the scopes, which nobody else uses
	 */
	void continueTrace(ReceivedTrace trace, IScopes scopes) {
		scopes.setActiveSpan(null);
		this.traces.continueFrom(trace, scopes);
	}

	/**
	 * Start a transaction that is known not to be sampled only when somebody asks for it.
	 * @param target the target of the operation that the transaction is
	 * @param trace the trace that it continues
	 * @return the scopes of the transaction, or {@code null} when it has to be started at
	 * once
	 */
	@Nullable DeferredScopes defer(OperationTarget target, ReceivedTrace trace) {
		if (!trace.isUnsampled() || !DeferredScopes.areAvailable()) {
			return null;
		}
		SentryOptions options = Sentry.getGlobalScope().getOptions();
		boolean certain = isUsual(options) && options.isTracingEnabled() && options.getTracesSampler() == null
				&& options.getInstrumenter() == Instrumenter.SENTRY && isEmpty(options.getIgnoredSpanOrigins());
		if (!certain || !this.traces.continues(trace, options)) {
			return null;
		}
		Root root = root(options);
		return root.ofThreads() ? new DeferredScopes(this, target, trace, options, () -> fork(root)) : null;
	}

	/**
	 * Fork the root scopes, or a copy of what they were when there are none any more, as
	 * is so when it is the application's call to close the SDK that asks for the scopes.
	 */
	private static IScopes fork(Root root) {
		IScopes scopes = Sentry.forkedRootScopes("insights");
		return scopes.isNoOp() ? root.copy().forkedScopes("insights") : scopes;
	}

	private Root root(SentryOptions options) {
		Root root = this.root;
		if (root == null || root.options() != options) {
			IScopes copy = Sentry.forkedRootScopes("insights");
			ISentryLifecycleToken token = copy.makeCurrent();
			boolean current = Sentry.getCurrentScopes(false) == copy;
			token.close();
			root = new Root(options, copy,
					current && token.getClass().getEnclosingClass() == DefaultScopesStorage.class);
			this.root = root;
		}
		return root;
	}

	private static boolean isEmpty(@Nullable List<?> list) {
		return list == null || list.isEmpty();
	}

	private static boolean isUsual(SentryOptions options) {
		return options.getSpanFactory().getClass() == DefaultSpanFactory.class && UnsampledTransaction.knowsTheSdk();
	}

	/**
	 * The SDK only reads the options of a transaction, so all transactions of an origin
	 * share theirs.
	 */
	private TransactionOptions options(String origin, IScopes scopes) {
		if (!isUsual(scopes.getOptions())) {
			return create(origin);
		}
		TransactionOptions options = this.options.get(origin);
		return (options != null) ? options : this.options.computeIfAbsent(origin, key -> {
			TransactionOptions created = create(key);
			created.setSpanFactory(new SampledFirst());
			return created;
		});
	}

	private static TransactionOptions create(String origin) {
		TransactionOptions options = new TransactionOptions();
		options.setOrigin(origin);
		options.setBindToScope(true);
		return options;
	}

	/**
	 * What the scopes of threads come from.
	 *
	 * @param options the options of the SDK
	 * @param copy a copy of its root scopes
	 * @param ofThreads whether threads have scopes of their own, and are known to get
	 * back those they had, whichever have taken the place of the current ones since
	 */
	private record Root(SentryOptions options, IScopes copy, boolean ofThreads) {
	}

	/**
	 * Makes a transaction of the SDK at once only when it has been decided to sample it.
	 */
	private static final class SampledFirst implements ISpanFactory {

		private final ISpanFactory factory = new DefaultSpanFactory();

		@Override
		public ITransaction createTransaction(TransactionContext context, IScopes scopes, TransactionOptions options,
				@Nullable CompositePerformanceCollector collector) {
			return Boolean.FALSE.equals(context.getSampled())
					? new UnsampledTransaction(context, scopes,
							() -> this.factory.createTransaction(context, scopes, options, collector))
					: this.factory.createTransaction(context, scopes, options, collector);
		}

		@Override
		public ISpan createSpan(IScopes scopes, SpanOptions options, SpanContext context, @Nullable ISpan parent) {
			return this.factory.createSpan(scopes, options, context, parent);
		}

	}

}
