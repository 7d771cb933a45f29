package io.github.sentryinsights.kafka;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;

/**
 * The records of one subscription between their sending and their results. Those without
 * a result end with the flow. Safe for use by several threads.
 */
final class RecordsInFlight {

	private final Operations operations;

	private final SentRecords sent;

	private final TracingSender.Origin origin;

	private final Set<Operation> inFlight = ConcurrentHashMap.newKeySet();

	/** What the flow has ended with, once it has. */
	private volatile @Nullable Consumer<Operation> landing;

	/**
	 * Create a subscription without records.
	 * @param operations runs work within the origin
	 * @param sent reports the records
	 * @param origin tells what the records belong to
	 */
	RecordsInFlight(Operations operations, SentRecords sent, TracingSender.Origin origin) {
		this.operations = operations;
		this.sent = sent;
		this.origin = origin;
	}

	/**
	 * Begin to send a record.
	 * @param <K> the type of the key
	 * @param <V> the type of the value
	 * @param <T> the type of what correlates the record with its result
	 * @param record the record, which stays as it is
	 * @return the record to send
	 */
	<K, V, T extends @Nullable Object> SenderRecord<K, V, Departed<T>> depart(SenderRecord<K, V, T> record) {
		Departed<T> departed = new Departed<>(record.correlationMetadata());
		SenderRecord<K, V, Departed<T>> copy = SenderRecord.create(record, departed);
		this.operations.runWithin(this.origin.context(), () -> departed.operation = begin(copy));
		return copy;
	}

	private Operation begin(SenderRecord<?, ?, ?> record) {
		Operation operation = this.sent.begin(record);
		if (operation.isNoop()) {
			return operation;
		}
		operation.detach();
		this.inFlight.add(operation);
		Consumer<Operation> landing = this.landing;
		if (landing != null) {
			land(operation, landing);
		}
		return operation;
	}

	/**
	 * End a record by its result.
	 * @param <T> the type of what correlates the record with its result
	 * @param result the result of what has departed
	 * @return the result for the record as it was
	 */
	<T extends @Nullable Object> SenderResult<T> arrive(SenderResult<Departed<T>> result) {
		Departed<T> departed = result.correlationMetadata();
		Operation operation = departed.operation;
		if (operation != null && this.inFlight.remove(operation)) {
			SentRecords.end(operation, result.recordMetadata(), result.exception());
		}
		return new Arrived<>(result.recordMetadata(), result.exception(), departed.correlationMetadata);
	}

	/**
	 * End the records that are still in flight when a flow is over. When one completes,
	 * those are left whose results nobody has asked for.
	 * @param <T> the type of the results
	 * @param results the flow
	 * @return the flow, which is the same for its subscriber
	 */
	<T> Flux<T> follow(Flux<T> results) {
		return results.doOnComplete(() -> land(operation -> operation.outcome(Outcome.SUCCESS)))
			.doOnError(error -> land(operation -> operation.fail(error)))
			.doOnCancel(() -> land(operation -> operation.outcome(Outcome.CANCELLED)));
	}

	private void land(Consumer<Operation> landing) {
		this.landing = landing;
		this.inFlight.forEach(operation -> land(operation, landing));
	}

	private void land(Operation operation, Consumer<Operation> landing) {
		if (this.inFlight.remove(operation)) {
			landing.accept(operation);
			operation.end();
		}
	}

	/**
	 * Takes the place of what correlates a record with its result.
	 *
	 * @param <T> the type of what does
	 */
	static final class Departed<T extends @Nullable Object> {

		private final T correlationMetadata;

		private @Nullable Operation operation;

		private Departed(T correlationMetadata) {
			this.correlationMetadata = correlationMetadata;
		}

	}

	private record Arrived<T extends @Nullable Object>(RecordMetadata recordMetadata, @Nullable Exception exception,
			T correlationMetadata) implements SenderResult<T> {

	}

}
