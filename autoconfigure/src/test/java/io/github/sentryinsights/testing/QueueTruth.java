package io.github.sentryinsights.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What a listener that fails now and then has seen itself, to hold against what Sentry's
 * Queues page would compute of the spans that arrive. Safe for use by several threads.
 */
public final class QueueTruth {

	/** The listener looks at the clock later, above all behind a batch of many. */
	private static final double TOLERANCE_MILLIS = 200;

	private final Random failures = new Random(42);

	private final Map<String, Integer> attempts = new HashMap<>();

	private final int maxAttempts;

	private int processed;

	private int failed;

	private int retried;

	private int done;

	private long latencies;

	/**
	 * Create a truth.
	 * @param maxAttempts the attempt by which the broker gives a message up, which
	 * succeeds unless it is the only one
	 */
	public QueueTruth(int maxAttempts) {
		this.maxAttempts = maxAttempts;
	}

	/**
	 * Handle messages, one or a batch.
	 * @param messages the time at which each was sent, in milliseconds since the epoch,
	 * by what tells it from others
	 * @throws IllegalStateException now and then
	 */
	public synchronized void handle(Map<String, Long> messages) {
		int attempt = 0;
		for (Map.Entry<String, Long> message : messages.entrySet()) {
			this.processed++;
			this.latencies += System.currentTimeMillis() - message.getValue();
			int attempts = this.attempts.merge(message.getKey(), 1, Integer::sum);
			if (attempts > 1) {
				this.retried++;
			}
			attempt = Math.max(attempt, attempts);
		}
		boolean fails = this.failures.nextInt(5) == 0 && (attempt < this.maxAttempts || this.maxAttempts == 1);
		if (!fails || this.maxAttempts == 1) {
			this.done += messages.size();
		}
		if (fails) {
			this.failed += messages.size();
			throw new IllegalStateException("out of stock");
		}
	}

	/**
	 * Return the number of messages that will not come again.
	 */
	public synchronized int done() {
		return this.done;
	}

	/**
	 * Return how often messages have failed.
	 */
	public synchronized int failed() {
		return this.failed;
	}

	/**
	 * Check that all that was sent is done, and that the page shows it as it was: what is
	 * published and processed, the rate of errors, what was retried, and the mean
	 * latency. The page selects spans by their operation and destination, the roots of
	 * transactions included.
	 * @param receiver has what arrives
	 * @param destination the destination
	 * @param sent the number of messages that were sent
	 */
	public synchronized void verify(SentryReceiver receiver, String destination, int sent) {
		assertThat(this.done).isEqualTo(sent);
		assertThat(this.failed).isPositive();
		Awaitility.await()
			.until(() -> spans(receiver, "queue.process", destination).size() >= this.processed
					&& spans(receiver, "queue.publish", destination).size() >= sent);
		List<ReceivedSpan> processes = spans(receiver, "queue.process", destination);
		assertThat(processes).hasSize(this.processed).allSatisfy(InsightsContract::verify);
		assertThat(spans(receiver, "queue.publish", destination)).hasSize(sent)
			.allSatisfy(InsightsContract::verify)
			.allSatisfy(publish -> assertThat(publish.status()).isEqualTo("ok"));
		long ok = processes.stream().filter(process -> process.status().equals("ok")).count();
		assertThat(1 - (double) ok / this.processed).isCloseTo((double) this.failed / this.processed, within(1e-9));
		assertThat(processes).filteredOn(process -> process.data("messaging.message.retry.count").asInt() > 0)
			.hasSize(this.retried);
		double latency = processes.stream()
			.mapToLong(process -> process.data("messaging.message.receive.latency").asLong())
			.average()
			.orElseThrow();
		assertThat(latency).isCloseTo((double) this.latencies / this.processed, within(TOLERANCE_MILLIS));
	}

	private static List<ReceivedSpan> spans(SentryReceiver receiver, String op, String destination) {
		List<ReceivedSpan> spans = new ArrayList<>();
		for (ReceivedTransaction transaction : receiver.transactions()) {
			spans.add(transaction.root());
			spans.addAll(transaction.spans());
		}
		return spans.stream()
			.filter(span -> span.op().equals(op)
					&& span.data("messaging.destination.name").asText().equals(destination))
			.toList();
	}

}
