package io.github.sentryinsights.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.support.KafkaUtils;

/**
 * Counts how often the same record is delivered in a row, for each partition that a
 * consumer group reads.
 */
final class DeliveryCounter {

	private static final int MAX_PARTITIONS = 10_000;

	private final Map<Partition, Delivery> latest = new ConcurrentHashMap<>();

	/**
	 * Count a delivery.
	 * @param record the record
	 * @return the number of earlier deliveries of the record, 0 on the first one
	 */
	int earlierDeliveries(ConsumerRecord<?, ?> record) {
		String group = KafkaUtils.getConsumerGroupId();
		Partition partition = new Partition((group != null) ? group : Thread.currentThread().getName(), record.topic(),
				record.partition());
		Delivery previous = this.latest.get(partition);
		int earlier = (previous != null && previous.offset() == record.offset()) ? previous.earlier() + 1 : 0;
		if (previous == null && this.latest.size() >= MAX_PARTITIONS) {
			this.latest.clear();
		}
		this.latest.put(partition, new Delivery(record.offset(), earlier));
		return earlier;
	}

	private record Partition(String reader, String topic, int number) {
	}

	private record Delivery(long offset, int earlier) {
	}

}
