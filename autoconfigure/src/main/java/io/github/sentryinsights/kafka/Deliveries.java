package io.github.sentryinsights.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.convention.KafkaConvention;
import io.github.sentryinsights.convention.MessageBatch;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * What the threads of a listener container handle at the moment. Nothing here throws.
 */
final class Deliveries {

	private static final Function<String, @Nullable String> NO_HEADERS = name -> null;

	private final Operations operations;

	private final KafkaReporting reporting;

	private final Operations.Sources<String> topics;

	private final DeliveryCounter counter = new DeliveryCounter();

	/**
	 * A place for each thread, as an entry of its own for each delivery would cost more.
	 * It may stay on a thread that outlives the application, so its class is none of this
	 * library.
	 */
	private final ThreadLocal<@Nullable Object[]> current = ThreadLocal.withInitial(() -> new Object[1]);

	Deliveries(Operations operations, KafkaReporting reporting) {
		this.operations = operations;
		this.reporting = reporting;
		this.topics = operations.sources();
	}

	/**
	 * Return what this thread handles.
	 * @return the delivery, or {@code null} when nothing is kept of it
	 */
	@Nullable Delivery current() {
		return (Delivery) this.current.get()[0];
	}

	/**
	 * Begin to handle a record.
	 * @param record the record
	 */
	void begin(ConsumerRecord<?, ?> record) {
		end();
		try {
			if (ReceivedRecord.isNotDue(record)) {
				return;
			}
			OperationSource source = source(record.topic());
			if (this.operations.isEnabled()) {
				begin(source, new ReceivedRecord(record));
			}
			else {
				begin(source, source.startTransaction(NO_HEADERS), List.of());
			}
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	/**
	 * Begin to handle a batch.
	 * @param records the records of the batch
	 */
	void begin(ConsumerRecords<?, ?> records) {
		end();
		try {
			if (records.isEmpty()) {
				return;
			}
			if (this.reporting.batch() == BatchTransactions.PER_RECORD) {
				beginEach(records);
			}
			else {
				beginAll(records);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	private void begin(OperationSource source, ReceivedRecord received) {
		Operation operation = source.startTransaction(received.headers());
		begin(source, operation, List.of());
		ConsumerRecord<?, ?> record = received.record();
		TopicPartition partition = new TopicPartition(record.topic(), record.partition());
		describe(operation, received, this.counter.count(partition, record.offset(), record.offset()));
	}

	private void begin(OperationSource source, Operation operation, List<Operation> others) {
		if (!operation.isNoop()) {
			this.current.get()[0] = new Delivery(this.operations, source, operation, others);
		}
	}

	/**
	 * What the listener does belongs to the first record, as nobody can tell for which
	 * one it is done.
	 */
	private void beginEach(ConsumerRecords<?, ?> records) {
		List<Operation> others = new ArrayList<>();
		for (TopicPartition partition : records.partitions()) {
			List<? extends ConsumerRecord<?, ?>> part = records.records(partition);
			DeliveryCounter.Delivered delivered = count(partition, part);
			OperationSource source = source(partition.topic());
			for (ConsumerRecord<?, ?> record : part) {
				ReceivedRecord received = new ReceivedRecord(record);
				Operation operation;
				if (current() == null) {
					operation = source.startTransaction(received.headers());
					if (operation.isNoop()) {
						return;
					}
					begin(source, operation, others);
				}
				else {
					operation = source.startTransactionWithin(received.headers());
					others.add(operation);
				}
				describe(operation, received, delivered);
			}
		}
	}

	private void beginAll(ConsumerRecords<?, ?> records) {
		MessageBatch batch = new MessageBatch(records.count());
		boolean enabled = this.operations.isEnabled();
		for (TopicPartition partition : records.partitions()) {
			List<? extends ConsumerRecord<?, ?>> part = records.records(partition);
			DeliveryCounter.Delivered delivered = count(partition, part);
			for (int i = 0; enabled && i < part.size(); i++) {
				ReceivedRecord received = new ReceivedRecord(part.get(i));
				batch.add(received.headers(), () -> received.message(delivered.earlier(received.record().offset())));
			}
		}
		OperationSource source = source(destination(records));
		Operation operation = source.startTransaction(batch.headers());
		begin(source, operation, List.of());
		if (operation.isRecording()) {
			operation.attributes(attributes -> batch.describe(attributes, System.currentTimeMillis()));
			if (records.partitions().size() == 1) {
				ConsumerRecord<?, ?> first = records.iterator().next();
				operation
					.attributes(attributes -> KafkaConvention.place(attributes, first.partition(), first.offset()));
			}
		}
	}

	/**
	 * A batch of several topics has a destination of its own, as it is neither one's.
	 */
	private static String destination(ConsumerRecords<?, ?> records) {
		String topic = null;
		for (TopicPartition partition : records.partitions()) {
			if (topic != null && !topic.equals(partition.topic())) {
				TreeSet<String> topics = new TreeSet<>();
				records.partitions().forEach(other -> topics.add(other.topic()));
				return String.join(",", topics);
			}
			topic = partition.topic();
		}
		return (topic != null) ? topic : "";
	}

	private DeliveryCounter.Delivered count(TopicPartition partition, List<? extends ConsumerRecord<?, ?>> records) {
		return this.counter.count(partition, records.get(0).offset(), records.get(records.size() - 1).offset());
	}

	private void describe(Operation operation, ReceivedRecord received, DeliveryCounter.Delivered delivered) {
		if (operation.isRecording()) {
			int earlier = delivered.earlier(received.record().offset());
			operation.attributes(attributes -> received.describe(attributes, earlier, this.reporting.messageKeys()));
		}
	}

	private OperationSource source(String destination) {
		return this.topics.get(destination, KafkaConvention::processes);
	}

	/**
	 * Note that the listener has done its work.
	 */
	void succeed() {
		Delivery delivery = current();
		if (delivery != null) {
			delivery.succeed();
		}
	}

	/**
	 * Note how the latest attempt of a framework behind the listener went, which may deal
	 * with a failure itself.
	 * @param error the error, or {@code null} without one
	 */
	void attempted(@Nullable Throwable error) {
		Delivery delivery = current();
		if (delivery != null) {
			delivery.attempted(error);
		}
	}

	/**
	 * Note that the listener has failed, which goes on until it {@linkplain #end ends}.
	 * @param error the error
	 */
	void fail(Throwable error) {
		Delivery delivery = current();
		if (delivery != null) {
			delivery.fail(error);
		}
	}

	/**
	 * End what this thread handles, if it does.
	 */
	void end() {
		@Nullable Object[] current = this.current.get();
		Delivery delivery = (Delivery) current[0];
		if (delivery != null) {
			current[0] = null;
			delivery.leave();
		}
	}

	/**
	 * Report an error of this library.
	 * @param error the error
	 */
	void handle(Throwable error) {
		this.operations.handle(error);
	}

}
