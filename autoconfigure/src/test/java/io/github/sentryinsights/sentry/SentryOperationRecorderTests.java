package io.github.sentryinsights.sentry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryWrapper;
import io.sentry.SpanStatus;
import io.sentry.TransactionOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link SentryOperationRecorder} with a real SDK that sends over HTTP.
 */
class SentryOperationRecorderTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final Operations operations = new Operations(new SentryOperationRecorder(leafSpans()), OperationMeter.NONE);

	private final OperationSource queries = this.operations
		.source(DbConvention.statements(new Database("db", "h2", null, null, null)));

	private final OperationSource work = function("work");

	private final OperationSource other = function("other");

	boolean leafSpans() {
		return true;
	}

	@BeforeEach
	void startSentry() {
		initialize(1.0);
	}

	@Test
	void theSdkHasNoSpanOfALeafUntilTheTransactionIsCaptured() {
		ITransaction transaction = transaction("leaf");
		this.queries.start().end();
		assertThat(transaction.getSpans().isEmpty()).isEqualTo(leafSpans());
		transaction.finish(SpanStatus.OK);
		assertThat(this.receiver.transaction("leaf").spans("db.query")).hasSize(1);
	}

	@Test
	void nothingIsRecordedWithoutATransaction() {
		assertThat(this.queries.start().isNoop()).isTrue();
		assertThat(this.work.startCurrent().isNoop()).isTrue();
	}

	@Test
	void nothingIsRecordedInAnUnsampledTransaction() {
		initialize(0.0);
		ITransaction transaction = transaction("unsampled");
		assertThat(this.queries.start().isNoop()).isTrue();
		assertThat(this.work.startCurrent().isNoop()).isTrue();
		transaction.finish(SpanStatus.OK);
	}

	@Test
	void nothingIsRecordedWhenSentryIsClosed() {
		transaction("closed");
		Sentry.close();
		assertThat(this.queries.start().isNoop()).isTrue();
		assertThat(this.work.startTransaction(name -> null).isNoop()).isTrue();
	}

	@Test
	void workIsAChildOfTheOperationThatIsCurrent() {
		ITransaction transaction = transaction("nested");
		Operation outer = this.work.startCurrent();
		Operation inner = this.other.startCurrent();
		this.queries.start().end();
		inner.end();
		this.queries.start().end();
		outer.end();
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("nested");
		ReceivedSpan work = named(received, "work");
		ReceivedSpan other = named(received, "other");
		assertThat(work.isChildOf(received.root())).isTrue();
		assertThat(other.isChildOf(work)).isTrue();
		assertThat(received.spans("db.query")).extracting(ReceivedSpan::parentSpanId)
			.containsExactly(other.spanId(), work.spanId(), received.root().spanId());
	}

	@Test
	void workWithinAContextLeavesTheThreadAsItWas() {
		ITransaction transaction = transaction("thread");
		Operation carried = this.other.startTransactionWithin(name -> null);
		Map<Object, Object> context = new HashMap<>();
		carried.contextualize(context::put);
		this.operations.runWithin(context::get, () -> this.queries.start().end());
		IllegalStateException failure = new IllegalStateException();
		assertThatThrownBy(() -> this.operations.runWithin(context::get, () -> {
			this.queries.start().end();
			throw failure;
		})).isSameAs(failure);
		this.queries.start().end();
		carried.end();
		transaction.finish(SpanStatus.OK);
		assertThat(this.receiver.transaction("thread").spans("db.query")).hasSize(1);
		assertThat(this.receiver.transaction("other").spans("db.query")).hasSize(2);
	}

	@Test
	void anUnsampledContextHidesWhatTheThreadHasAndOneWithoutATransactionChangesNothing() {
		ITransaction transaction = transaction("thread");
		initialize(0.0);
		Operation carried = this.other.startTransactionWithin(name -> null);
		Map<Object, Object> context = new HashMap<>();
		carried.contextualize(context::put);
		Sentry.getCurrentScopes().configureScope(scope -> scope.setTransaction(transaction));
		this.operations.runWithin(context::get, () -> assertThat(this.queries.start().isNoop()).isTrue());
		Sentry.getCurrentScopes().configureScope(scope -> scope.clearTransaction());
		IScopes thread = Sentry.getCurrentScopes();
		this.operations.runWithin(context::get,
				() -> assertThat(Sentry.getSpan()).satisfies(span -> assertThat(span.isSampled()).isFalse()));
		assertThat(Sentry.getCurrentScopes(false)).isSameAs(thread);
		context.replaceAll((key, scopes) -> Sentry.forkedRootScopes("empty"));
		this.operations.runWithin(context::get, () -> assertThat(Sentry.getCurrentScopes(false)).isSameAs(thread));
		carried.end();
	}

	@Test
	void aTransactionAdoptsNothingOfTheThreadThatStartedSentry() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ITransaction transaction = transaction("starter");
		Operation outer = this.work.startCurrent();
		executor.submit(() -> {
			Operation listener = this.other.startTransaction(name -> null);
			this.queries.start().end();
			listener.end();
		}).get(5, TimeUnit.SECONDS);
		outer.end();
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("other");
		assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
	}

	@Test
	void workThatOutlivesTheOperationThatHandedItOverIsRecordedBelowTheTransaction() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ITransaction transaction = transaction("outlived");
		CountDownLatch ended = new CountDownLatch(1);
		Operation outer = this.work.startCurrent();
		Future<?> handedOver = executor.submit(SentryWrapper.wrapCallable(() -> {
			assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
			this.queries.start().end();
			return null;
		}));
		outer.end();
		ended.countDown();
		handedOver.get(5, TimeUnit.SECONDS);
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("outlived");
		assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
	}

	@Test
	void operationsThatEndInAnyOrderOnSharedScopesLeaveNoEndedSpanBehind() {
		ITransaction transaction = transaction("shared scopes");
		Operation first = this.work.startCurrent();
		Operation second = this.other.startCurrent();
		first.end();
		this.queries.start().end();
		second.end();
		assertThat(Sentry.getSpan()).isSameAs(transaction);
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("shared scopes");
		assertThat(received.spans("db.query")).extracting(ReceivedSpan::parentSpanId)
			.containsExactly(named(received, "other").spanId(), received.root().spanId());
	}

	@Test
	void workIsAChildOfASpanThatTheUserOpenedInsideAnOperation() {
		ITransaction transaction = transaction("user's inside");
		Operation outer = this.work.startCurrent();
		ISpan inner = Sentry.getSpan().startChild("task", "inner");
		this.queries.start().end();
		inner.finish();
		this.queries.start().end();
		outer.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("user's inside");
		assertThat(received.spans("db.query")).extracting(ReceivedSpan::parentSpanId)
			.containsExactly(named(received, "inner").spanId(), named(received, "work").spanId());
	}

	@Test
	void nothingIsAChildOfARequestThatIsUnderWay() {
		ITransaction transaction = transaction("request");
		ISpan request = Sentry.getSpan().startChild("http.client", "GET https://example.com");
		this.queries.start().end();
		request.finish();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("request");
		assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
	}

	@Test
	void nothingIsAChildOfALeafThatIsStillOpen() {
		ITransaction transaction = transaction("open leaf");
		Operation open = this.queries.start();
		Operation second = this.queries.start();
		second.end();
		open.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("open leaf");
		assertThat(received.spans("db.query")).hasSize(2).allMatch(span -> span.isChildOf(received.root()));
	}

	@Test
	void nothingIsAChildOfADetachedOperation() {
		ITransaction transaction = transaction("detached");
		Operation detached = this.work.startCurrent();
		detached.detach();
		this.queries.start().end();
		detached.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("detached");
		assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
	}

	@Test
	void workHandedToAnotherThreadIsAChildOfTheOperationThatHandedItOver() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ITransaction transaction = transaction("handed over");
		Operation outer = this.work.startCurrent();
		executor.submit(SentryWrapper.wrapCallable(() -> {
			this.queries.start().end();
			return null;
		})).get(5, TimeUnit.SECONDS);
		outer.end();
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("handed over");
		assertThat(received.span("db.query").isChildOf(named(received, "work"))).isTrue();
	}

	@Test
	void workInAReactiveContextIsAChildOfTheOperationThatTheContextCarries() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ITransaction transaction = transaction("reactive");
		Operation outer = this.work.startWithin(key -> null);
		Map<Object, Object> context = new HashMap<>();
		outer.contextualize(context::put);
		executor.submit(() -> this.queries.start(context::get).end()).get(5, TimeUnit.SECONDS);
		outer.end();
		this.queries.start(key -> null).end();
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("reactive");
		assertThat(received.spans("db.query")).hasSize(2);
		assertThat(received.spans("db.query").get(0).isChildOf(named(received, "work"))).isTrue();
		assertThat(received.spans("db.query").get(1).isChildOf(received.root())).isTrue();
	}

	@Test
	void concurrentBranchesKeepTheirOwnChildren() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		ITransaction transaction = transaction("branches");
		CountDownLatch bothOpen = new CountDownLatch(2);
		CountDownLatch bothQueried = new CountDownLatch(2);
		Future<?> first = executor.submit(SentryWrapper.wrapCallable(() -> branch(this.work, bothOpen, bothQueried)));
		Future<?> second = executor.submit(SentryWrapper.wrapCallable(() -> branch(this.other, bothOpen, bothQueried)));
		first.get(5, TimeUnit.SECONDS);
		second.get(5, TimeUnit.SECONDS);
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("branches");
		ReceivedSpan work = named(received, "work");
		ReceivedSpan other = named(received, "other");
		assertThat(List.of(work, other)).allMatch(span -> span.isChildOf(received.root()));
		assertThat(received.spans("db.query")).extracting(ReceivedSpan::parentSpanId)
			.containsExactlyInAnyOrder(work.spanId(), other.spanId());
	}

	@Test
	void aSpanThatTheApplicationOpenedItselfIsTheParent() {
		ITransaction transaction = transaction("own span");
		ISpan own = transaction.startChild("own");
		this.queries.start().end();
		own.finish(SpanStatus.OK);
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("own span");
		assertThat(received.span("db.query").isChildOf(received.span("own"))).isTrue();
	}

	@Test
	void aSpanThatAnotherThreadOpenedIsNotTheParent() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ITransaction transaction = transaction("other thread");
		ISpan own = executor.submit(() -> transaction.startChild("own")).get(5, TimeUnit.SECONDS);
		this.queries.start().end();
		own.finish(SpanStatus.OK);
		transaction.finish(SpanStatus.OK);
		executor.shutdown();
		ReceivedTransaction received = this.receiver.transaction("other thread");
		assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
	}

	@Test
	void anErrorSetsTheStatus() {
		ITransaction transaction = transaction("failing");
		Operation operation = this.queries.start();
		operation.fail(new IllegalStateException());
		operation.end();
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(this.receiver.transaction("failing").spans("db.query")).extracting(ReceivedSpan::status)
			.containsExactly("internal_error", "ok");
	}

	@Test
	void aTransactionContinuesTheTraceAndGetsAStatus() {
		ITransaction transaction = transaction("sender");
		OperationSource publishes = this.operations
			.source(QueueConvention.publishes("kafka", "orders", QueueConvention.Origin.KAFKA));
		Operation publish = publishes.start();
		Map<String, String> headers = new HashMap<>();
		publishes.propagate(publish, MessageHeaders.sent(headers));
		publish.end();
		transaction.finish(SpanStatus.OK);
		OperationSource processes = this.operations
			.source(QueueConvention.processes("kafka", "orders", QueueConvention.Origin.KAFKA));
		Operation process = processes.startTransaction(headers::get);
		this.queries.start().end();
		process.end();
		assertThat(this.queries.start().isNoop()).isTrue();
		ReceivedTransaction sent = this.receiver.transaction("sender");
		ReceivedTransaction processed = this.receiver.transaction("orders");
		assertThat(processed.root().op()).isEqualTo("queue.process");
		assertThat(processed.root().status()).isEqualTo("ok");
		assertThat(processed.root().traceId()).isEqualTo(sent.root().traceId());
		assertThat(processed.root().isChildOf(sent.span("queue.publish"))).isTrue();
		assertThat(processed.span("db.query").isChildOf(processed.root())).isTrue();
	}

	@Test
	void aMalformedTraceHeaderStartsANewTrace() {
		OperationSource processes = this.operations
			.source(QueueConvention.processes("kafka", "orders", QueueConvention.Origin.KAFKA));
		processes.startTransaction(Map.of(QueueConvention.TRACE_HEADER, "nonsense-\u0000-x",
				QueueConvention.BAGGAGE_HEADER, "%%%,=,sentry-trace_id=1")::get)
			.end();
		assertThat(this.receiver.transaction("orders").root().traceId()).hasSize(32);
	}

	@Test
	void headersArePropagatedWhenUnsampled() {
		initialize(0.0);
		transaction("unsampled");
		Map<String, String> headers = new HashMap<>();
		this.queries.propagate(this.queries.start(), MessageHeaders.sent(headers));
		assertThat(headers.get(QueueConvention.TRACE_HEADER)).endsWith("-0");
		assertThat(headers).containsKey(QueueConvention.BAGGAGE_HEADER);
	}

	@Test
	void whatIsUnderWayWhenItsTransactionEndsIsFinishedWithIt() {
		ITransaction transaction = transaction("unfinished");
		Operation operation = this.queries.start();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("unfinished");
		operation.end();
		assertThat(received.span("db.query").isFinished()).isTrue();
		assertThat(received.span("db.query").status()).isEqualTo("ok");
	}

	@Test
	void anErrorCapturedInsideBelongsToTheOperationThatIsCurrent() {
		ITransaction transaction = transaction("captured");
		Operation operation = this.work.startCurrent();
		Sentry.captureException(new IllegalStateException());
		operation.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = this.receiver.transaction("captured");
		assertThat(this.receiver.item("event").path("contexts").path("trace").path("span_id").asText())
			.isEqualTo(named(received, "work").spanId());
	}

	private Void branch(OperationSource source, CountDownLatch bothOpen, CountDownLatch bothQueried)
			throws InterruptedException {
		Operation operation = source.startCurrent();
		bothOpen.countDown();
		assertThat(bothOpen.await(5, TimeUnit.SECONDS)).isTrue();
		this.queries.start().end();
		bothQueried.countDown();
		assertThat(bothQueried.await(5, TimeUnit.SECONDS)).isTrue();
		operation.end();
		return null;
	}

	private OperationSource function(String name) {
		return this.operations.source(FunctionConvention.reported(null, name));
	}

	private static ReceivedSpan named(ReceivedTransaction transaction, String description) {
		return transaction.spans()
			.stream()
			.filter(span -> span.description().equals(description))
			.findFirst()
			.orElseThrow();
	}

	private static ITransaction transaction(String name) {
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		return Sentry.startTransaction(name, "test", options);
	}

	private void initialize(double sampleRate) {
		Sentry.init(options -> {
			options.setDsn(this.receiver.dsn());
			options.setTracesSampleRate(sampleRate);
			options.addEventProcessor(new UnfinishedSpans());
		});
	}

}
