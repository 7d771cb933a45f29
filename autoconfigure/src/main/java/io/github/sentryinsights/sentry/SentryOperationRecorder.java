package io.github.sentryinsights.sentry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Instrumenter;
import io.sentry.Sentry;
import io.sentry.SentryDate;
import io.sentry.SentryLongDate;
import io.sentry.SpanOptions;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Records operations below the spans that are current in Sentry's scopes.
 */
final class SentryOperationRecorder implements OperationRecorder {

	/**
	 * The key under which Sentry's own Reactor support keeps the scopes of a
	 * subscription.
	 */
	static final String CONTEXT_KEY = "sentry-scopes";

	/**
	 * The key under which Spring keeps its observation of a reactive method that it runs
	 * itself, whose context holds the same as the one of a subscription.
	 */
	private static final String OBSERVATION_KEY = ObservationThreadLocalAccessor.KEY;

	private final Map<String, SpanOptions> options = new ConcurrentHashMap<>();

	private final LeafSpans leaves;

	private final LateFailures lateFailures = new LateFailures();

	private final RecentBuffers recent = new RecentBuffers();

	private final TraceHeaders traceHeaders = new TraceHeaders();

	private final Transactions transactions = new Transactions();

	/**
	 * Create a recorder.
	 * @param leafSpans whether leaf operations are kept in buffers wherever they can be
	 */
	SentryOperationRecorder(boolean leafSpans) {
		this.leaves = new LeafSpans(leafSpans, this.lateFailures);
	}

	@Override
	public boolean isActive() {
		return CurrentSpan.sampledTransaction(scopes()) != null;
	}

	@Override
	public boolean isEnabled() {
		return Sentry.getGlobalScope().getClient().isEnabled();
	}

	@Override
	public @Nullable Operation start(OperationTarget target) {
		return start(target, scopes());
	}

	@Override
	public @Nullable Operation start(OperationTarget target, Function<Object, @Nullable Object> context) {
		return start(target, scopes(context));
	}

	private @Nullable Operation start(OperationTarget target, IScopes scopes) {
		if (DeferredScopes.areUntouched(scopes)) {
			return null;
		}
		IScope scope = scopes.getScope();
		ITransaction transaction = CurrentSpan.transaction(scopes, scope);
		if (transaction == null) {
			return null;
		}
		LeafBuffer buffer = this.recent.existing(transaction);
		if (buffer == null && !CurrentSpan.isSampled(transaction)) {
			return null;
		}
		ISpan active = CurrentSpan.active(scope);
		ISpan parent = CurrentSpan.parentWithin(active, transaction);
		if (parent == null) {
			parent = (active != null) ? active : transaction;
			buffer = null;
		}
		else if (buffer == null) {
			buffer = this.leaves.create(transaction, scopes);
		}
		if (isWithinCache(target, parent)) {
			return null;
		}
		if (target.kind() == OperationKind.DB_REDIS && OperationKind.isCacheAccess(parent.getOperation())) {
			CacheConvention.peer(target, parent::setData);
		}
		if (buffer != null) {
			return buffer.start(target, parent.getSpanContext().getSpanId());
		}
		ISpan span = child(parent, target);
		if (span == null) {
			return null;
		}
		return (target.kind() == OperationKind.QUEUE_PUBLISH)
				? new SpanOperation.Published(span,
						error -> this.lateFailures.report(target, error, transaction, span, scopes))
				: new SpanOperation(span);
	}

	@Override
	public void record(OperationTarget target, long nanoseconds, @Nullable Throwable error) {
		IScopes scopes = scopes();
		ITransaction transaction = CurrentSpan.sampledTransaction(scopes);
		if (transaction == null) {
			return;
		}
		SentryDate end = scopes.getOptions().getDateProvider().now();
		SentryDate start = new SentryLongDate(end.nanoTimestamp() - nanoseconds);
		SpanOptions options = new SpanOptions();
		options.setOrigin(target.origin());
		ISpan parent = CurrentSpan.parent(CurrentSpan.active(scopes.getScope()), transaction);
		if (!hasRoom(transaction, target)) {
			return;
		}
		ISpan span = parent.startChild(target.operation(), target.name(), start, Instrumenter.SENTRY, options);
		if (!span.isNoOp()) {
			SpanOperation.setAttributes(span, target);
			span.setThrowable(error);
			span.finish(SpanOperation.status((error != null) ? Outcome.ERROR : Outcome.SUCCESS), end);
		}
	}

	@Override
	public @Nullable Operation startChild(OperationTarget target, Operation parent) {
		if (parent instanceof LeafOperation leaf) {
			return (leaf.endNanos() == 0) ? leaf.buffer().start(target, leaf.spanId()) : null;
		}
		if (parent instanceof SpanOperation recorded && recorded.isRecording()) {
			ISpan span = child(recorded.span(), target);
			return (span != null) ? new SpanOperation(span) : null;
		}
		return null;
	}

