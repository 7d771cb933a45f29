package io.github.sentryinsights.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.sentry.ITransaction;
import org.springframework.context.support.GenericApplicationContext;

import io.github.sentryinsights.benchmarks.SharedRequests.Worker;

/**
 * Spans of one kind, in requests of the same length.
 */
final class RecordedSpans implements AutoCloseable {

	private final MeasuredApplication application;

	private final Recording.Recorder recorder;

	private final SharedRequests requests;

	private RecordedSpans(Recording recording, int spans, Consumer<ITransaction> end,
			Consumer<GenericApplicationContext> beans) {
		this.application = recording.start(beans);
		this.recorder = recording.recorder(this.application);
		this.requests = new SharedRequests(spans, end);
		verify(recording, spans);
	}

	/**
	 * Start with transactions that are dropped before their end.
	 * @param recording the way to record a span
	 * @param spans the number of spans in a transaction
	 * @param beans registers further beans
	 * @return the spans
	 */
	static RecordedSpans unsent(Recording recording, int spans, Consumer<GenericApplicationContext> beans) {
		return new RecordedSpans(recording, spans, transaction -> {
		}, beans);
	}

	/**
	 * Start with transactions that end and are captured.
	 * @param recording the way to record a span
	 * @param spans the number of spans in a transaction
	 * @param beans registers further beans
	 * @return the spans
	 */
	static RecordedSpans sent(Recording recording, int spans, Consumer<GenericApplicationContext> beans) {
		return new RecordedSpans(recording, spans, ITransaction::finish, beans);
	}

	/**
	 * Make sure that every span arrives, and that the recording is what it says, so that
	 * no number can come from spans that nobody kept or that are of another kind.
	 */
	private void verify(Recording recording, int spans) {
		AtomicInteger children = new AtomicInteger();
		Worker worker = new Worker();
		worker.enter(new SharedRequests(spans, transaction -> {
			children.set(transaction.getSpans().size());
			transaction.finish();
		}));
		for (int i = 0; i < spans; i++) {
			record(worker);
		}
		worker.leave();
		check("spans", this.application.captured(), recording.isRecorded() ? spans : 0);
		check("children", children.get(), recording.isChild() ? spans : 0);
	}

	private static void check(String what, int actual, int expected) {
		if (actual != expected) {
			throw new IllegalStateException("Recorded " + actual + " " + what + " instead of " + expected);
		}
	}

	/**
	 * Let the calling thread take part.
	 * @param worker the part of the thread
	 */
	void enter(Worker worker) {
		worker.enter(this.requests);
	}

	/**
	 * Record a span.
	 * @param worker the part of the calling thread
	 * @return something that depends on it
	 */
	Object record(Worker worker) {
		return this.recorder.record(worker.next());
	}

	@Override
	public void close() {
		this.application.close();
	}

}
