package io.github.sentryinsights.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.sentry.ISpan;
import io.sentry.protocol.SentryTransaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.benchmarks.SharedRequests.Worker;

import static org.assertj.core.api.Assertions.assertThat;

class RecordedSpansTests {

	private final ReceivedTransactions received = new ReceivedTransactions();

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void everySpanReachesTheTransportWithAsMuchAsTheBareOne(SpanVariant variant) {
		try (RecordedSpans spans = RecordedSpans.sent(variant, 50, this.received)) {
			record(spans, 100);
		}
		assertThat(this.received.transactions()).hasSize(3).allSatisfy(transaction -> {
			assertThat(transaction.getSpans()).hasSize(50);
			assertThat(transaction.getSpans()).allSatisfy(span -> {
				assertThat(span.getOp()).isEqualTo("db.query");
				assertThat(span.getDescription()).isEqualTo("select id, name from product");
				assertThat(span.getTimestamp()).isNotNull();
				assertThat(span.getData()).containsAllEntriesOf(Map.of("db.operation", "SELECT", "db.name", "shop",
						"code.function", "names", "code.namespace", "com.example.Products"));
			});
		});
	}

	@Test
	void aTransactionAloneIsSentWithoutSpans() {
		try (RecordedSpans spans = RecordedSpans.sent(SpanVariant.NONE, 50, this.received)) {
			record(spans, 100);
		}
		assertThat(this.received.transactions()).hasSize(3)
			.allSatisfy(transaction -> assertThat(transaction.getSpans()).isEmpty());
	}

	@ParameterizedTest
	@EnumSource
	void whatIsDroppedReachesTheTransportOnlyToBeVerified(SpanVariant variant) {
		try (RecordedSpans spans = RecordedSpans.unsent(variant, 50, this.received)) {
			record(spans, 100);
		}
		assertThat(this.received.transactions()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 50 })
	void threadsShareTransactionsOfTheSameLength(int length) throws Exception {
		try (RecordedSpans spans = RecordedSpans.sent(SpanVariant.LEAF, length, this.received)) {
			recordTogether(spans, 25 * length);
		}
		List<SentryTransaction> transactions = this.received.transactions();
		assertThat(transactions).hasSize(51)
			.allSatisfy(transaction -> assertThat(transaction.getSpans()).hasSize(length));
	}

	@Test
	void aThreadThatComesLaterWorksInTheTransactionUnderWay() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (RecordedSpans spans = RecordedSpans.sent(SpanVariant.LEAF, 50, this.received)) {
			Worker worker = new Worker();
			spans.enter(worker);
			spans.record(worker);
			executor.submit(() -> record(spans, 20)).get();
			for (int i = 1; i < 30; i++) {
				spans.record(worker);
			}
			worker.leave();
		}
		finally {
			executor.shutdown();
		}
		assertThat(this.received.transactions()).extracting(RecordedSpansTests::threads)
			.extracting(Set::size)
			.containsExactly(1, 2);
	}

	@ParameterizedTest
	@EnumSource(names = { "BARE", "BARE_SCRUBBED" })
	void onlyTheScrubbedSpanIsScrubbed(SpanVariant variant) {
		try (MeasuredApplication application = variant.start(this.received)) {
			application.nextOperation();
			ISpan span = application.transaction().startChild("db.query", "token=kettle");
			span.finish();
			application.transaction().finish();
		}
		assertThat(this.received.transactions()).singleElement()
			.extracting(transaction -> transaction.getSpans().get(0).getDescription().contains("kettle"))
			.isEqualTo(variant == SpanVariant.BARE);
	}

	private static Set<Object> threads(SentryTransaction transaction) {
		return transaction.getSpans().stream().map(span -> span.getData().get("thread.id")).collect(Collectors.toSet());
	}

	private static void record(RecordedSpans spans, int count) {
		Worker worker = new Worker();
		spans.enter(worker);
		for (int i = 0; i < count; i++) {
			spans.record(worker);
		}
		worker.leave();
	}

	private static void recordTogether(RecordedSpans spans, int countOfEach) throws Exception {
		CyclicBarrier start = new CyclicBarrier(2);
		Callable<Void> task = () -> {
			start.await();
			record(spans, countOfEach);
			return null;
		};
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			for (Future<Void> done : executor.invokeAll(List.of(task, task))) {
				done.get();
			}
		}
		finally {
			executor.shutdown();
		}
	}

}
