package io.github.sentryinsights.sentry;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link DeferredScopes}: whatever a listener does, all that anybody can see is
 * as with scopes that are forked at once.
 */
class DeferredScopesTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String PARENT_ID = "b7ad6b7169203331";

	private static final String BAGGAGE = "sentry-trace_id=" + TRACE_ID
			+ ",sentry-public_key=test,sentry-sample_rand=0.734,sentry-sample_rate=0.1,sentry-sampled=false";

	private static final Map<String, String> UNSAMPLED = Map.of(QueueConvention.TRACE_HEADER,
			TRACE_ID + "-" + PARENT_ID + "-0", QueueConvention.BAGGAGE_HEADER, BAGGAGE);

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final Operations operations = new Operations(new SentryOperationRecorder(true), OperationMeter.NONE);

	private final OperationSource messages = this.operations
		.source(QueueConvention.processes("kafka", "orders", QueueConvention.Origin.KAFKA));

	private final OperationSource work = this.operations.source(FunctionConvention.reported(null, "work"));

	@BeforeEach
	void startSentry() {
		initialize(options -> {
		});
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void areSeenAsThoseThatAreForkedAtOnce(String name, BiConsumer<Operation, Consumer<@Nullable Object>> scenario) {
		// A sampler that leaves the decision to others keeps everything from being
		// deferred.
		Map<String, Object> atOnce = observe(options -> options.setTracesSampler(context -> null), scenario, false);
		Map<String, Object> deferred = observe(options -> {
		}, scenario, true);
		assertThat(deferred).isEqualTo(atOnce);
	}

	static Stream<Arguments> scenarios() {
		Map<String, BiConsumer<Operation, Consumer<@Nullable Object>>> scenarios = new TreeMap<>();
		scenarios.put("nothing", (operation, seen) -> {
		});
		scenarios.put("propagate", (operation, seen) -> {
			seen.accept(Sentry.getTraceparent().getTraceId());
			seen.accept(Sentry.getTraceparent().isSampled());
			seen.accept(Sentry.getBaggage().getValue());
		});
		scenarios.put("span", (operation, seen) -> {
			ISpan span = Sentry.getSpan();
			seen.accept(span.isSampled());
			seen.accept(span.getSpanContext().getParentSpanId());
			seen.accept(span.startChild("work").isNoOp());
			seen.accept(Sentry.getCurrentScopes().getTransaction() == span);
			seen.accept(Sentry.isEnabled());
		});
		scenarios.put("tell", (operation, seen) -> {
			Sentry.setTag("order", "1");
			Sentry.addBreadcrumb("before");
			Sentry.configureScope(scope -> scope.setUser(user("7")));
			Sentry.captureMessage("inside");
			try (ISentryLifecycleToken token = Sentry.pushScope()) {
				Sentry.setTag("inner", "2");
				Sentry.captureMessage("pushed");
			}
			Sentry.withScope(scope -> {
				scope.setTag("with", "3");
				Sentry.captureMessage("within");
			});
			Sentry.captureMessage("inside again");
		});
		scenarios.put("fail", (operation, seen) -> {
			IllegalStateException failure = new IllegalStateException("failed");
			operation.fail(failure);
			operation.end();
			Sentry.captureException(failure);
		});
		scenarios.put("choose a status", (operation, seen) -> {
			ITransaction transaction = Sentry.getCurrentScopes().getTransaction();
			transaction.setStatus(SpanStatus.ABORTED);
			operation.end();
			seen.accept(transaction.getStatus());
			seen.accept(transaction.isFinished());
		});
		scenarios.put("hand over", (operation, seen) -> {
			IScopes scopes = Sentry.forkedScopes("test");
			onAnotherThread(() -> {
				try (ISentryLifecycleToken token = scopes.makeCurrent()) {
					seen.accept(Sentry.getSpan().isSampled());
					Sentry.captureMessage("elsewhere");
				}
				return null;
			});
		});
		scenarios.put("ask for it too late", (operation, seen) -> {
			IScopes scopes = Sentry.getCurrentScopes();
			operation.end();
			seen.accept(Sentry.getCurrentScopes() == scopes);
			seen.accept(scopes.getTransaction() == null);
			seen.accept(scopes.getTraceparent().getTraceId());
			scopes.captureMessage("late");
		});
		return scenarios.entrySet().stream().map(scenario -> Arguments.of(scenario.getKey(), scenario.getValue()));
	}

	private Map<String, Object> observe(Consumer<SentryOptions> configuration,
			BiConsumer<Operation, Consumer<@Nullable Object>> scenario, boolean deferred) {
		initialize(configuration);
		this.receiver.clear();
		List<String> seen = new ArrayList<>();
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isEqualTo(deferred);
		assertThat(operation.isRecording()).isFalse();
		scenario.accept(operation, value -> seen.add(String.valueOf(value)));
		operation.end();
		Sentry.captureMessage("outside");
		Sentry.close();
		Map<String, Object> observed = new TreeMap<>();
		observed.put("seen", seen);
		observed.put("events", this.receiver.items("event").stream().map(DeferredScopesTests::event).toList());
		observed.put("lost", this.receiver.lost());
		return observed;
	}

	@Test
	void areForkedOnlyWhenSomebodyAsks() {
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		IScopes scopes = Sentry.getCurrentScopes(false);
		assertThat(DeferredScopes.areUntouched(scopes)).isTrue();
		this.work.start().end();
		this.work.startCurrent().end();
		assertThat(this.operations.isActive()).isFalse();
		assertThat(this.work.access()).isNull();
		assertThat(scopes).isEqualTo(scopes).isNotEqualTo(Sentry.forkedRootScopes("test")).hasSameHashCodeAs(scopes);
		assertThat(DeferredScopes.areUntouched(scopes)).isTrue();
		Sentry.setTag("order", "1");
		assertThat(DeferredScopes.areUntouched(scopes)).isFalse();
		// From now on nobody on this thread has to go through a proxy.
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isFalse();
		assertThat(Sentry.getCurrentScopes(false).getScope()).isSameAs(scopes.getScope());
		operation.end();
		assertThat(Sentry.getSpan()).isNull();
	}

	@Test
	void allThreadsGetTheSameOnes() throws Exception {
		for (int i = 0; i < 100; i++) {
			Operation operation = this.messages.startTransaction(UNSAMPLED::get);
			IScopes scopes = Sentry.getCurrentScopes(false);
			Callable<List<Object>> asking = () -> List.of(scopes.getScope(), scopes.getTransaction());
			ExecutorService threads = Executors.newFixedThreadPool(2);
			List<Future<List<Object>>> asked = threads.invokeAll(List.of(asking, asking));
			assertThat(asked.get(0).get()).isEqualTo(asked.get(1).get());
			threads.shutdown();
			operation.end();
		}
	}

	@Test
	void theyAreForkedFromTheRootAsItIsByThen() {
		IScopes root = Sentry.getCurrentScopes();
		Operation first = this.messages.startTransaction(UNSAMPLED::get);
		Sentry.captureMessage("first");
		first.end();
		root.setTag("region", "eu");
		Operation second = this.messages.startTransaction(UNSAMPLED::get);
		Sentry.captureMessage("second");
		second.end();
		initialize(options -> {
		});
		Operation third = this.messages.startTransaction(UNSAMPLED::get);
		Sentry.captureMessage("third");
		third.end();
		Sentry.close();
		Map<String, String> regions = new TreeMap<>();
		this.receiver.items("event")
			.forEach(event -> regions.put(event.path("message").path("formatted").asText(),
					event.path("tags").path("region").asText()));
		assertThat(regions).isEqualTo(Map.of("first", "", "second", "eu", "third", ""));
	}

	@Test
	void nothingIsDeferredWhereAllThreadsShareTheirScopes() {
		initialize(options -> options.setGlobalHubMode(true));
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isFalse();
		assertThat(Sentry.getTraceparent().getTraceId()).hasToString(TRACE_ID);
		operation.end();
		initialize(options -> options.setGlobalHubMode(false));
	}

	@Test
	void whatTheSdkThrowsComesAsItIs() {
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		IScopes scopes = Sentry.getCurrentScopes(false);
		assertThatThrownBy(() -> scopes.startTransaction((TransactionContext) null))
			.isInstanceOf(IllegalArgumentException.class);
		operation.end();
	}

	@Test
	void aMessageThatIsSentOnBelongsToTheTrace() {
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		Map<String, String> headers = new TreeMap<>();
		this.work.propagate(this.work.start(), MessageHeaders.sent(headers));
		assertThat(headers.get(QueueConvention.TRACE_HEADER)).startsWith(TRACE_ID).endsWith("-0");
		assertThat(headers.get(QueueConvention.BAGGAGE_HEADER)).contains("sentry-sampled=false");
		operation.end();
	}

	@Test
	void workInAReactiveContextBelongsToThem() {
		Operation operation = this.messages.startTransactionWithin(UNSAMPLED::get);
		Map<Object, Object> context = new HashMap<>();
		operation.contextualize(context::put);
		assertThat(this.work.startCurrent(context::get).isNoop()).isTrue();
		IScopes scopes = (IScopes) context.get(SentryOperationRecorder.CONTEXT_KEY);
		assertThat(DeferredScopes.areUntouched(scopes)).isTrue();
		assertThat(scopes.getTransaction().getSpanContext().getTraceId()).hasToString(TRACE_ID);
		operation.end();
		assertThat(scopes.getTransaction()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { TRACE_ID + "-" + PARENT_ID + "-1", TRACE_ID + "-" + PARENT_ID,
			TRACE_ID + "-" + PARENT_ID + "-0 ", TRACE_ID + "-" + PARENT_ID + "-00", TRACE_ID + "-0", "", "nonsense",
			"0AF7651916CD43DD8448EB211C80319C-" + PARENT_ID + "-0",
			"0af7651916cd43dd8448eb211c80319cb-7ad6b7169203331-0" })
	void aHeaderThatTellsNoDecisionIsLeftToTheSdk(String trace) {
		Operation operation = this.messages.startTransaction(Map.of(QueueConvention.TRACE_HEADER, trace)::get);
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isFalse();
		operation.end();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "sentry-org_id=7", "sentry-org_id=8,sentry-sampled=false", "a=b, sentry-org_id = 7 ",
			"sentry-org_id=", "sentry-org_id", "x-sentry-org_id=8,sentry-org_id=7", "x-sentry-org_id=7",
			"sentry-org_id=8,sentry-org_id=7", "sentry-org_id=7,sentry-org_id=8" })
	void aTraceGoesOnWhenItDoesForTheSdk(String baggage) {
		Sentry.init(options -> {
			options.setDsn("http://test@o8.localhost:1/1");
			options.setTracesSampleRate(1.0);
			options.setBeforeSendTransaction((transaction, hint) -> null);
		});
		ReceivedTrace trace = new ReceivedTrace(TRACE_ID + "-" + PARENT_ID + "-0", baggage);
		boolean bySdk = TRACE_ID.equals(trace.continueIn(Sentry.forkedRootScopes("test")).getTraceId().toString());
		ContinuedTraces traces = new ContinuedTraces();
		for (int i = 0; i < 2; i++) {
			assertThat(traces.continues(trace, Sentry.getGlobalScope().getOptions())).isEqualTo(bySdk);
		}
	}

	@Test
	void nothingIsDeferredForAnOriginThatIsIgnored() {
		initialize(options -> options.addIgnoredSpanOrigin("auto.queue.insights.kafka_consumer"));
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isFalse();
		operation.end();
	}

	@Test
	void nothingIsLeftOnTheThreadWhileSentryIsOff() {
		Operation operation = this.messages.startTransaction(UNSAMPLED::get);
		Sentry.close();
		operation.end();
		assertThat(this.messages.startTransaction(UNSAMPLED::get).isNoop()).isTrue();
		assertThat(Proxy.isProxyClass(Sentry.getCurrentScopes(false).getClass())).isFalse();
	}

	private void initialize(Consumer<SentryOptions> configuration) {
		Sentry.init(options -> {
			options.setDsn(this.receiver.dsn());
			options.setTracesSampleRate(1.0);
			options.setEnvironment("test");
			configuration.accept(options);
		});
	}

	private static void onAnotherThread(Callable<@Nullable Object> task) {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			thread.submit(task).get(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			thread.shutdown();
		}
	}

	private static User user(String id) {
		User user = new User();
		user.setId(id);
		return user;
	}

	private static Map<String, String> event(JsonNode event) {
		JsonNode trace = event.path("contexts").path("trace");
		boolean continued = trace.path("trace_id").asText().equals(TRACE_ID);
		return Map.of("message", event.path("message").path("formatted").asText(), "transaction",
				event.path("transaction").asText(), "continued", String.valueOf(continued), "parent",
				continued ? trace.path("parent_span_id").asText() : "", "operation", trace.path("op").asText(),
				"origin", trace.path("origin").asText(), "tags", event.path("tags").toString(), "breadcrumbs",
				event.path("breadcrumbs").findValuesAsText("message").toString(), "user",
				event.path("user").path("id").asText(), "exception",
				event.path("exception").findValuesAsText("type").toString());
	}

}
