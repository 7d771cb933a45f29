package io.github.sentryinsights.sentry;

import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.MeasurementUnit;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SentryWrapper;
import io.sentry.SpanStatus;
import io.sentry.TraceContext;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.AttributeKey.Sensitivity;
import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that what arrives is the same whether leaf operations are kept aside or are child
 * spans of the SDK.
 * <p>
 * Everything in the envelopes is compared. Only ids and times, which no two runs share,
 * are replaced: an id by the place of its span, a time by its rank among all times of the
 * transaction.
 */
class LeafDifferentialTests {

	private static final CacheKeys KEYS = CacheKeys.kept();

	private static final ExecutorService worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "worker"));

	@AfterAll
	static void stopWorker() {
		worker.shutdownNow();
	}

	@AfterEach
	void stopSentry() {
		Sentry.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("scripts")
	void theSameArrives(String name, Consumer<SentryOptions> configuration, Script script) throws Exception {
		assertThat(run(true, configuration, script)).isEqualTo(run(false, configuration, script));
	}

	@ParameterizedTest(name = "seed {0}, at most {1} spans")
	@MethodSource("seeds")
	void theSameArrivesOfARandomScript(long seed, int maxSpans) throws Exception {
		Consumer<SentryOptions> configuration = options -> options.setMaxSpans(maxSpans);
		Script script = workload -> random(workload, new Random(seed), maxSpans == 1000);
		assertThat(run(true, configuration, script)).as("seed %d", seed).isEqualTo(run(false, configuration, script));
	}

	@Test
	void anOperationThatFailedButHasNotEndedWithItsTransactionIsAFailureOnlyAsALeaf() throws Exception {
		Script script = workload -> {
			workload.begin("under way");
			workload.failure(workload.start(workload.statements));
			workload.finish(SpanStatus.OK);
		};
		assertThat(run(true, options -> {
		}, script)).contains("\"status\" : \"internal_error\"");
		assertThat(run(false, options -> {
		}, script)).doesNotContain("internal_error");
	}

	@Test
	void aLeafThatOutlivesItsBranchEndsWithItUnlikeAChildSpan() throws Exception {
		Script script = workload -> {
			workload.begin("outlived");
			Operation branch = workload.startCurrent(workload.function);
			Operation leaf = workload.start(workload.statements);
			workload.end(branch);
			workload.end(leaf);
			workload.finish(SpanStatus.OK);
		};
		List<Integer> ends = times(run(true, options -> {
		}, script), "timestamp");
		assertThat(ends).hasSize(3).isSorted();
		assertThat(ends.get(1)).isEqualTo(ends.get(0)).isLessThan(ends.get(2));
		List<Integer> endsOfChildSpans = times(run(false, options -> {
		}, script), "timestamp");
		assertThat(endsOfChildSpans).hasSize(3).isSorted();
		assertThat(endsOfChildSpans.get(0)).isLessThan(endsOfChildSpans.get(1));
	}

	@Test
	void aSpanOfTheSdkBeyondTheLimitTakesThePlaceOfALeafButNotOfAChildSpan() throws Exception {
		Script script = workload -> {
			workload.begin("full");
			workload.end(workload.start(workload.statements));
			workload.end(workload.start(workload.statements));
			workload.finish(workload.sdkSpan("task"));
			workload.finish(SpanStatus.OK);
		};
		assertThat(run(true, options -> options.setMaxSpans(2), script)).containsOnlyOnce("\"op\" : \"db.query\"")
			.containsOnlyOnce("\"op\" : \"task\"");
		assertThat(run(false, options -> options.setMaxSpans(2), script)).doesNotContain("\"op\" : \"task\"");
	}

	private static List<Integer> times(String arrived, String name) {
		return Pattern.compile("\"" + name + "\" : \"\\[time (\\d+)]\"")
			.matcher(arrived.substring(0, arrived.indexOf("\"type\"")))
			.results()
			.map(result -> Integer.valueOf(result.group(1)))
			.toList();
	}

	private static Stream<Arguments> seeds() {
		return LongStream.rangeClosed(1, 8)
			.boxed()
			.flatMap(seed -> IntStream.of(1000, 25).mapToObj(maxSpans -> arguments(seed, maxSpans)));
	}

	private static Stream<Arguments> scripts() {
		return Stream.of(script("statements", LeafDifferentialTests::statements),
				script("attributes of every type", LeafDifferentialTests::attributes),
				script("caches and redis", LeafDifferentialTests::caches),
				script("messages", LeafDifferentialTests::messages),
				script("failures", LeafDifferentialTests::failures),
				script("branches", LeafDifferentialTests::branches), script("threads", LeafDifferentialTests::threads),
				script("measurements and tags", LeafDifferentialTests::measurements),
				script("a continued trace", LeafDifferentialTests::continuedTrace),
				script("a transaction without leaves", workload -> {
					workload.begin("empty");
					workload.finish(SpanStatus.OK);
				}), script("a transaction that takes a time of its own", workload -> {
					workload.begin("own time");
					Operation operation = workload.start(workload.statements);
					workload.end(operation);
					workload.finish(SpanStatus.UNAVAILABLE);
				}),
				script("ignored origins",
						options -> options
							.setIgnoredSpanOrigins(List.of("auto.db.insights.redis", "auto\\.queue\\..*")),
						LeafDifferentialTests::caches),
				script("ignored origins of messages",
						options -> options
							.setIgnoredSpanOrigins(List.of("auto.db.insights.redis", "auto\\.queue\\..*")),
						LeafDifferentialTests::branches),
				script("more spans than allowed", options -> options.setMaxSpans(7), LeafDifferentialTests::caches),
				script("more leaves than allowed", options -> options.setMaxSpans(3),
						LeafDifferentialTests::statements),
				script("no spans allowed", options -> options.setMaxSpans(0), LeafDifferentialTests::statements),
				script("edited before they are sent", LeafDifferentialTests::editBeforeSend,
						LeafDifferentialTests::caches),
				script("dropped before they are sent",
						options -> options
							.setBeforeSendTransaction((transaction, hint) -> isLast(transaction) ? transaction : null),
						LeafDifferentialTests::caches),
				script("read, edited and removed by a processor of the options",
						options -> options.addEventProcessor(new Editor("options")), LeafDifferentialTests::caches),
				script("read, edited and removed by a processor of the scope", options -> {
				}, workload -> {
					Sentry.configureScope(scope -> scope.addEventProcessor(new Editor("scope")));
					caches(workload);
				}), script("dropped by a processor of the options", options -> options.addEventProcessor(new Dropper()),
						LeafDifferentialTests::caches),
				script("dropped by a processor of the scope", options -> {
				}, workload -> {
					Sentry.configureScope(scope -> scope.addEventProcessor(new Dropper()));
					caches(workload);
				}),
				script("an ignored transaction", options -> options.setIgnoredTransactions(List.of("caches")),
						LeafDifferentialTests::caches),
				script("an unsampled transaction",
						options -> options.setTracesSampler(
								context -> context.getTransactionContext().getName().equals("last") ? 1.0 : 0.0),
						LeafDifferentialTests::caches));
	}

	private static void statements(Workload workload) throws Exception {
		workload.begin("statements");
		for (int i = 0; i < 5; i++) {
			Operation operation = workload.start(workload.statements);
			int number = i;
			workload.tell(operation, attributes -> {
				attributes.describe("SELECT * FROM item WHERE id = ? -- " + number);
				attributes.set(DbConvention.OPERATION, "SELECT");
				if (number > 1) {
					attributes.set(DbConvention.BATCH_SIZE, number);
				}
			});
			workload.end(operation);
		}
		workload.end(workload.start(workload.transactions));
		workload.finish(SpanStatus.OK);
	}

	private static void attributes(Workload workload) throws Exception {
		workload.begin("attributes");
		Operation operation = workload.start(workload.statements);
		workload.tell(operation, attributes -> {
			attributes.describe("");
			attributes.set(key("string"), "text");
			attributes.set(key("integer"), 1);
			attributes.set(key("long"), 1L << 40);
			attributes.set(key("double"), 0.5);
			attributes.set(key("boolean"), true);
			attributes.set(key("list"), List.of("a", "b"));
			attributes.set(key("empty"), List.of());
			attributes.set(key("map"), Map.of("a", 1));
			attributes.set(key("enum"), Outcome.SUCCESS);
			attributes.set(key("text that looks like a number"), "1");
			attributes.set(key("removed"), "value");
			attributes.set(key("removed"), null);
			attributes.set(key("set twice"), "first");
			attributes.set(key("set twice"), 2);
			attributes.set(DbConvention.NAME, "in place of the shared one");
			attributes.set(key("thread.name"), "own name");
		});
		workload.end(operation);
		workload.tell(operation, attributes -> attributes.set(key("late"), "late"));
		workload.end(operation);
		workload.end(workload.start(workload.function));
		workload.finish(SpanStatus.OK);
	}

	private static void caches(Workload workload) throws Exception {
		workload.begin("caches");
		Operation read = workload.start(workload.reads);
		workload.tell(read, attributes -> CacheConvention.read(attributes, KEYS.one("one")));
		Operation command = workload.startChild(workload.commands, read);
		workload.tell(command, attributes -> RedisConvention.command(attributes, "GET", KEYS.one("prices::one")));
		Operation second = workload.startChild(workload.commands, read);
		workload.end(command);
		workload.end(second);
		workload.tell(read, attributes -> attributes.set(CacheConvention.HIT, true));
		workload.tell(read, attributes -> attributes.set(CacheConvention.ITEM_SIZE, 42L));
		workload.end(read);
		assertThat(workload.startChild(workload.commands, read).isRecording()).isFalse();
		Operation write = workload.start(workload.writes);
		workload.tell(write, attributes -> CacheConvention.keys(attributes, KEYS.all(List.of("one", "two"))));
		write.outcome(Outcome.CANCELLED);
		workload.end(write);
		Operation cache = workload.startCurrent(workload.reads);
		assertThat(workload.start(workload.reads).isRecording()).isFalse();
		workload.end(workload.startChild(workload.commands, cache));
		workload.end(workload.start(workload.commands));
		workload.end(cache);
		workload.end(workload.start(workload.writes));
		workload.finish(SpanStatus.OK);
	}

	private static void messages(Workload workload) throws Exception {
		workload.begin("messages");
		Operation acknowledged = workload.start(workload.publishes);
		workload.propagate(workload.publishes, acknowledged);
		acknowledged.detach();
		Operation late = workload.start(workload.publishes);
		workload.tell(late, attributes -> attributes.set(QueueConvention.MESSAGE_ID, "1"));
		workload.propagate(workload.publishes, late);
		workload.propagate(workload.publishes, late);
		late.detach();
		workload.end(workload.start(workload.statements));
		workload.onWorker(() -> workload.end(acknowledged));
		Operation statement = workload.start(workload.statements);
		workload.finish(SpanStatus.OK);
		workload.end(late);
		late.fail(new IllegalStateException("late"));
		workload.end(statement);
		assertThat(workload.start(workload.statements).isRecording()).isFalse();
		assertThat(workload.startChild(workload.commands, statement).isRecording()).isFalse();
	}

	private static void failures(Workload workload) throws Exception {
		workload.begin("failures");
		Operation open = workload.start(workload.statements);
		Sentry.captureException(new IllegalStateException("while a leaf is open"));
		// The SDK reads a span that is still open when it sends the event.
		Sentry.flush(5000);
		Operation failed = workload.start(workload.statements);
		Exception error = workload.failure(failed);
		workload.end(failed);
		workload.end(open);
		Sentry.captureException(error);
		Operation read = workload.start(workload.reads);
		Operation command = workload.startChild(workload.commands, read);
		Exception inner = workload.failure(command);
		workload.end(command);
		RuntimeException outer = new IllegalArgumentException("outer", inner);
		read.fail(outer);
		workload.end(read);
		Sentry.captureException(outer);
		Operation branch = workload.startCurrent(workload.function);
		Operation below = workload.start(workload.statements);
		Exception caught = workload.failure(below);
		workload.end(below);
		Sentry.captureException(caught);
		workload.failure(branch);
		workload.end(branch);
		Sentry.captureException(new IllegalStateException("no leaf's"));
		// And the status of the transaction.
		Sentry.flush(5000);
		Operation linked = workload.start(workload.statements);
		Exception afterwards = workload.failure(linked);
		workload.end(linked);
		workload.finish(SpanStatus.INTERNAL_ERROR);
		Sentry.captureException(afterwards);
	}

	private static void branches(Workload workload) throws Exception {
		workload.begin("branches");
		workload.end(workload.start(workload.statements));
		Operation outer = workload.startCurrent(workload.function);
		Operation open = workload.start(workload.statements);
		Operation inner = workload.startCurrent(workload.function);
		workload.end(workload.start(workload.publishes));
		workload.end(open);
		ISpan own = workload.sdkSpan("task");
		workload.end(workload.start(workload.statements));
		ISpan request = workload.sdkSpan("http.client");
		Operation besideRequest = workload.start(workload.commands);
		workload.finish(request);
		workload.end(besideRequest);
		workload.finish(own);
		workload.end(workload.start(workload.statements));
		workload.end(inner);
		workload.end(workload.start(workload.statements));
		workload.end(outer);
		ISpan atRoot = workload.sdkSpan(workload.transaction, "task");
		workload.end(workload.start(workload.reads));
		Operation below = workload.startCurrent(workload.function);
		workload.end(workload.start(workload.reads));
		below.detach();
		workload.end(workload.start(workload.reads));
		workload.end(below);
		workload.finish(atRoot);
		workload.end(workload.start(workload.reads));
		ISpan unfinished = workload.sdkSpan(workload.transaction, "task");
		workload.end(workload.start(workload.reads));
		workload.finish(SpanStatus.OK);
		workload.finish(unfinished);
	}

	private static void threads(Workload workload) throws Exception {
		workload.begin("threads");
		workload.onWorker(() -> assertThat(workload.start(workload.statements).isRecording()).isFalse());
		workload.onWorkerWithScopes(() -> workload.end(workload.start(workload.statements)));
		Operation outer = workload.startCurrent(workload.function);
		Operation open = workload.start(workload.statements);
		workload.onWorkerWithScopes(() -> {
			workload.end(workload.start(workload.statements));
			Operation inner = workload.startCurrent(workload.function);
			workload.end(workload.start(workload.statements));
			workload.end(inner);
			workload.end(open);
		});
		workload.end(workload.start(workload.statements));
		workload.end(outer);
		workload.finish(SpanStatus.OK);
	}

	private static void measurements(Workload workload) throws Exception {
		workload.begin("measurements");
		workload.transaction.setMeasurement("rows", 3);
		workload.end(workload.start(workload.statements));
		workload.transaction.setMeasurement("wait", 1.5, MeasurementUnit.Duration.MILLISECOND);
		workload.transaction.setTag("tenant", "one");
		workload.transaction.setData("own data", List.of(1, 2));
		ISpan span = workload.sdkSpan("task");
		span.setTag("of", "span");
		span.setMeasurement("spans.own", 2);
		workload.end(workload.start(workload.statements));
		workload.finish(span);
		Sentry.setTag("of", "scope");
		Sentry.addBreadcrumb("one");
		workload.finish(SpanStatus.OK);
	}

	private static void continuedTrace(Workload workload) throws Exception {
		TransactionContext context = Sentry.continueTrace("c0ffee00c0ffee00c0ffee00c0ffee00-00000000c0ffee00-1",
				List.of("sentry-trace_id=c0ffee00c0ffee00c0ffee00c0ffee00,sentry-sample_rand=0.5,"
						+ "sentry-sample_rate=1,sentry-sampled=true,sentry-public_key=test,other=1"));
		context.setName("continued");
		context.setOperation("test");
		workload.begin(context);
		Operation publish = workload.start(workload.publishes);
		workload.propagate(workload.publishes, publish);
		workload.end(publish);
		workload.end(workload.start(workload.statements));
		workload.finish(SpanStatus.OK);
	}

	private static void random(Workload workload, Random random, boolean sdkSpans) throws Exception {
		for (int i = 0; i < 2; i++) {
			workload.begin("random " + i);
			List<Operation> leaves = new ArrayList<>();
			Deque<Step> branches = new ArrayDeque<>();
			for (int step = 0; step < 60; step++) {
				random(workload, random, sdkSpans, leaves, branches);
			}
			while (!branches.isEmpty()) {
				pop(workload, leaves, branches);
			}
			workload.finish(SpanStatus.OK);
			for (Operation leaf : leaves) {
				workload.end(leaf);
			}
		}
	}

	private static void random(Workload workload, Random random, boolean sdkSpans, List<Operation> leaves,
			Deque<Step> branches) throws Exception {
		List<OperationSource> sources = List.of(workload.statements, workload.transactions, workload.reads,
				workload.writes, workload.commands, workload.publishes, workload.function);
		OperationSource source = sources.get(random.nextInt(sources.size()));
		int attributes = random.nextInt(7);
		Operation leaf = leaves.isEmpty() ? null : leaves.get(random.nextInt(leaves.size()));
		switch (random.nextInt(12)) {
			case 0, 1, 2 -> {
				Operation started = workload.start(source);
				workload.tell(started, attributes);
				workload.end(started);
			}
			case 3 -> {
				Operation started = workload.start(source);
				workload.tell(started, attributes);
				workload.propagateIfRecording(source, started);
				leaves.add(started);
			}
			case 4 -> {
				if (leaf != null) {
					Operation started = workload.startChild(source, leaf);
					workload.tell(started, attributes);
					leaves.add(started);
				}
			}
			case 5 -> {
				if (leaf != null) {
					leaves.remove(leaf);
					workload.end(leaf);
				}
			}
			case 6 -> {
				if (leaf != null) {
					leaves.remove(leaf);
					Exception error = workload.failure(leaf);
					workload.end(leaf);
					if (leaf.isRecording()) {
						Sentry.captureException(error);
					}
				}
			}
			case 7 -> {
				if (leaf != null) {
					leaf.detach();
					leaves.remove(leaf);
					workload.onWorker(() -> workload.end(leaf));
				}
			}
			case 8 -> {
				Operation branch = workload.startCurrent(source);
				workload.tell(branch, attributes);
				branches.push(() -> workload.end(branch));
			}
			case 9 -> {
				if (sdkSpans) {
					ISpan span = workload.sdkSpan("task");
					branches.push(() -> workload.finish(span));
				}
			}
			case 10 -> {
				if (!branches.isEmpty()) {
					pop(workload, leaves, branches);
				}
			}
			default -> workload.onWorkerWithScopes(() -> {
				Operation started = workload.start(source);
				workload.tell(started, attributes);
				workload.end(started);
			});
		}
	}

	private static void pop(Workload workload, List<Operation> leaves, Deque<Step> branches) throws Exception {
		for (Operation leaf : leaves) {
			workload.end(leaf);
		}
		leaves.clear();
		branches.pop().run();
	}

	private static void editBeforeSend(SentryOptions options) {
		options.setBeforeSendTransaction((transaction, hint) -> {
			edit(transaction, "beforeSendTransaction");
			return transaction;
		});
	}

	private static boolean isLast(SentryTransaction transaction) {
		return "last".equals(transaction.getTransaction());
	}

	/**
	 * Read and change everything of a span that can be changed.
	 */
	private static void edit(SentryTransaction transaction, String by) {
		StringBuilder seen = new StringBuilder();
		List<SentrySpan> spans = transaction.getSpans();
		for (int i = 0; i < spans.size(); i++) {
			SentrySpan span = spans.get(i);
			Map<String, Object> data = span.getData();
			seen.append(span.getOp())
				.append('|')
				.append(span.getDescription())
				.append('|')
				.append(span.getStatus())
				.append('|')
				.append(span.getOrigin())
				.append('|')
				.append(span.isFinished())
				.append('|')
				.append(span.getMeasurements())
				.append('|')
				.append(new TreeMap<>(data))
				.append('\n');
			span.getTags().put("seen.by", by);
			switch (i % 5) {
				case 0 -> data.put("number", i);
				case 1 -> data.remove("thread.name");
				case 2 -> data.replaceAll((key, value) -> (value instanceof String) ? "[edited]" : value);
				case 3 -> data.entrySet().forEach(entry -> entry.setValue(String.valueOf(entry.getValue())));
				default -> span.setData(new HashMap<>(data));
			}
		}
		if (spans.size() > 2) {
			spans.remove(2);
		}
		spans.removeIf(span -> span.getOp().equals("cache.put"));
		transaction.setTag("seen.by." + by, seen.toString());
	}

	private static Arguments script(String name, Script script) {
		return script(name, options -> {
		}, script);
	}

	private static Arguments script(String name, Consumer<SentryOptions> configuration, Script script) {
		return arguments(name, configuration, script);
	}

	private static AttributeKey<Object> key(String name) {
		return new AttributeKey<>(name, Object.class, Unit.NONE, Sensitivity.NONE);
	}

	private static String run(boolean leafSpans, Consumer<SentryOptions> configuration, Script script)
			throws Exception {
		try (SentryReceiver receiver = SentryReceiver.start()) {
			List<TraceContext> traces = new CopyOnWriteArrayList<>();
			Sentry.init(options -> {
				options.setDsn(receiver.dsn());
				options.setTracesSampleRate(1.0);
				options.addEventProcessor(new UnfinishedSpans());
				options
					.setBeforeEnvelopeCallback((envelope, hint) -> traces.add(envelope.getHeader().getTraceContext()));
				configuration.accept(options);
			});
			SentryOperationRecorder recorder = new SentryOperationRecorder(leafSpans);
			assertThat(recorder.description()).startsWith(leafSpans ? "leaf spans" : "child spans");
			Workload workload = new Workload(new Operations(recorder, OperationMeter.NONE));
			script.run(workload);
			workload.begin("last");
			workload.finish(SpanStatus.OK);
			Sentry.flush(10_000);
			Sentry.close();
			assertThat(receiver.transactions()).last().extracting(ReceivedTransaction::name).isEqualTo("last");
			return new Arrived(receiver, workload.headers, traces).toString();
		}
	}

	/**
	 * What is done, once with leaves and once with child spans.
	 */
	@FunctionalInterface
	private interface Script {

		void run(Workload workload) throws Exception;

	}

	@FunctionalInterface
	private interface Step {

		void run() throws Exception;

	}

	/**
	 * Does one thing at a time, each at another microsecond.
	 */
	private static final class Workload {

		private final OperationSource statements;

		private final OperationSource transactions;

		private final OperationSource reads;

		private final OperationSource writes;

		private final OperationSource commands;

		private final OperationSource publishes;

		private final OperationSource function;

		private final List<Map<String, String>> headers = new ArrayList<>();

		private ITransaction transaction;

		Workload(Operations operations) {
			Database database = new Database("db", "h2", "shop", "localhost", 5432);
			this.statements = operations.source(DbConvention.statements(database));
			this.transactions = operations.source(DbConvention.transactions(database));
			this.reads = operations.source(CacheConvention.accesses(OperationKind.CACHE_GET, "prices",
					CacheConvention.Origin.SPRING, "localhost", 6379));
			this.writes = operations.source(CacheConvention.accesses(OperationKind.CACHE_PUT, "prices",
					CacheConvention.Origin.SPRING, null, null));
			this.commands = operations.source(RedisConvention.commands("redis", "localhost", 6379));
			this.publishes = operations
				.source(QueueConvention.publishes("kafka", "orders", QueueConvention.Origin.KAFKA));
			this.function = operations.source(FunctionConvention.calls("", "work", "shop.Work", "work"));
		}

		void begin(String name) {
			begin(new TransactionContext(name, "test"));
		}

		void begin(TransactionContext context) {
			tick();
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			this.transaction = Sentry.startTransaction(context, options);
			tick();
		}

		void finish(SpanStatus status) {
			tick();
			this.transaction.finish(status);
			tick();
		}

		Operation start(OperationSource source) {
			return ticking(source.start());
		}

		Operation startChild(OperationSource source, Operation parent) {
			return ticking(source.startChild(parent));
		}

		Operation startCurrent(OperationSource source) {
			return ticking(source.startCurrent());
		}

		void tell(Operation operation, Consumer<Attributes> attributes) {
			operation.attributes(attributes);
		}

		void tell(Operation operation, int attributes) {
			operation.attributes(told -> {
				for (int i = 0; i < attributes; i++) {
					told.set(key("own." + i), (i % 2 == 0) ? i : "text");
				}
				if (attributes > 3) {
					told.describe("description " + attributes);
					told.set(DbConvention.SYSTEM, "own system");
				}
			});
		}

		Exception failure(Operation operation) {
			Exception error = new IllegalStateException("failed");
			operation.fail(error);
			return error;
		}

		void end(Operation operation) {
			operation.end();
			tick();
		}

		void propagateIfRecording(OperationSource source, Operation operation) {
			if (operation.isRecording()) {
				propagate(source, operation);
			}
		}

		void propagate(OperationSource source, Operation operation) {
			Map<String, String> headers = new TreeMap<>();
			headers.put(QueueConvention.MESSAGE_ID_HEADER, "1");
			source.propagate(operation, MessageHeaders.sent(headers));
			headers.keySet().retainAll(List.of(QueueConvention.TRACE_HEADER, QueueConvention.BAGGAGE_HEADER));
			this.headers.add(headers);
		}

		/**
		 * Start a span of the SDK below the innermost branch.
		 */
		ISpan sdkSpan(String operation) {
			ISpan active = Sentry.getCurrentScopes().getScope().getSpan();
			return sdkSpan((active != null) ? active : this.transaction, operation);
		}

		ISpan sdkSpan(ISpan parent, String operation) {
			ISpan span = parent.startChild(operation, "of the SDK");
			tick();
			return span;
		}

		void finish(ISpan span) {
			span.finish(SpanStatus.OK);
			tick();
		}

		void onWorker(Step step) throws Exception {
			worker.submit(() -> {
				step.run();
				return null;
			}).get(10, TimeUnit.SECONDS);
		}

		void onWorkerWithScopes(Step step) throws Exception {
			worker.submit(SentryWrapper.wrapCallable(() -> {
				step.run();
				return null;
			})).get(10, TimeUnit.SECONDS);
		}

		private static Operation ticking(Operation operation) {
			tick();
			return operation;
		}

		/**
		 * Let the clock of the SDK move on, by more than the two clocks that leaves go by
		 * may differ.
		 */
		private static void tick() {
			Instant next = Instant.now().plusNanos(50_000);
			while (Instant.now().isBefore(next)) {
				Thread.onSpinWait();
			}
		}

	}

	/**
	 * Everything that arrived, as text in which two runs can be compared.
	 */
	private static final class Arrived {

		private static final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
			.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

		private final Map<String, String> ids = new LinkedHashMap<>();

		private final StringBuilder text = new StringBuilder();

		Arrived(SentryReceiver receiver, List<Map<String, String>> headers, List<TraceContext> traces)
				throws Exception {
			List<JsonNode> transactions = receiver.items("transaction");
			List<JsonNode> events = receiver.items("event");
			for (int i = 0; i < transactions.size(); i++) {
				name(transactions.get(i), i);
				verify(new ReceivedTransaction(transactions.get(i)));
			}
			for (int i = 0; i < events.size(); i++) {
				this.ids.put(events.get(i).path("event_id").asText(), "[event " + i + "]");
			}
			for (JsonNode transaction : transactions) {
				rank(transaction);
				append("transaction", transaction);
			}
			for (JsonNode event : events) {
				((ObjectNode) event).put("timestamp", "[time]");
				append("event", event);
			}
			append("headers", json.valueToTree(headers));
			append("lost", json.valueToTree(receiver.lost()));
			for (TraceContext trace : traces) {
				append("trace", json(trace));
			}
		}

		private void name(JsonNode transaction, int index) {
			JsonNode trace = transaction.at("/contexts/trace");
			this.ids.put(transaction.path("event_id").asText(), "[event of " + index + "]");
			this.ids.putIfAbsent(trace.path("trace_id").asText(), "[trace of " + index + "]");
			this.ids.put(trace.path("span_id").asText(), "[root of " + index + "]");
			int number = 0;
			for (JsonNode span : transaction.path("spans")) {
				this.ids.put(span.path("span_id").asText(), "[span " + number++ + " of " + index + "]");
			}
		}

		/**
		 * Spans lie within their transaction, and begin within their parent.
		 */
		private static void verify(ReceivedTransaction transaction) {
			Map<String, JsonNode> started = new HashMap<>();
			started.put(transaction.root().spanId(), transaction.json());
			JsonNode end = transaction.json().path("timestamp");
			for (ReceivedSpan span : transaction.spans()) {
				assertThat(started.put(span.spanId(), span.json())).as("another span with this id").isNull();
			}
			for (ReceivedSpan span : transaction.spans()) {
				JsonNode parent = started.get(span.parentSpanId());
				assertThat(parent).as("parent of %s", span.json()).isNotNull();
				double start = span.json().path("start_timestamp").asDouble();
				assertThat(start).isGreaterThanOrEqualTo(parent.path("start_timestamp").asDouble());
				if (span.isFinished()) {
					assertThat(span.json().path("timestamp").asDouble()).isBetween(start, end.asDouble());
				}
			}
		}

		/**
		 * As each step takes more than a microsecond, equal ranks mean that the precision
		 * is at least that.
		 */
		private static void rank(JsonNode transaction) {
			TreeSet<Double> times = new TreeSet<>();
			List<ObjectNode> nodes = new ArrayList<>();
			nodes.add((ObjectNode) transaction);
			transaction.path("spans").forEach(span -> nodes.add((ObjectNode) span));
			List<String> names = List.of("start_timestamp", "timestamp");
			for (ObjectNode node : nodes) {
				for (String name : names) {
					if (node.has(name)) {
						assertThat(node.path(name).isNumber()).isTrue();
						times.add(node.path(name).asDouble());
					}
				}
			}
			for (ObjectNode node : nodes) {
				for (String name : names) {
					if (node.has(name)) {
						node.put(name, "[time " + times.headSet(node.path(name).asDouble()).size() + "]");
					}
				}
			}
			transaction.path("breadcrumbs").forEach(crumb -> ((ObjectNode) crumb).put("timestamp", "[time]"));
		}

		private static JsonNode json(TraceContext trace) throws Exception {
			if (trace == null) {
				return json.nullNode();
			}
			StringWriter writer = new StringWriter();
			Sentry.getCurrentScopes().getOptions().getSerializer().serialize(trace, writer);
			ObjectNode node = (ObjectNode) json.readTree(writer.toString());
			if (node.path("sample_rand").asText().length() > 3) {
				node.put("sample_rand", "[random]");
			}
			return node;
		}

		private void append(String type, JsonNode item) throws JsonProcessingException {
			String text = json.writeValueAsString(json.treeToValue(item, Object.class));
			for (Map.Entry<String, String> name : this.ids.entrySet()) {
				text = text.replace(name.getKey(), name.getValue());
			}
			this.text.append(type)
				.append(' ')
				.append(text.replaceAll("sample_rand=0\\.\\d{3,}", "sample_rand=[random]")
					.replaceAll("\"trace_id\" : \"[0-9a-f]{32}\"", "\"trace_id\" : \"[trace without a transaction]\""))
				.append('\n');
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

	/**
	 * A processor of the user.
	 */
	private record Editor(String name) implements EventProcessor {

		@Override
		public SentryTransaction process(SentryTransaction transaction, Hint hint) {
			edit(transaction, this.name);
			return transaction;
		}

	}

	private static final class Dropper implements EventProcessor {

		@Override
		public SentryTransaction process(SentryTransaction transaction, Hint hint) {
			return isLast(transaction) ? transaction : null;
		}

	}

}