	@Override
	public @Nullable Operation startCurrent(OperationTarget target) {
		IScopes scopes = scopes();
		ITransaction transaction = CurrentSpan.sampledTransaction(scopes);
		if (transaction == null) {
			return null;
		}
		ISpan active = CurrentSpan.active(scopes.getScope());
		ISpan span = branch(CurrentSpan.parent(active, transaction), target, transaction);
		return (span != null) ? new SpanOperation.Current(span, scopes, active) : null;
	}

	@Override
	public Function<Object, @Nullable Object> context() {
		IScopes scopes = scopes();
		return key -> CONTEXT_KEY.equals(key) ? scopes : null;
	}

	@Override
	public @Nullable Operation startCurrent(OperationTarget target, Function<Object, @Nullable Object> context) {
		IScopes scopes = scopes(context);
		ITransaction transaction = CurrentSpan.sampledTransaction(scopes);
		if (transaction == null) {
			return null;
		}
		ISpan span = branch(CurrentSpan.parent(CurrentSpan.active(scopes.getScope()), transaction), target,
				transaction);
		return (span != null) ? new SpanOperation.Visiting(span, scopes.forkedCurrentScope("insights")) : null;
	}

	@Override
	public @Nullable Function<Object, @Nullable Object> handOver() {
		IScopes scopes = scopes();
		if (!scopes.isEnabled()) {
			return null;
		}
		IScope scope = scopes.getScope();
		ITransaction transaction = CurrentSpan.transaction(scopes, scope);
		ISpan span = (transaction != null) ? CurrentSpan.parent(CurrentSpan.active(scope), transaction) : null;
		return new HandedOver(scopes.forkedScopes("insights"), transaction, span);
	}

	@Override
	public @Nullable Operation startHandedOver(OperationTarget target,
			@Nullable Function<Object, @Nullable Object> context, OperationSource.Handover handover) {
		if (!(context instanceof HandedOver given)) {
			return (handover == OperationSource.Handover.PART) ? null : startTransaction(target, name -> null);
		}
		ITransaction transaction = given.transaction();
		if (transaction == null && handover == OperationSource.Handover.PART) {
			return new SpanOperation.Part(given.enter(null));
		}
		if (transaction != null && !transaction.isFinished()) {
			ISpan parent = given.openSpan(transaction);
			if (handover == OperationSource.Handover.PART) {
				return new SpanOperation.Part(given.enter(parent));
			}
			if (handover == OperationSource.Handover.AWAITED && CurrentSpan.isSampled(transaction)) {
				ISpan span = branch(parent, target, transaction);
				return (span != null) ? new SpanOperation.Visiting(span, given.scopes())
						: new SpanOperation.Part(given.enter(parent));
			}
		}
		return startTransaction(target, ReceivedTrace.of(given::header), given.scopes());
	}

	@Override
	public @Nullable Operation startWithin(OperationTarget target, Function<Object, @Nullable Object> context) {
		IScopes scopes = scopes(context);
		ITransaction transaction = CurrentSpan.sampledTransaction(scopes);
		if (transaction == null) {
			return null;
		}
		ISpan active = CurrentSpan.active(scopes.getScope());
		ISpan span = branch(CurrentSpan.parent(active, transaction), target, transaction);
		return (span != null) ? new SpanOperation.Within(span, scopes.forkedCurrentScope("insights")) : null;
	}

	@Override
	public @Nullable Operation startTransaction(OperationTarget target, Function<String, @Nullable String> headers) {
		if (!isEnabled()) {
			return null;
		}
		ReceivedTrace trace = ReceivedTrace.of(headers);
		DeferredScopes deferred = this.transactions.defer(target, trace);
		return (deferred != null) ? new SpanOperation.Deferred(deferred, Sentry.setCurrentScopes(deferred.view()))
				: startTransaction(target, trace, Sentry.forkedRootScopes("insights"));
	}

	private Operation startTransaction(OperationTarget target, ReceivedTrace trace, IScopes scopes) {
		ISentryLifecycleToken token = scopes.makeCurrent();
		try {
			return new SpanOperation.Transaction(this.transactions.start(target, trace, scopes), scopes, token);
		}
		catch (RuntimeException | LinkageError ex) {
			token.close();
			throw ex;
		}
	}

	@Override
	public @Nullable Operation startTransactionWithin(OperationTarget target,
			Function<String, @Nullable String> headers) {
		if (!isEnabled()) {
			return null;
		}
		ReceivedTrace trace = ReceivedTrace.of(headers);
		DeferredScopes deferred = this.transactions.defer(target, trace);
		if (deferred != null) {
			return new SpanOperation.Deferred(deferred, null);
		}
		IScopes scopes = Sentry.forkedRootScopes("insights");
		return new SpanOperation.TransactionWithin(this.transactions.start(target, trace, scopes), scopes);
	}

