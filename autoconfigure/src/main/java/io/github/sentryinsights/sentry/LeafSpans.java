package io.github.sentryinsights.sentry;

import java.lang.reflect.Field;
import java.util.function.Supplier;

import io.sentry.CompositePerformanceCollector;
import io.sentry.DefaultCompositePerformanceCollector;
import io.sentry.DefaultSpanFactory;
import io.sentry.IContinuousProfiler;
import io.sentry.IPerformanceContinuousCollector;
import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.Instrumenter;
import io.sentry.NoOpCompositePerformanceCollector;
import io.sentry.NoOpContinuousProfiler;
import io.sentry.NoOpTransactionProfiler;
import io.sentry.SentryDateProvider;
import io.sentry.SentryInstantDate;
import io.sentry.SentryOptions;
import io.sentry.SentryTracer;
import io.sentry.TransactionOptions;
import io.sentry.protocol.SentryId;
import io.sentry.util.TracingUtils;
import org.jspecify.annotations.Nullable;

/**
 * Decides which transactions keep their leaf operations in a buffer.
 * <p>
 * Whether the SDK allows it at all is found out once for each configuration of the SDK;
 * whether a transaction does, until its buffer is made. Safe for use by several threads.
 */
final class LeafSpans {

	/**
	 * The key of the buffer in the data of the root span.
	 */
	static final String KEY = "sentry.insights.leaves";

	private static final String OTHER_SHAPE = "this version of the Sentry SDK keeps spans in another way";

	private final boolean enabled;

	private final EpochClock clock = new EpochClock();

	private final LateFailures lateFailures;

	private final @Nullable Field transactionOptions = field();

	private volatile @Nullable Verdict verdict;

	/**
	 * Create a decision.
	 * @param enabled whether leaf operations may be kept in buffers at all
	 * @param lateFailures reports what fails when its transaction has ended
	 */
	LeafSpans(boolean enabled, LateFailures lateFailures) {
		this.enabled = enabled;
		this.lateFailures = lateFailures;
	}

	/**
	 * Return the buffer that a transaction has already.
	 * @param transaction the transaction
	 * @return the buffer, or {@code null} without one
	 */
	static @Nullable LeafBuffer existing(ITransaction transaction) {
		return (transaction.getData(KEY) instanceof LeafBuffer buffer) ? buffer : null;
	}

	/**
	 * Give a transaction its buffer.
	 * @param transaction a transaction that is sampled
	 * @param scopes the scopes of this thread
	 * @return the buffer, or {@code null} when its leaves have to be ordinary spans
	 */
	@Nullable LeafBuffer create(ITransaction transaction, IScopes scopes) {
		SentryOptions options = scopes.getOptions();
		if (!(transaction instanceof SentryTracer tracer) || reasonAgainst(options) != null || !isPlain(tracer)
				|| TracingUtils.isIgnored(options.getIgnoredTransactions(), tracer.getName())) {
			return null;
		}
		LeafCapture.register(scopes);
		LeafBuffer created = new LeafBuffer(tracer, scopes, profiler(tracer, options), this.clock, this.lateFailures);
		tracer.getData().putIfAbsent(KEY, created);
		return existing(tracer);
	}

	/**
	 * Return why leaf operations are recorded as ordinary child spans.
	 * @param options the options of the SDK
	 * @return the reason, as a person would say it, or {@code null} when they are not
	 */
	@Nullable String reasonAgainst(SentryOptions options) {
		if (!this.enabled) {
			return "sentry.insights.leaf-spans is false";
		}
		Verdict verdict = this.verdict;
		if (verdict == null || verdict.options() != options) {
			verdict = new Verdict(options, judge(options));
			this.verdict = verdict;
		}
		return verdict.reason();
	}

	private @Nullable String judge(SentryOptions options) {
		try {
			if (this.transactionOptions == null || !LeafProbe.succeeds()) {
				return OTHER_SHAPE;
			}
			if (options.getSpanFactory().getClass() != DefaultSpanFactory.class) {
				return "spans are made by " + options.getSpanFactory().getClass().getName();
			}
			if (!isClock(options.getDateProvider())) {
				return "times are told by " + options.getDateProvider().getClass().getName();
			}
			if (!(options.getTransactionProfiler() instanceof NoOpTransactionProfiler)) {
				return "a profiler looks at the spans";
			}
			if (isWatching(options)) {
				return "a performance collector looks at the spans";
			}
			return null;
		}
		catch (RuntimeException | LinkageError ex) {
			return OTHER_SHAPE;
		}
	}

	private static boolean isWatching(SentryOptions options) {
		CompositePerformanceCollector collector = options.getCompositePerformanceCollector();
		return !(collector instanceof NoOpCompositePerformanceCollector
				|| collector instanceof DefaultCompositePerformanceCollector)
				|| options.getPerformanceCollectors()
					.stream()
					.anyMatch(IPerformanceContinuousCollector.class::isInstance);
	}

	private static boolean isClock(SentryDateProvider dates) {
		return dates.getClass().getName().startsWith("io.sentry.") && dates.now() instanceof SentryInstantDate;
	}

	/**
	 * A transaction that waits for its children, ends when they are idle or is cut to
	 * their length needs to see them while it runs. One of OpenTelemetry takes none.
	 */
	private boolean isPlain(SentryTracer transaction) {
		TransactionOptions options = options(transaction);
		return options != null && transaction.getSpanContext().getInstrumenter() == Instrumenter.SENTRY
				&& !options.isWaitForChildren() && options.getIdleTimeout() == null
				&& options.getDeadlineTimeout() == null && !options.isTrimStart() && !options.isTrimEnd()
				&& options.getTransactionFinishedCallback() == null;
	}

	private @Nullable TransactionOptions options(SentryTracer transaction) {
		try {
			return (this.transactionOptions != null) ? (TransactionOptions) this.transactionOptions.get(transaction)
					: null;
		}
		catch (IllegalAccessException ex) {
			return null;
		}
	}

	private static @Nullable Field field() {
		try {
			Field field = SentryTracer.class.getDeclaredField("transactionOptions");
			field.setAccessible(true);
			return (field.getType() == TransactionOptions.class) ? field : null;
		}
		catch (NoSuchFieldException | RuntimeException | LinkageError ex) {
			return null;
		}
	}

	/**
	 * The SDK prefers the profiler that a transaction was given over the one that runs.
	 */
	private static @Nullable Supplier<SentryId> profiler(SentryTracer transaction, SentryOptions options) {
		SentryId given = transaction.getSpanContext().getProfilerId();
		if (!given.equals(SentryId.EMPTY_ID)) {
			return () -> given;
		}
		IContinuousProfiler profiler = options.getContinuousProfiler();
		return (profiler instanceof NoOpContinuousProfiler) ? null : profiler::getProfilerId;
	}

	private record Verdict(SentryOptions options, @Nullable String reason) {
	}

}
