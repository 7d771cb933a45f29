package io.github.sentryinsights.kafka;

import java.util.function.BiConsumer;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.KafkaConvention;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports the records that the producers of a factory send. Safe for use by several
 * threads.
 */
final class SentRecords {

	private static final BiConsumer<Attributes, RecordMetadata> ACKNOWLEDGED = SentRecords::acknowledged;

	private final Operations operations;

	private final Operations.Sources<String> topics;

	private final RecentHeaders recent = new RecentHeaders();

	private final BiConsumer<Attributes, ProducerRecord<?, ?>> description;

	SentRecords(Operations operations, CacheKeys keys) {
		this.operations = operations;
		this.topics = operations.sources();
		this.description = (attributes, record) -> KafkaConvention.record(attributes, keys.one(record.key()),
				record.key() != null && record.value() == null);
	}

	/**
	 * Begin to send a record, and let its receivers continue the trace.
	 * @param record the record
	 * @return the operation
	 */
	Operation begin(ProducerRecord<?, ?> record) {
		OperationSource source = this.topics.get(record.topic(), KafkaConvention::publishes);
		Operation operation = source.start();
		if (this.operations.isEnabled()) {
			source.propagate(operation, new RecordMessageHeaders(record.headers(), this.recent));
			if (operation.isRecording()) {
				operation.attributes(this.description, record);
			}
		}
		return operation;
	}

	/**
	 * End an operation by what the broker has answered.
	 * @param operation the operation
	 * @param metadata where the record is, as far as anybody knows
	 * @param exception what sending failed with, or {@code null}
	 */
	static void end(Operation operation, @Nullable RecordMetadata metadata, @Nullable Exception exception) {
		if (exception != null) {
			operation.fail(exception);
		}
		else if (metadata != null && operation.isRecording()) {
			operation.attributes(ACKNOWLEDGED, metadata);
		}
		operation.end();
	}

	private static void acknowledged(Attributes attributes, RecordMetadata metadata) {
		if (metadata.serializedValueSize() >= 0) {
			attributes.set(QueueConvention.BODY_SIZE, (long) metadata.serializedValueSize());
		}
		KafkaConvention.place(attributes, metadata.partition(), metadata.hasOffset() ? metadata.offset() : -1);
	}

}
