package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;
import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.POSSIBLE;

import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.key.ShownKeys;

/**
 * What a Kafka record carries beside what every message does.
 *
 * @since 0.1.0
 */
public final class KafkaConvention {

	/** The product, as Sentry knows it. */
	public static final String SYSTEM = "kafka";

	/** The number of the partition, which is a text for Sentry. */
	public static final AttributeKey<String> PARTITION = AttributeKey.text("messaging.destination.partition.id", NONE);

	/** The offset within the partition. */
	public static final AttributeKey<Long> OFFSET = AttributeKey.number("messaging.kafka.offset", Unit.NONE);

	/** The key, as far as it may be shown. */
	public static final AttributeKey<String> KEY = AttributeKey.text("messaging.kafka.message.key", POSSIBLE);

	/** Whether the record deletes what was sent with its key. */
	public static final AttributeKey<Boolean> TOMBSTONE = AttributeKey.flag("messaging.kafka.message.tombstone");

	private KafkaConvention() {
	}

	/**
	 * Return the target for records sent to a topic.
	 * @param topic the topic
	 * @return the target
	 */
	public static OperationTarget publishes(String topic) {
		return QueueConvention.publishes(SYSTEM, topic, QueueConvention.Origin.KAFKA);
	}

	/**
	 * Return the target for records received from a topic.
	 * @param topic the topic
	 * @return the target
	 */
	public static OperationTarget processes(String topic) {
		return QueueConvention.processes(SYSTEM, topic, QueueConvention.Origin.KAFKA);
	}

	/**
	 * Tell what a record is.
	 * @param attributes the attributes of the operation
	 * @param key what may be shown of the key
	 * @param tombstone whether the record has a key and no value
	 */
	public static void record(Attributes attributes, ShownKeys key, boolean tombstone) {
		if (!key.texts().isEmpty()) {
			attributes.set(KEY, key.texts().get(0));
		}
		if (tombstone) {
			attributes.set(TOMBSTONE, true);
		}
	}

	/**
	 * Tell where a record is.
	 * @param attributes the attributes of the operation
	 * @param partition the number of the partition
	 * @param offset the offset, or negative when the broker does not tell it
	 */
	public static void place(Attributes attributes, int partition, long offset) {
		attributes.set(PARTITION, Integer.toString(partition));
		if (offset >= 0) {
			attributes.set(OFFSET, offset);
		}
	}

}
