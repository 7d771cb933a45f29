package io.github.sentryinsights.sentry;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.sentry.Baggage;
import io.sentry.BaggageHeader;
import io.sentry.DataCategory;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Instrumenter;
import io.sentry.MeasurementUnit;
import io.sentry.NoOpScopesLifecycleToken;
import io.sentry.NoOpTransaction;
import io.sentry.SentryDate;
import io.sentry.SentryOptions;
import io.sentry.SentryTraceHeader;
import io.sentry.Span;
import io.sentry.SpanContext;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TraceContext;
import io.sentry.TracesSamplingDecision;
import io.sentry.TransactionContext;
import io.sentry.clientreport.DiscardReason;
import io.sentry.clientreport.IClientReportRecorder;
import io.sentry.protocol.Contexts;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.TransactionNameSource;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is not sampled, which is one of the SDK only as soon as anybody
 * wants more of it than its trace and its end.
 * <p>
 * Nothing of it is ever sent but the fact that it was not sampled, and a transaction of
 * the SDK takes as much to tell that as one that is. It differs in what nobody receives,
 * such as its dates, and in the sampling context of what is captured after the end of a
 * trace that began here, which lacks the name of the transaction. Safe for use by several
 * threads.
 */
final class UnsampledTransaction implements ITransaction {

	private static final boolean KNOWS_THE_SDK = Arrays.stream(ITransaction.class.getMethods())
		.filter(method -> Modifier.isAbstract(method.getModifiers()))
		.allMatch(UnsampledTransaction::isImplemented);

	private final TransactionContext context;

	private final IScopes scopes;

	private final Supplier<ITransaction> factory;

	private volatile @Nullable ITransaction complete;

	private volatile boolean finished;

	/**
	 * Create a transaction.
	 * @param context the context, which has been decided not to be sampled
	 * @param scopes the scopes that the transaction is bound to
	 * @param factory creates the transaction of the SDK, asked once at most
	 */
	UnsampledTransaction(TransactionContext context, IScopes scopes, Supplier<ITransaction> factory) {
		this.context = context;
		this.scopes = scopes;
		this.factory = factory;
	}

	/**
	 * Return whether every method of a transaction has its counterpart here.
	 * @return {@code false} for an SDK that is newer than this library
	 */
	static boolean knowsTheSdk() {
		return KNOWS_THE_SDK;
	}

