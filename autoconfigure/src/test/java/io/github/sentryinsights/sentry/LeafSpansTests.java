package io.github.sentryinsights.sentry;

import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.CompositePerformanceCollector;
import io.sentry.DefaultCompositePerformanceCollector;
import io.sentry.DefaultSpanFactory;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IContinuousProfiler;
import io.sentry.IPerformanceContinuousCollector;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ISpanFactory;
import io.sentry.ITransaction;
import io.sentry.Instrumenter;
import io.sentry.NoOpLogger;
import io.sentry.PerformanceCollectionData;
import io.sentry.ProfileLifecycle;
import io.sentry.ScopeType;
import io.sentry.Sentry;
import io.sentry.SentryClient;
import io.sentry.SentryDate;
import io.sentry.SentryDateProvider;
import io.sentry.SentryNanotimeDate;
import io.sentry.SentryOptions;
import io.sentry.SentryTracer;
import io.sentry.SentryWrapper;
import io.sentry.SpanContext;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TracesSampler;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;
import io.sentry.util.MapObjectWriter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link LeafSpans} where transactions and the SDK do not go the usual way.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeafSpansTests {

	private static final SentryId PROFILER = new SentryId("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

	private static final SentryId OTHER_PROFILER = new SentryId("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final SentryOperationRecorder recorder = new SentryOperationRecorder(true);

	private final Operations operations = new Operations(this.recorder, OperationMeter.NONE);

	private final OperationSource queries = queries(this.operations);

	private final OperationSource reads = this.operations
		.source(CacheConvention.accesses(OperationKind.CACHE_GET, "prices", CacheConvention.Origin.SPRING, null, null));

	private final OperationSource commands = this.operations.source(RedisConvention.commands("redis", null, null));

	private final OperationSource publishes = this.operations
		.source(QueueConvention.publishes("kafka", "orders", QueueConvention.Origin.KAFKA));

	private final OperationSource work = this.operations.source(FunctionConvention.reported(null, "work"));

	@BeforeEach
	void startSentry() {
		initialize(options -> {
		});
		assertThat(this.recorder.description()).isEqualTo("leaf spans");
	}

	@Test
	void aLeafIsNoSpanOfTheTransactionWhileItRuns() {
		ITransaction transaction = transaction("running");
		this.queries.start().end();
		assertThat(transaction.getSpans()).isEmpty();
		transaction.finish(SpanStatus.OK);
		assertThat(received("running").spans("db.query")).hasSize(1);
		assertThat(received("running").root().data().has(LeafSpans.KEY)).isFalse();
	}

	// A leaf that ends after its transaction

	@Test
	void nothingSaidAfterTheTransactionAppears() {
		AtomicReference<Operation> open = new AtomicReference<>();
		initialize(options -> options.setBeforeSendTransaction((transaction, hint) -> {
			assertThat(transaction.getSpans()).hasSize(1);
			tellLate(open.get());
			assertThat(transaction.getSpans().get(0).getData().toString()).doesNotContain("LATE");
			return transaction;
		}));
		ITransaction transaction = transaction("late");
		open.set(this.queries.start());
		open.get().attributes(attributes -> attributes.set(DbConvention.OPERATION, "SELECT"));
		transaction.finish(SpanStatus.OK);
		tellLate(open.get());
		open.get().fail(new IllegalStateException("LATE"));
		open.get().end();
		ReceivedSpan span = received("late").span("db.query");
		assertThat(span.data("db.operation").asText()).isEqualTo("SELECT");
		assertThat(span.status()).isEqualTo("ok");
		assertThat(span.json().path("timestamp")).isEqualTo(received("late").json().path("timestamp"));
		assertThat(this.receiver.text()).doesNotContain("LATE");
	}

	@Test
	void nothingSaidWhileTheTransactionIsSerializedAppears() {
		AtomicReference<Operation> open = new AtomicReference<>();
		initialize(options -> options.setBeforeSendTransaction((transaction, hint) -> {
			transaction.getSpans().get(0).getData().put("first", new Speaking(() -> {
				tellLate(open.get());
				open.get().end();
			}));
			return transaction;
		}));
		ITransaction transaction = transaction("serialized");
		open.set(this.queries.start());
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("serialized");
		assertThat(received.span("db.query").data("first").toString()).contains("spoke");
		assertThat(this.receiver.text()).doesNotContain("LATE");
	}

	@Test
	void aLeafThatBeginsAfterTheTransactionIsNotRecorded() throws Exception {
		ITransaction transaction = transaction("over");
		Operation read = this.reads.start();
		CompletableFuture<Void> finished = new CompletableFuture<>();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		Future<Boolean> late = executor.submit(SentryWrapper.wrapCallable(() -> {
			finished.get(5, TimeUnit.SECONDS);
			return this.queries.start().isRecording() || this.commands.startChild(read).isRecording();
		}));
		transaction.finish(SpanStatus.OK);
		finished.complete(null);
		assertThat(late.get(5, TimeUnit.SECONDS)).isFalse();
		executor.shutdown();
		assertThat(received("over").spans()).hasSize(1);
	}

	@Test
	void aLeafThatIsUnderWayIsEndedBeforeAProcessorOfTheScopeSeesIt() {
		List<SentrySpan> seen = new ArrayList<>();
		Sentry.configureScope(scope -> scope.addEventProcessor(new EventProcessor() {

			@Override
			public SentryTransaction process(SentryTransaction transaction, Hint hint) {
				seen.addAll(transaction.getSpans());
				return transaction;
			}

		}));
		ITransaction transaction = transaction("under way");
		this.queries.start();
		transaction.finish(SpanStatus.OK);
		assertThat(seen).singleElement().satisfies(span -> {
			assertThat(span.isFinished()).isTrue();
			assertThat(span.getStatus()).isEqualTo(SpanStatus.OK);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatIsUnderWayWhenTheApplicationCrashesIsAborted(boolean leafSpans) {
		OperationSource queries = queries(leafSpans);
		ITransaction transaction = transaction("crash");
		queries.start();
		queries.start().end();
		transaction.forceFinish(SpanStatus.ABORTED, false, null);
		assertThat(received("crash").spans("db.query")).extracting(ReceivedSpan::status)
			.containsExactly("aborted", "ok");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatIsUnderWayWhenARequestTakesTooLongIsNotToBlame(boolean leafSpans) {
		ITransaction transaction = transaction("gateway timeout");
		queries(leafSpans).start();
		transaction.finish(SpanStatus.DEADLINE_EXCEEDED);
		assertThat(received("gateway timeout").span("db.query").status()).isEqualTo("ok");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingEndsBeforeItBegins(boolean leafSpans) {
		OperationSource queries = queries(leafSpans);
		ITransaction transaction = transaction("early");
		queries.start();
		queries.start().end();
		transaction.finish(SpanStatus.OK, transaction.getStartDate());
		assertThat(received("early").spans("db.query")).hasSize(2)
			.allSatisfy(span -> assertThat(span.json().path("timestamp").asDouble())
				.isGreaterThanOrEqualTo(span.json().path("start_timestamp").asDouble()));
	}

	// Transactions that look at their children

	@Test
	void aTransactionThatWaitsForItsChildrenWaitsForALeaf() {
		ITransaction transaction = transaction("waiting", options -> options.setWaitForChildren(true));
		Operation operation = this.queries.start();
		transaction.finish(SpanStatus.OK);
		assertThat(transaction.isFinished()).isFalse();
		operation.end();
		assertThat(transaction.isFinished()).isTrue();
		assertThat(received("waiting").span("db.query").status()).isEqualTo("ok");
	}

	@Test
	void anIdleTransactionEndsAfterItsLeaves() {
		ITransaction transaction = transaction("idle", options -> {
			options.setWaitForChildren(true);
			options.setIdleTimeout(50L);
		});
		this.queries.start().end();
		this.queries.start().end();
		assertThat(transaction.getSpans()).hasSize(2);
		assertThat(this.receiver.transaction("idle").spans("db.query")).hasSize(2)
			.allMatch(span -> span.status().equals("ok"));
	}

	@Test
	void anIdleTransactionWithoutLeavesIsDropped() {
		ITransaction transaction = transaction("idle", options -> options.setIdleTimeout(1L));
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(transaction::isFinished);
		transaction("last").finish(SpanStatus.OK);
		received("last");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aLeafIsCutOffByTheDeadlineOfItsTransaction() {
		transaction("deadline", options -> options.setDeadlineTimeout(50L));
		Operation operation = this.queries.start();
		ReceivedTransaction received = this.receiver.transaction("deadline");
		operation.end();
		assertThat(received.root().status()).isEqualTo("deadline_exceeded");
		assertThat(received.span("db.query").status()).isEqualTo("deadline_exceeded");
	}

	@Test
	void aTransactionIsCutToItsLeaves() {
		ITransaction transaction = transaction("cut", options -> {
			options.setTrimStart(true);
			options.setTrimEnd(true);
		});
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("cut");
		ReceivedSpan span = received.span("db.query");
		assertThat(received.json().path("start_timestamp")).isEqualTo(span.json().path("start_timestamp"));
		assertThat(received.json().path("timestamp")).isEqualTo(span.json().path("timestamp"));
	}

	@Test
	void aCallbackAtTheEndOfATransactionSeesItsLeaves() {
		List<String> seen = new ArrayList<>();
		ITransaction transaction = transaction("callback", options -> options.setTransactionFinishedCallback(
				finished -> finished.getSpans().forEach(span -> seen.add(span.getOperation()))));
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(seen).containsExactly("db.query");
		assertThat(received("callback").spans("db.query")).hasSize(1);
	}

	// Nested, unsampled and forgotten transactions

	@Test
	void leavesGoToTheTransactionThatIsBound() {
		ITransaction outer = transaction("outer");
		this.queries.start().end();
		try (ISentryLifecycleToken token = Sentry.forkedScopes("inner").makeCurrent()) {
			ITransaction inner = transaction("inner");
			this.reads.start().end();
			inner.finish(SpanStatus.OK);
		}
		this.queries.start().end();
		outer.finish(SpanStatus.OK);
		assertThat(received("inner").spans()).singleElement()
			.matches(span -> span.op().equals("cache.get") && span.isChildOf(received("inner").root()));
		assertThat(received("outer").spans("db.query")).hasSize(2)
			.allMatch(span -> span.isChildOf(received("outer").root()));
		assertThat(received("outer").spans()).hasSize(2);
	}

	@Test
	void leavesGoToTheActiveSpanThoughAnotherTransactionIsBound() {
		ITransaction outer = transaction("outer");
		Operation branch = this.work.startCurrent();
		ITransaction inner = transaction("inner");
		this.queries.start().end();
		branch.end();
		this.queries.start().end();
		inner.finish(SpanStatus.OK);
		outer.finish(SpanStatus.OK);
		ReceivedTransaction receivedOuter = received("outer");
		ReceivedTransaction receivedInner = received("inner");
		assertThat(receivedOuter.span("db.query").isChildOf(receivedOuter.span("function"))).isTrue();
		assertThat(receivedOuter.span("db.query").traceId()).isEqualTo(receivedOuter.root().traceId());
		assertThat(receivedInner.span("db.query").isChildOf(receivedInner.root())).isTrue();
	}

	@Test
	void nothingIsKeptOfAnUnsampledTransaction() {
		initialize(options -> options.setTracesSampleRate(0.0));
		SentryTracer transaction = (SentryTracer) transaction("unsampled");
		assertThat(this.queries.start().isNoop()).isTrue();
		assertThat(transaction.getData()).doesNotContainKey(LeafSpans.KEY);
		transaction.finish(SpanStatus.OK);
		transaction("last");
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void aTransactionThatIsNeverFinishedIsCollectedWithItsLeaves() {
		Exception error = new IllegalStateException("failed");
		List<WeakReference<?>> forgotten = forgottenTransaction(error);
		awaitCollection(forgotten);
		Sentry.captureException(error);
		transaction("last").finish(SpanStatus.OK);
		assertThat(received("last").spans()).isEmpty();
	}

	@Test
	void aLeafThatIsNeverEndedKeepsNoOtherOfItsTransaction() {
		ITransaction transaction = transaction("finished");
		List<WeakReference<?>> ended = new ArrayList<>();
		ended.add(new WeakReference<>(endedLeaf()));
		Operation open = this.publishes.start();
		ended.add(new WeakReference<>(endedLeaf()));
		transaction.finish(SpanStatus.OK);
		assertThat(received("finished").spans()).hasSize(3);
		awaitCollection(ended);
		assertThat(open.isRecording()).isTrue();
		open.end();
	}

	// Other clients, and the SDK started and stopped

	@Test
	void leavesFromBeforeAndAfterANewStartOfTheSdkArrive() {
		ITransaction transaction = transaction("restarted");
		Operation open = this.queries.start();
		this.queries.start().end();
		initialize(options -> options.setMaxSpans(100));
		Sentry.configureScope(scope -> scope.setTransaction(transaction));
		open.end();
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(received("restarted").spans("db.query")).hasSize(3)
			.allMatch(span -> span.isChildOf(received("restarted").root()));
	}

	@Test
	void aTransactionWhoseFirstLeafComesAfterANewStartOfTheSdkHasIt() {
		ITransaction transaction = transaction("restarted");
		initialize(options -> {
		});
		Sentry.configureScope(scope -> scope.setTransaction(transaction));
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(received("restarted").spans("db.query")).hasSize(1);
	}

	@Test
	void leavesArriveWhenTheSdkIsStartedAgainAfterItWasClosed() {
		ITransaction transaction = transaction("closed between");
		this.queries.start().end();
		Sentry.close();
		initialize(options -> {
		});
		transaction.finish(SpanStatus.OK);
		assertThat(received("closed between").spans("db.query")).hasSize(1);
	}

	@Test
	void nothingHappensToALeafWhenTheSdkIsClosed() {
		ITransaction transaction = transaction("closed");
		Operation operation = this.reads.start();
		Sentry.close();
		operation.attributes(attributes -> attributes.describe("closed"));
		this.commands.startChild(operation).end();
		operation.fail(new IllegalStateException());
		operation.end();
		assertThat(this.queries.start().isNoop()).isTrue();
		transaction.finish(SpanStatus.OK);
		assertThat(this.recorder.description()).isEqualTo("no spans, as Sentry is off");
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void leavesArriveAtTheClientOfTheirScopes() {
		try (SentryReceiver second = SentryReceiver.start()) {
			SentryOptions options = new SentryOptions();
			options.setDsn(second.dsn());
			options.setTracesSampleRate(1.0);
			IScopes forked = Sentry.forkedScopes("second client");
			forked.bindClient(new SentryClient(options));
			try (ISentryLifecycleToken token = forked.makeCurrent()) {
				ITransaction transaction = transaction("second");
				this.queries.start().end();
				transaction.finish(SpanStatus.OK);
				forked.flush(5000);
			}
			assertThat(second.transactions()).singleElement()
				.matches(transaction -> transaction.spans("db.query").size() == 1);
			assertThat(this.receiver.transactions()).isEmpty();
		}
	}

	@Test
	void leavesArriveAfterTheGlobalScopeWasCleared() {
		ITransaction first = transaction("first");
		this.queries.start().end();
		first.finish(SpanStatus.OK);
		Sentry.configureScope(ScopeType.GLOBAL, IScope::clear);
		ITransaction second = transaction("second");
		this.queries.start().end();
		second.finish(SpanStatus.OK);
		assertThat(received("first").spans("db.query")).hasSize(1);
		assertThat(received("second").spans("db.query")).hasSize(1);
	}

	@Test
	void leavesArriveThoughTheGlobalScopeIsClearedDuringTheirTransaction() {
		ITransaction transaction = transaction("cleared");
		this.queries.start().end();
		Sentry.configureScope(ScopeType.GLOBAL, IScope::clear);
		transaction.finish(SpanStatus.OK);
		assertThat(received("cleared").spans("db.query")).hasSize(1);
		assertThat(received("cleared").root().data().has(LeafSpans.KEY)).isFalse();
	}

	// Threads

	@Test
	void noLeafOfManyThreadsIsLost() throws Exception {
		initialize(options -> options.setMaxSpans(10_000));
		ITransaction transaction = transaction("threads");
		onThreads(8, number -> {
			Operation branch = this.work.startCurrent();
			branch.attributes(attributes -> attributes.describe("branch " + number));
			for (int i = 0; i < 1000; i++) {
				Operation query = this.queries.start();
				query.attributes(attributes -> attributes.describe("query " + number));
				query.end();
			}
			branch.end();
		});
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("threads");
		Map<String, String> branches = new HashMap<>();
		received.spans("function").forEach(span -> branches.put(span.spanId(), span.description()));
		Map<String, Integer> queries = new HashMap<>();
		for (ReceivedSpan span : received.spans("db.query")) {
			assertThat(branches.get(span.parentSpanId())).isEqualTo(span.description().replace("query", "branch"));
			assertThat(span.data("thread.name").asText()).isEqualTo(span.description().replace("query", "thread"));
			queries.merge(span.description(), 1, Integer::sum);
		}
		assertThat(branches).hasSize(8);
		assertThat(queries).hasSize(8).allSatisfy((description, count) -> assertThat(count).isEqualTo(1000));
		assertThat(received.spans()).extracting(ReceivedSpan::spanId).doesNotHaveDuplicates();
	}

	@Test
	void manyThreadsTogetherSendNoMoreSpansThanAllowed() throws Exception {
		ITransaction transaction = transaction("threads");
		onThreads(8, number -> {
			for (int i = 0; i < 30; i++) {
				Operation branch = this.work.startCurrent();
				for (int j = 0; j < 6; j++) {
					this.queries.start().end();
				}
				branch.end();
			}
		});
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("threads");
		assertThat(received.spans()).hasSize(1000);
		assertThat(received.spans("function")).isNotEmpty();
		assertThat(received.spans("db.query")).isNotEmpty();
	}

	@Test
	void noBranchBeginsBeyondTheLimitThatLeavesHaveReached() {
		initialize(options -> options.setMaxSpans(2));
		ITransaction transaction = transaction("full");
		this.queries.start().end();
		this.queries.start().end();
		assertThat(this.work.startCurrent().isNoop()).isTrue();
		assertThat(this.queries.start().isNoop()).isTrue();
		Map<String, String> headers = new HashMap<>();
		this.publishes.propagate(this.publishes.start(), MessageHeaders.sent(headers));
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("full");
		assertThat(received.spans()).hasSize(2);
		assertThat(headers.get(QueueConvention.TRACE_HEADER)).contains(received.root().spanId());
	}

	// The serializer

	@Test
	void theSerializerWritesNothingOfTheLeaves() throws Exception {
		SentryTracer transaction = (SentryTracer) transaction("serialized");
		Operation operation = this.queries.start();
		operation.attributes(attributes -> {
			attributes.describe("SECRET");
			attributes.set(DbConvention.OPERATION, "SECRET");
		});
		operation.fail(new IllegalStateException("failed"));
		operation.end();
		Object buffer = transaction.getData(LeafSpans.KEY);
		assertThat(buffer).isInstanceOf(LeafBuffer.class);
		assertThat(buffer).hasToString("leaf spans");
		Map<String, Object> mapped = new HashMap<>();
		new MapObjectWriter(mapped).name("buffer")
			.value(NoOpLogger.getInstance(), buffer)
			.name("data")
			.value(NoOpLogger.getInstance(), transaction.getData());
		assertThat(mapped.toString()).doesNotContain("SECRET", "db.query");
		SentryTransaction captured = new SentryTransaction(transaction);
		for (Object holder : List.of(captured, buffer, Map.of("buffer", buffer), List.of(buffer),
				new Object[] { buffer }, new Bean(buffer), new Bean(new Bean(buffer)), new Bean(Map.of("a", buffer)),
				new Bean(List.of(buffer)), new Bean(transaction), transaction.getData(),
				captured.getContexts().getTrace())) {
			StringWriter written = new StringWriter();
			Sentry.getCurrentScopes().getOptions().getSerializer().serialize(holder, written);
			assertThat(written.toString()).as(holder.getClass().getName())
				.isNotEmpty()
				.doesNotContain("SECRET", "db.query", "insights.jdbc");
		}
		transaction.finish(SpanStatus.OK);
		assertThat(received("serialized").span("db.query").description()).isEqualTo("SECRET");
	}

	// Errors and headers

	@Test
	void anErrorBelongsToTheLeafThatIsOpen() {
		ITransaction transaction = transaction("error");
		Operation operation = this.queries.start();
		capture("open");
		operation.end();
		capture("ended");
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("error");
		ReceivedSpan query = received.span("db.query");
		JsonNode trace = trace("open");
		assertThat(trace.path("span_id").asText()).isEqualTo(query.spanId());
		assertThat(trace.path("parent_span_id").asText()).isEqualTo(received.root().spanId());
		assertThat(trace.path("trace_id").asText()).isEqualTo(received.root().traceId());
		assertThat(trace.path("op").asText()).isEqualTo("db.query");
		assertThat(trace.has("status")).isFalse();
		assertThat(trace("ended").path("span_id").asText()).isEqualTo(received.root().spanId());
	}

	@Test
	void anErrorBelongsToTheInnermostLeafThatIsOpen() {
		ITransaction transaction = transaction("error");
		Operation branch = this.work.startCurrent();
		Operation read = this.reads.start();
		Operation command = this.commands.startChild(read);
		capture("inner");
		command.end();
		capture("outer");
		read.end();
		capture("branch");
		branch.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("error");
		assertThat(trace("inner").path("span_id").asText()).isEqualTo(received.span("db.redis").spanId());
		assertThat(trace("outer").path("span_id").asText()).isEqualTo(received.span("cache.get").spanId());
		assertThat(trace("branch").path("span_id").asText()).isEqualTo(received.span("function").spanId());
	}

	@Test
	void anErrorOfAnotherThreadDoesNotBelongToTheLeaf() throws Exception {
		ITransaction transaction = transaction("error");
		Operation operation = this.queries.start();
		onThreads(1, number -> capture("elsewhere"));
		operation.end();
		transaction.finish(SpanStatus.OK);
		assertThat(trace("elsewhere").path("span_id").asText()).isEqualTo(received("error").root().spanId());
	}

	@Test
	void anErrorDoesNotBelongToALeafThatGoesOnElsewhere() {
		ITransaction transaction = transaction("error");
		Operation operation = this.publishes.start();
		operation.detach();
		capture("detached");
		operation.end();
		transaction.finish(SpanStatus.OK);
		assertThat(trace("detached").path("span_id").asText()).isEqualTo(received("error").root().spanId());
	}

	@Test
	void anErrorOfAnotherTransactionDoesNotBelongToTheLeaf() {
		ITransaction transaction = transaction("error");
		Operation operation = this.queries.start();
		try (ISentryLifecycleToken token = Sentry.forkedScopes("inner").makeCurrent()) {
			ITransaction inner = transaction("inner");
			Operation read = this.reads.start();
			capture("inner leaf");
			read.end();
			capture("inner");
			inner.finish(SpanStatus.OK);
		}
		operation.end();
		transaction.finish(SpanStatus.OK);
		assertThat(trace("inner").path("span_id").asText()).isEqualTo(received("inner").root().spanId());
		assertThat(trace("inner leaf").path("span_id").asText())
			.isEqualTo(received("inner").span("cache.get").spanId());
	}

	@Test
	void anErrorThatALeafFailedWithBelongsToItAfterItsEnd() {
		ITransaction transaction = transaction("error");
		Exception error = new IllegalStateException("failed");
		Operation branch = this.work.startCurrent();
		Operation operation = this.queries.start();
		operation.fail(error);
		operation.end();
		branch.end();
		Operation other = this.queries.start();
		Sentry.captureException(new IllegalArgumentException("wrapped", error));
		other.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("error");
		ReceivedSpan failed = received.spans("db.query").get(0);
		JsonNode trace = trace("wrapped");
		assertThat(trace.path("span_id").asText()).isEqualTo(failed.spanId());
		assertThat(trace.path("parent_span_id").asText()).isEqualTo(received.span("function").spanId());
		assertThat(trace.path("trace_id").asText()).isEqualTo(received.root().traceId());
		assertThat(trace.path("op").asText()).isEqualTo("db.query");
		assertThat(trace.path("status").asText()).isEqualTo("internal_error");
		assertThat(failed.status()).isEqualTo("internal_error");
		assertThat(event("wrapped").path("transaction").asText()).isEqualTo("error");
	}

	@Test
	void theHeaderOfAMessageNamesTheSpanThatArrives() {
		ITransaction transaction = transaction("headers");
		Map<String, String> headers = new HashMap<>();
		Operation publish = this.publishes.start();
		this.publishes.propagate(publish, MessageHeaders.sent(headers));
		publish.end();
		transaction.finish(SpanStatus.OK);
		ReceivedTransaction received = received("headers");
		assertThat(headers.get(QueueConvention.TRACE_HEADER))
			.isEqualTo(received.root().traceId() + "-" + received.span("queue.publish").spanId() + "-1");
		assertThat(headers.get(QueueConvention.BAGGAGE_HEADER)).contains("sentry-trace_id=" + received.root().traceId(),
				"sentry-transaction=headers");
	}

	// Profilers, collectors, clocks and factories

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLeafCarriesTheIdOfTheProfilerThatRuns(boolean leafSpans) {
		initialize(options -> {
			options.setContinuousProfiler(new FakeProfiler());
			options.setProfileSessionSampleRate(1.0);
		});
		assertThat(profilerId(leafSpans, new TransactionContext("profiled", "test"))).isEqualTo(PROFILER.toString());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLeafCarriesTheIdOfAProfilerThatIsNotStartedByTheSdk(boolean leafSpans) {
		initialize(options -> options.setContinuousProfiler(new FakeProfiler()));
		assertThat(profilerId(leafSpans, new TransactionContext("profiled", "test"))).isEqualTo(PROFILER.toString());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLeafCarriesTheIdOfTheProfilerOfItsTransaction(boolean leafSpans) {
		initialize(options -> {
			options.setContinuousProfiler(new FakeProfiler());
			options.setProfileSessionSampleRate(1.0);
		});
		TransactionContext context = new TransactionContext("profiled", "test");
		context.setProfilerId(OTHER_PROFILER);
		assertThat(profilerId(leafSpans, context)).isEqualTo(OTHER_PROFILER.toString());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLeafCarriesNoIdOfAProfilerWithoutOne(boolean leafSpans) {
		assertThat(profilerId(leafSpans, new TransactionContext("profiled", "test"))).isEmpty();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("reasonsForChildSpans")
	void leafOperationsAreChildSpansAndTheReasonIsTold(String reason, Consumer<SentryOptions> configuration) {
		initialize(configuration);
		assertThat(this.recorder.description()).isEqualTo("child spans, as " + reason);
		ITransaction transaction = transaction("child spans");
		this.queries.start().end();
		assertThat(transaction.getSpans()).hasSize(1);
		transaction.finish(SpanStatus.OK);
		assertThat(received("child spans").span("db.query").isChildOf(received("child spans").root())).isTrue();
	}

	static Stream<Arguments> reasonsForChildSpans() {
		return Stream.of(
				reason("times are told by " + LeafSpansTests.class.getName() + "$Nanotime",
						options -> options.setDateProvider(new Nanotime())),
				reason("spans are made by " + LeafSpansTests.class.getName() + "$OtherFactory",
						options -> options.setSpanFactory(new OtherFactory())),
				reason("a performance collector looks at the spans",
						options -> options.addPerformanceCollector(new Collector())),
				reason("a performance collector looks at the spans",
						options -> options.setCompositePerformanceCollector(new OtherCollector())));
	}

	@Test
	void aPerformanceCollectorSeesTheSpansOfLeafOperations() {
		Collector collector = new Collector();
		initialize(options -> {
			options.addPerformanceCollector(collector);
			options.setCompositePerformanceCollector(new DefaultCompositePerformanceCollector(options));
		});
		ITransaction transaction = transaction("collected");
		this.queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(collector.seen).containsSubsequence("started db.query", "finished db.query");
	}

	@Test
	void leafOperationsAreChildSpansWhenTheApplicationSaysSo() {
		SentryOperationRecorder recorder = new SentryOperationRecorder(false);
		assertThat(recorder.description()).isEqualTo("child spans, as sentry.insights.leaf-spans is false");
		OperationSource queries = queries(new Operations(recorder, OperationMeter.NONE));
		ITransaction transaction = transaction("switched off");
		queries.start().end();
		assertThat(transaction.getSpans()).hasSize(1);
		transaction.finish(SpanStatus.OK);
		assertThat(received("switched off").spans("db.query")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingIsRecordedInATransactionOfAnotherInstrumenter(boolean leafSpans) {
		initialize(options -> options.setInstrumenter(Instrumenter.OTEL));
		OperationSource queries = queries(leafSpans);
		TransactionContext context = new TransactionContext("other instrumenter", "test");
		context.setInstrumenter(Instrumenter.OTEL);
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		ITransaction transaction = Sentry.startTransaction(context, options);
		assertThat(transaction.isNoOp()).isFalse();
		queries.start().end();
		transaction.finish(SpanStatus.OK);
		assertThat(received("other instrumenter").spans()).isEmpty();
	}

	@Test
	void theLineAtStartTellsOfLeafSpans(CapturedOutput output) {
		Sentry.close();
		ready("sentry.insights.leaf-spans=true");
		assertThat(output).containsOnlyOnce("Sentry Insights instruments nothing; recording leaf spans");
	}

	@Test
	void theLineAtStartTellsWhyThereAreChildSpans(CapturedOutput output) {
		Sentry.close();
		ready("sentry.insights.leaf-spans=false");
		assertThat(output).containsOnlyOnce("recording child spans, as sentry.insights.leaf-spans is false");
	}

	@Test
	void theLineAtStartTellsThatSentryIsOff(CapturedOutput output) {
		Sentry.close();
		ready("sentry.dsn=");
		assertThat(output).containsOnlyOnce("recording no spans, as Sentry is off");
	}

	private void ready(String property) {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		logging.setLogLevel("io.github.sentryinsights", LogLevel.INFO);
		InsightsContextRunner.sendingTo(this.receiver).withPropertyValues(property).run(context -> {
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			source.publishEvent(
					new ApplicationReadyEvent(new SpringApplication(), new String[0], source, Duration.ofSeconds(1)));
		});
		logging.setLogLevel("io.github.sentryinsights", null);
	}

	private static void tellLate(Operation operation) {
		operation.attributes(attributes -> {
			attributes.describe("LATE");
			attributes.set(DbConvention.OPERATION, "LATE");
			attributes.set(DbConvention.NAME, "LATE");
		});
	}

	private Operation endedLeaf() {
		Operation operation = this.queries.start();
		operation.attributes(attributes -> attributes.set(DbConvention.OPERATION, "SELECT"));
		operation.end();
		return operation;
	}

	private List<WeakReference<?>> forgottenTransaction(Exception error) {
		try (ISentryLifecycleToken token = Sentry.forkedScopes("forgotten").makeCurrent()) {
			ITransaction transaction = transaction("forgotten");
			Operation branch = this.work.startCurrent();
			Operation open = this.queries.start();
			Operation failed = this.queries.start();
			failed.fail(error);
			failed.end();
			LeafBuffer buffer = LeafSpans.existing(transaction);
			assertThat(buffer).isNotNull();
			return List.of(new WeakReference<>(transaction), new WeakReference<>(branch), new WeakReference<>(open),
					new WeakReference<>(failed), new WeakReference<>(buffer));
		}
	}

	private static void awaitCollection(List<WeakReference<?>> references) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).until(() -> {
			System.gc();
			return references.stream().allMatch(reference -> reference.get() == null);
		});
	}

	private String profilerId(boolean leafSpans, TransactionContext context) {
		OperationSource queries = queries(leafSpans);
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		ITransaction transaction = Sentry.startTransaction(context, options);
		queries.start().end();
		assertThat(transaction.getSpans()).hasSize(leafSpans ? 0 : 1);
		transaction.finish(SpanStatus.OK);
		return received("profiled").span("db.query").data("profiler_id").asText();
	}

	private static void capture(String message) {
		Sentry.captureException(new IllegalStateException(message));
		// The SDK reads a span that is still open when it sends the event.
		Sentry.flush(5000);
	}

	private JsonNode event(String message) {
		Sentry.flush(5000);
		return this.receiver.items("event")
			.stream()
			.filter(event -> event.at("/exception/values").findValuesAsText("value").contains(message))
			.findFirst()
			.orElseThrow();
	}

	private JsonNode trace(String message) {
		return event(message).at("/contexts/trace");
	}

	private ReceivedTransaction received(String name) {
		Sentry.flush(10_000);
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void onThreads(int count, Work work) throws Exception {
		CyclicBarrier start = new CyclicBarrier(count);
		ExecutorService executor = Executors.newFixedThreadPool(count);
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				int number = i;
				Callable<?> task = SentryWrapper.wrapCallable(() -> {
					Thread.currentThread().setName("thread " + number);
					start.await(10, TimeUnit.SECONDS);
					work.run(number);
					return null;
				});
				results.add(executor.submit(task));
			}
			for (Future<?> result : results) {
				result.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static Operations operations(boolean leafSpans) {
		return new Operations(new SentryOperationRecorder(leafSpans), OperationMeter.NONE);
	}

	private static OperationSource queries(boolean leafSpans) {
		return queries(operations(leafSpans));
	}

	private static OperationSource queries(Operations operations) {
		return operations.source(DbConvention.statements(new Database("db", "h2", null, null, null)));
	}

	private static ITransaction transaction(String name) {
		return transaction(name, options -> {
		});
	}

	private static ITransaction transaction(String name, Consumer<TransactionOptions> configuration) {
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		configuration.accept(options);
		return Sentry.startTransaction(name, "test", options);
	}

	private void initialize(Consumer<SentryOptions> configuration) {
		Sentry.init(options -> {
			options.setDsn(this.receiver.dsn());
			options.setTracesSampleRate(1.0);
			options.addEventProcessor(new UnfinishedSpans());
			configuration.accept(options);
		});
	}

	private static Arguments reason(String reason, Consumer<SentryOptions> configuration) {
		return arguments(reason, configuration);
	}

	@FunctionalInterface
	private interface Work {

		void run(int number) throws Exception;

	}

	/**
	 * A value that the serializer knows nothing of.
	 */
	private static final class Bean {

		@SuppressWarnings("unused")
		private final Object value;

		Bean(Object value) {
			this.value = value;
		}

	}

	/**
	 * A value that does something when it is serialized.
	 */
	private static final class Speaking extends ArrayList<String> {

		private static final long serialVersionUID = 1L;

		private final transient Runnable action;

		Speaking(Runnable action) {
			this.action = action;
			add("spoke");
		}

		@Override
		public Iterator<String> iterator() {
			this.action.run();
			return super.iterator();
		}

	}

	private static final class Nanotime implements SentryDateProvider {

		@Override
		public SentryDate now() {
			return new SentryNanotimeDate();
		}

	}

	private static final class OtherFactory implements ISpanFactory {

		private final ISpanFactory delegate = new DefaultSpanFactory();

		@Override
		public ITransaction createTransaction(TransactionContext context, IScopes scopes, TransactionOptions options,
				CompositePerformanceCollector collector) {
			return this.delegate.createTransaction(context, scopes, options, collector);
		}

		@Override
		public ISpan createSpan(IScopes scopes, SpanOptions options, SpanContext context, ISpan parent) {
			return this.delegate.createSpan(scopes, options, context, parent);
		}

	}

	private static final class Collector implements IPerformanceContinuousCollector {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		@Override
		public void onSpanStarted(ISpan span) {
			this.seen.add("started " + span.getOperation());
		}

		@Override
		public void onSpanFinished(ISpan span) {
			this.seen.add("finished " + span.getOperation());
		}

		@Override
		public void clear() {
		}

	}

	private static final class OtherCollector implements CompositePerformanceCollector {

		@Override
		public void start(ITransaction transaction) {
		}

		@Override
		public void start(String id) {
		}

		@Override
		public void onSpanStarted(ISpan span) {
		}

		@Override
		public void onSpanFinished(ISpan span) {
		}

		@Override
		public List<PerformanceCollectionData> stop(ITransaction transaction) {
			return null;
		}

		@Override
		public List<PerformanceCollectionData> stop(String id) {
			return null;
		}

		@Override
		public void close() {
		}

	}

	private static final class FakeProfiler implements IContinuousProfiler {

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public void startProfiler(ProfileLifecycle lifecycle, TracesSampler sampler) {
		}

		@Override
		public void stopProfiler(ProfileLifecycle lifecycle) {
		}

		@Override
		public void close(boolean isTerminating) {
		}

		@Override
		public void reevaluateSampling() {
		}

		@Override
		public SentryId getProfilerId() {
			return PROFILER;
		}

		@Override
		public SentryId getChunkId() {
			return SentryId.EMPTY_ID;
		}

	}

}
