package io.github.sentryinsights.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.common.TopicPartition;

/**
 * Counts how often the same records of a partition are delivered in a row to one listener
 * container. Safe for use by several threads, as a rebalance may give a partition to
 * another one.
 */
final class DeliveryCounter {

	private static final int MAX_PARTITIONS = 10_000;

	private final Map<TopicPartition, Delivered> latest = new ConcurrentHashMap<>();

	/**
	 * Count a delivery.
	 * @param partition the partition
	 * @param first the offset of the first record
	 * @param last the offset of the last record
	 * @return what is known of earlier deliveries
	 */
	Delivered count(TopicPartition partition, long first, long last) {
		Delivered previous = this.latest.get(partition);
		if (previous == null && this.latest.size() >= MAX_PARTITIONS) {
			this.latest.clear();
		}
		Delivered delivered = (previous != null) ? previous.followedBy(first, last) : new Delivered(first, last, 0, -1);
		this.latest.put(partition, delivered);
		return delivered;
	}

	/**
	 * Records that have been delivered at once.
	 *
	 * @param first the offset of the first record
	 * @param last the offset of the last record
	 * @param times how often in a row the first one has been delivered before
	 * @param repeated the offset of the last record that has been delivered before
	 */
	record Delivered(long first, long last, int times, long repeated) {

		private Delivered followedBy(long next, long end) {
			boolean again = next >= this.first && next <= this.last;
			return new Delivered(next, end, again ? this.times + 1 : 0, again ? this.last : -1);
		}

		/**
		 * Return the number of earlier deliveries.
		 * @param offset the offset of one of the records
		 * @return 0 on the first delivery
		 */
		int earlier(long offset) {
			return (offset <= this.repeated) ? this.times : 0;
		}

	}

}