	private static boolean isImplemented(Method method) {
		try {
			UnsampledTransaction.class.getDeclaredMethod(method.getName(), method.getParameterTypes());
			return true;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	private ITransaction complete() {
		ITransaction complete = this.complete;
		if (complete != null) {
			return complete;
		}
		synchronized (this) {
			complete = this.complete;
			if (complete == null) {
				complete = this.factory.get();
				this.complete = complete;
			}
			return complete;
		}
	}

	private ITransaction parent() {
		return this.finished ? NoOpTransaction.getInstance() : complete();
	}

	@Override
	public SpanContext getSpanContext() {
		return this.context;
	}

	@Override
	public Boolean isSampled() {
		return false;
	}

	@Override
	public Boolean isProfileSampled() {
		return false;
	}

	@Override
	public @Nullable TracesSamplingDecision getSamplingDecision() {
		return this.context.getSamplingDecision();
	}

	@Override
	public boolean isNoOp() {
		return false;
	}

	@Override
	public SentryTraceHeader toSentryTrace() {
		return new SentryTraceHeader(this.context.getTraceId(), this.context.getSpanId(), false);
	}

	@Override
	public @Nullable TraceContext traceContext() {
		Baggage baggage = receivedBaggage();
		return (baggage != null) ? baggage.toTraceContext() : complete().traceContext();
	}

	@Override
	public @Nullable BaggageHeader toBaggageHeader(@Nullable List<String> thirdPartyBaggageHeaders) {
		Baggage baggage = receivedBaggage();
		return (baggage != null) ? BaggageHeader.fromBaggageAndOutgoingHeader(baggage, thirdPartyBaggageHeaders)
				: complete().toBaggageHeader(thirdPartyBaggageHeaders);
	}

	/**
	 * Of a trace that begins here the SDK makes the baggage.
	 */
	private @Nullable Baggage receivedBaggage() {
		Baggage baggage = this.context.getBaggage();
		return (baggage != null && !baggage.isMutable() && this.scopes.getOptions().isTraceSampling()) ? baggage : null;
	}

	@Override
	public ISentryLifecycleToken makeCurrent() {
		this.scopes.configureScope(scope -> scope.setTransaction(this));
		return NoOpScopesLifecycleToken.getInstance();
	}

	@Override
	public boolean isFinished() {
		return this.finished;
	}

	@Override
	public void finish() {
		finish(getStatus());
	}

	@Override
	public void finish(@Nullable SpanStatus status) {
		finish(status, null);
	}

	@Override
	public void finish(@Nullable SpanStatus status, @Nullable SentryDate timestamp) {
		finish(status, timestamp, true, null);
	}

	@Override
	public void finish(@Nullable SpanStatus status, @Nullable SentryDate timestamp, boolean dropIfNoChildren,
			@Nullable Hint hint) {
		ITransaction complete;
		synchronized (this) {
			if (this.finished) {
				return;
			}
			this.finished = true;
			complete = this.complete;
		}
		if (complete != null) {
			complete.finish(status, timestamp, dropIfNoChildren, hint);
		}
		else {
			this.context.setStatus(status);
			countAsLost(this.scopes.getOptions());
		}
		this.scopes.configureScope(scope -> scope.withTransaction(bound -> {
			if (bound == this) {
				scope.clearTransaction();
			}
		}));
	}

	/**
	 * Count a transaction as the SDK counts one that it does not sample.
	 * @param options the options of the SDK
	 */
	static void countAsLost(SentryOptions options) {
		DiscardReason reason = (options.getBackpressureMonitor().getDownsampleFactor() > 0) ? DiscardReason.BACKPRESSURE
				: DiscardReason.SAMPLE_RATE;
		IClientReportRecorder reports = options.getClientReportRecorder();
		reports.recordLostEvent(reason, DataCategory.Transaction);
		reports.recordLostEvent(reason, DataCategory.Span, 1);
	}

	@Override
	public void forceFinish(SpanStatus status, boolean dropIfNoChildren, @Nullable Hint hint) {
		finish(status, null, dropIfNoChildren, hint);
	}

	@Override
	public void scheduleFinish() {
		complete().scheduleFinish();
	}

	@Override
	public String getName() {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getName() : this.context.getName();
	}

	@Override
	public TransactionNameSource getTransactionNameSource() {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getTransactionNameSource() : this.context.getTransactionNameSource();
	}

	@Override
	public void setName(String name) {
		complete().setName(name);
	}

	@Override
	public void setName(String name, TransactionNameSource transactionNameSource) {
		complete().setName(name, transactionNameSource);
	}

	@Override
	public List<Span> getSpans() {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getSpans() : List.of();
	}

	@Override
	public @Nullable ISpan getLatestActiveSpan() {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getLatestActiveSpan() : null;
	}

	@Override
	public SentryId getEventId() {
		return complete().getEventId();
	}

	@Override
	public ISpan startChild(String operation) {
		return parent().startChild(operation);
	}

	@Override
	public ISpan startChild(String operation, @Nullable String description) {
		return parent().startChild(operation, description);
	}

	@Override
	public ISpan startChild(String operation, @Nullable String description, SpanOptions spanOptions) {
		return parent().startChild(operation, description, spanOptions);
	}

	@Override
	public ISpan startChild(SpanContext spanContext, SpanOptions spanOptions) {
		return parent().startChild(spanContext, spanOptions);
	}

	@Override
	public ISpan startChild(String operation, @Nullable String description, @Nullable SentryDate timestamp) {
		return parent().startChild(operation, description, timestamp);
	}

	@Override
	public ISpan startChild(String operation, @Nullable String description, @Nullable SentryDate timestamp,
			Instrumenter instrumenter) {
		return parent().startChild(operation, description, timestamp, instrumenter);
	}

	@Override
	public ISpan startChild(String operation, @Nullable String description, @Nullable SentryDate timestamp,
			Instrumenter instrumenter, SpanOptions spanOptions) {
		return parent().startChild(operation, description, timestamp, instrumenter, spanOptions);
	}

	@Override
	public String getOperation() {
		return this.context.getOperation();
	}

	@Override
	public void setOperation(String operation) {
		this.context.setOperation(operation);
	}

	@Override
	public @Nullable String getDescription() {
		return this.context.getDescription();
	}

	@Override
	public void setDescription(@Nullable String description) {
		this.context.setDescription(description);
	}

	@Override
	public @Nullable SpanStatus getStatus() {
		return this.context.getStatus();
	}

	@Override
	public void setStatus(@Nullable SpanStatus status) {
		this.context.setStatus(status);
	}

	@Override
	public @Nullable Throwable getThrowable() {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getThrowable() : null;
	}

	@Override
	public void setThrowable(@Nullable Throwable throwable) {
		complete().setThrowable(throwable);
	}

	@Override
	public @Nullable String getTag(@Nullable String key) {
		return complete().getTag(key);
	}

	@Override
	public void setTag(@Nullable String key, @Nullable String value) {
		complete().setTag(key, value);
	}

	@Override
	public @Nullable Object getData(@Nullable String key) {
		ITransaction complete = this.complete;
		return (complete != null) ? complete.getData(key) : null;
	}

	@Override
	public void setData(@Nullable String key, @Nullable Object value) {
		complete().setData(key, value);
	}

	@Override
	public void setMeasurement(String name, Number value) {
		complete().setMeasurement(name, value);
	}

	@Override
	public void setMeasurement(String name, Number value, MeasurementUnit unit) {
		complete().setMeasurement(name, value, unit);
	}

	@Override
	public boolean updateEndDate(SentryDate date) {
		return complete().updateEndDate(date);
	}

	@Override
	public SentryDate getStartDate() {
		return complete().getStartDate();
	}

	@Override
	public @Nullable SentryDate getFinishDate() {
		return complete().getFinishDate();
	}

	@Override
	public void setContext(@Nullable String key, @Nullable Object context) {
		complete().setContext(key, context);
	}

	@Override
	public Contexts getContexts() {
		return complete().getContexts();
	}

	@Override
	public void addFeatureFlag(@Nullable String flag, @Nullable Boolean result) {
		complete().addFeatureFlag(flag, result);
	}

}
