package io.github.sentryinsights.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.BaggageHeader;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.MeasurementUnit;
import io.sentry.Sentry;
import io.sentry.SentryLongDate;
import io.sentry.SentryTracer;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.TransactionNameSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnsampledTransaction}: whatever is done with one, all that anybody can
 * see is as with a transaction of the SDK.
 */
class UnsampledTransactionTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String PARENT_ID = "b7ad6b7169203331";

	private static final Map<String, String> CONTINUED = Map.of(QueueConvention.TRACE_HEADER,
			TRACE_ID + "-" + PARENT_ID + "-0", QueueConvention.BAGGAGE_HEADER, "other=1,sentry-trace_id=" + TRACE_ID
					+ ",sentry-public_key=test,sentry-sample_rand=0.734,sentry-sample_rate=0.1,sentry-sampled=false");

	private static final Map<String, String> WITHOUT_BAGGAGE = Map.of(QueueConvention.TRACE_HEADER,
			TRACE_ID + "-" + PARENT_ID + "-0");

	private static final Map<String, String> UNDECIDED = Map.of(QueueConvention.TRACE_HEADER,
			TRACE_ID + "-" + PARENT_ID, QueueConvention.BAGGAGE_HEADER,
			"sentry-trace_id=" + TRACE_ID + ",sentry-public_key=test,sentry-sample_rand=0.734");

	private static final Map<String, String> MALFORMED = Map.of(QueueConvention.TRACE_HEADER, "nonsense",
			QueueConvention.BAGGAGE_HEADER, "sentry-trace_id=" + TRACE_ID);

	private static final List<Map<String, String>> HEADERS = List.of(CONTINUED, WITHOUT_BAGGAGE, UNDECIDED, MALFORMED,
			Map.of());

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final Transactions transactions = new Transactions();

	private final OperationTarget target = QueueConvention.processes("kafka", "orders", QueueConvention.Origin.KAFKA);

	@Test
	void knowsThisSdk() {
		assertThat(UnsampledTransaction.knowsTheSdk()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void isSeenAsThatOfTheSdk(Map<String, String> headers, String name,
			BiConsumer<ITransaction, Consumer<Object>> scenario) {
		Map<String, Object> theirs = observe(headers, scenario, this::startBySdk);
		// The second time the headers are known.
		for (int i = 0; i < 2; i++) {
			assertThat(observe(headers, scenario, this::start)).isEqualTo(theirs);
		}
	}

	static Stream<Arguments> scenarios() {
		Map<String, BiConsumer<ITransaction, Consumer<Object>>> scenarios = new TreeMap<>();
		scenarios.put("nothing", (transaction, seen) -> {
		});
		scenarios.put("propagate", (transaction, seen) -> {
			seen.accept(trace(transaction.toSentryTrace().getValue()));
			seen.accept(members(transaction.toBaggageHeader(List.of("theirs=1"))));
			seen.accept(members(Sentry.getBaggage()));
			seen.accept(trace(Sentry.getTraceparent().getValue()));
			seen.accept(transaction.traceContext().getSampled());
			seen.accept(transaction.traceContext().getTransaction());
		});
		scenarios.put("child", (transaction, seen) -> {
			ISpan child = Sentry.getSpan().startChild("work", "description");
			seen.accept(List.of(child.isNoOp(), child.isFinished(), String.valueOf(child.isSampled())));
			seen.accept(trace(child.toSentryTrace().getValue()));
			seen.accept(transaction.getSpans().size());
			seen.accept(transaction.getLatestActiveSpan() == child);
			child.finish(SpanStatus.OK);
			seen.accept(transaction.startChild("a").isNoOp());
			seen.accept(transaction.startChild("a", "b", new SpanOptions()).isNoOp());
			seen.accept(transaction.startChild("a", "b", new SentryLongDate(1)).isNoOp());
		});
		scenarios.put("describe", (transaction, seen) -> {
			transaction.setName("other", TransactionNameSource.CUSTOM);
			transaction.setOperation("operation");
			transaction.setDescription("description");
			transaction.setTag("tag", "1");
			transaction.setData("data", 2);
			transaction.setMeasurement("size", 3, MeasurementUnit.Information.BYTE);
			transaction.setContext("context", Map.of("a", "b"));
			transaction.setThrowable(new IllegalStateException("failed"));
			seen.accept(List.of(transaction.getName(), transaction.getTransactionNameSource(),
					transaction.getOperation(), transaction.getDescription(), transaction.getTag("tag"),
					transaction.getData("data"), transaction.getContexts().get("context"),
					transaction.getThrowable().getMessage(), transaction.getSpanContext().getOperation()));
		});
		scenarios.put("fail", (transaction, seen) -> {
			transaction.setStatus(SpanStatus.ABORTED);
			seen.accept(transaction.getStatus());
			Sentry.captureException(new IllegalStateException("failed"));
		});
		scenarios.put("finish twice", (transaction, seen) -> {
			transaction.finish();
			seen.accept(transaction.isFinished());
			seen.accept(Sentry.getSpan() == null);
			transaction.finish(SpanStatus.OK);
			seen.accept(transaction.startChild("late").isNoOp());
			seen.accept(trace(transaction.toSentryTrace().getValue()));
		});
		scenarios.put("finish by force",
				(transaction, seen) -> transaction.forceFinish(SpanStatus.CANCELLED, false, null));
		return HEADERS.stream()
			.flatMap(headers -> scenarios.entrySet()
				.stream()
				.map(scenario -> Arguments.of(headers, scenario.getKey(), scenario.getValue())));
	}

	private Map<String, Object> observe(Map<String, String> headers,
			BiConsumer<ITransaction, Consumer<Object>> scenario, Starting starting) {
		this.receiver.clear();
		Sentry.init(options -> {
			options.setDsn(this.receiver.dsn());
			options.setTracesSampleRate(0.0);
			options.setEnvironment("test");
		});
		List<Object> seen = new ArrayList<>();
		IScopes scopes = Sentry.forkedRootScopes("test");
		try (ISentryLifecycleToken token = scopes.makeCurrent()) {
			ITransaction transaction = starting.start(headers, scopes);
			seen.add(List.of(transaction.isSampled(), String.valueOf(transaction.isProfileSampled()),
					transaction.isNoOp(), transaction.isFinished(), transaction.getName(), transaction.getOperation(),
					transaction.getTransactionNameSource(), transaction.getSamplingDecision().getSampled()));
			seen.add(Sentry.getSpan() == transaction);
			scenario.accept(transaction, seen::add);
			if (!transaction.isFinished()) {
				Sentry.captureMessage("inside");
			}
			// What is sent later has the status of then.
			Sentry.flush(10_000);
			transaction.finish(SpanStatus.OK);
			seen.add(String.valueOf(transaction.getStatus()));
			seen.add(Sentry.getSpan() == null);
		}
		Sentry.captureMessage("outside");
		Sentry.close();
		Map<String, Object> observed = new TreeMap<>();
		observed.put("seen", seen);
		observed.put("events", this.receiver.items("event").stream().map(UnsampledTransactionTests::event).toList());
		observed.put("envelopes",
				this.receiver.headers().stream().map(header -> members(header.path("trace"))).toList());
		observed.put("lost", this.receiver.lost());
		return observed;
	}

	private ITransaction start(Map<String, String> headers, IScopes scopes) {
		ITransaction transaction = this.transactions.start(this.target, ReceivedTrace.of(headers::get), scopes);
		assertThat(transaction).isInstanceOf(UnsampledTransaction.class);
		return transaction;
	}

	private ITransaction startBySdk(Map<String, String> headers, IScopes scopes) {
		String baggage = headers.get(QueueConvention.BAGGAGE_HEADER);
		TransactionContext context = scopes.continueTrace(headers.get(QueueConvention.TRACE_HEADER),
				(baggage != null) ? List.of(baggage) : null);
		context.setName(this.target.name());
		context.setOperation(this.target.operation());
		context.setTransactionNameSource(TransactionNameSource.TASK);
		TransactionOptions options = new TransactionOptions();
		options.setOrigin(this.target.origin());
		options.setBindToScope(true);
		ITransaction transaction = scopes.startTransaction(context, options);
		assertThat(transaction).isInstanceOf(SentryTracer.class);
		return transaction;
	}

	private static Map<String, Object> event(JsonNode event) {
		JsonNode trace = event.path("contexts").path("trace");
		return Map.of("message", event.path("message").toString(), "transaction", event.path("transaction").asText(),
				"trace", trace(trace.path("trace_id").asText()), "parent",
				parent(trace.path("parent_span_id").asText()), "op", trace.path("op").asText(), "origin",
				trace.path("origin").asText(), "status", trace.path("status").asText());
	}

	/**
	 * A trace that begins has another identity each time, as has each span.
	 */
	private static String trace(String value) {
		String[] parts = value.split("-");
		return (parts[0].equals(TRACE_ID) ? TRACE_ID : "new") + ((parts.length > 2) ? "-" + parts[2] : "");
	}

	private static String parent(String spanId) {
		return (spanId.isEmpty() || spanId.equals(PARENT_ID)) ? spanId : "new";
	}

	private static TreeSet<String> members(@Nullable BaggageHeader header) {
		TreeSet<String> members = new TreeSet<>();
		if (header != null) {
			for (String member : header.getValue().split(",")) {
				members.add(withoutChance(member.substring(0, member.indexOf('=')),
						member.substring(member.indexOf('=') + 1)));
			}
		}
		return members;
	}

	private static TreeSet<String> members(JsonNode trace) {
		TreeSet<String> members = new TreeSet<>();
		trace.fields().forEachRemaining(field -> members.add(withoutChance(field.getKey(), field.getValue().asText())));
		return members;
	}

	private static String withoutChance(String name, String value) {
		if (name.endsWith("trace_id")) {
			return name + "=" + trace(value);
		}
		return name + "=" + ((name.endsWith("sample_rand") && !value.equals("0.734")) ? "random" : value);
	}

	@FunctionalInterface
	private interface Starting {

		ITransaction start(Map<String, String> headers, IScopes scopes);

	}

}