	@Override
	public boolean hasCurrent(Function<Object, @Nullable Object> context) {
		IScopes scopes = scopes(context);
		if (!scopes.isEnabled()) {
			return false;
		}
		ISpan span = scopes.getSpan();
		return span != null && !span.isFinished() && !span.isNoOp();
	}

	@Override
	public boolean decides(Function<Object, @Nullable Object> context) {
		return carried(context) != null;
	}

	@Override
	public @Nullable Runnable enter(Function<Object, @Nullable Object> context) {
		IScopes current = scopes();
		IScopes entered = scopes(context);
		if (entered == current || (!hasTransaction(entered) && !hasTransaction(current))) {
			return null;
		}
		return entered.makeCurrent()::close;
	}

	/**
	 * One that is not sampled counts as well: messages that are sent from it tell so.
	 */
	private static boolean hasTransaction(IScopes scopes) {
		return CurrentSpan.transaction(scopes, scopes.getScope()) != null;
	}

	@Override
	public @Nullable Attributes access() {
		IScopes scopes = scopes();
		ISpan active = DeferredScopes.areUntouched(scopes) ? null : CurrentSpan.active(scopes.getScope());
		return (active != null && OperationKind.isCacheAccess(active.getOperation())) ? new SpanOperation(active)
				: null;
	}

	@Override
	public void propagate(Operation operation, BiConsumer<String, String> headers) {
		if (operation instanceof LeafOperation leaf) {
			this.traceHeaders.write(leaf, headers);
		}
		else if (operation instanceof SpanOperation recorded && recorded.isRecording()) {
			IScopes scopes = scopes();
			this.traceHeaders.write(recorded.span(), CurrentSpan.transaction(scopes, scopes.getScope()), headers);
		}
		else {
			propagate(headers);
		}
	}

	private void propagate(BiConsumer<String, String> headers) {
		IScopes scopes = Sentry.getCurrentScopes();
		if (!scopes.isEnabled()) {
			return;
		}
		ISpan span = scopes.getSpan();
		if (span != null && !span.isNoOp()) {
			this.traceHeaders.writeAgain(span, CurrentSpan.transaction(scopes, scopes.getScope()), headers);
		}
		else {
			this.traceHeaders.write(scopes, headers);
		}
	}

	/**
	 * As the SDK decides it for the frames of a stack trace.
	 */
	@Override
	public boolean isApplication(String className) {
		for (String prefix : scopes().getOptions().getInAppIncludes()) {
			if (className.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

	@Override
	public String description() {
		IScope scope = Sentry.getGlobalScope();
		if (!scope.getClient().isEnabled()) {
			return "no spans, as Sentry is off";
		}
		String reason = this.leaves.reasonAgainst(scope.getOptions());
		return (reason != null) ? "child spans, as " + reason : "leaf spans";
	}

	/**
	 * The scopes of this thread, if it has any: the SDK makes some for a thread without
	 * them when asked plainly, which would be done for every operation outside a
	 * transaction.
	 */
	private static IScopes scopes() {
		return Sentry.getCurrentScopes(false);
	}

	private static IScopes scopes(Function<Object, @Nullable Object> context) {
		IScopes carried = carried(context);
		return (carried != null) ? carried : scopes();
	}

	private static @Nullable IScopes carried(Function<Object, @Nullable Object> context) {
		if (context.apply(CONTEXT_KEY) instanceof IScopes carried) {
			return carried;
		}
		return (context.apply(OBSERVATION_KEY) instanceof Observation observation
				&& observation.getContextView().get(CONTEXT_KEY) instanceof IScopes carried) ? carried : null;
	}

	private @Nullable ISpan branch(ISpan parent, OperationTarget target, ITransaction transaction) {
		return (!isWithinCache(target, parent) && hasRoom(transaction, target)) ? child(parent, target) : null;
	}

	/**
	 * A cache that keeps its entries in another one is read once, not twice.
	 */
	private static boolean isWithinCache(OperationTarget target, ISpan parent) {
		return target.kind().isCacheAccess() && OperationKind.isCacheAccess(parent.getOperation());
	}

	/**
	 * The SDK counts its own spans only, and each one too many would cost a leaf.
	 */
	private static boolean hasRoom(ITransaction transaction, OperationTarget target) {
		LeafBuffer buffer = LeafSpans.existing(transaction);
		return buffer == null || buffer.hasRoom(target);
	}

	private @Nullable ISpan child(ISpan parent, OperationTarget target) {
		ISpan span = parent.startChild(target.operation(), target.name(), options(target.origin()));
		if (span.isNoOp()) {
			return null;
		}
		SpanOperation.setAttributes(span, target);
		return span;
	}

	/**
	 * The SDK only reads the options of a span, so all spans of an origin share theirs.
	 */
	private SpanOptions options(String origin) {
		SpanOptions options = this.options.get(origin);
		return (options != null) ? options : this.options.computeIfAbsent(origin, key -> {
			SpanOptions created = new SpanOptions();
			created.setOrigin(key);
			return created;
		});
	}

}
