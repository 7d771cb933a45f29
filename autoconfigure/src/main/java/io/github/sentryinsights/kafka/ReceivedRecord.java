package io.github.sentryinsights.kafka;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.springframework.kafka.retrytopic.RetryTopicHeaders;
import org.springframework.kafka.support.KafkaHeaders;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.KafkaConvention;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.key.CacheKeys;

/**
 * A record that a listener is about to handle.
 *
 * @param record the record
 * @param headers the headers of the record
 */
record ReceivedRecord(ConsumerRecord<?, ?> record, RecordMessageHeaders headers) {

	/** What the containers of retry topics take for a due time at most. */
	private static final long MAX_BACK_OFF_MILLIS = TimeUnit.DAYS.toMillis(1);

	/** What a header with more attempts than that holds is something else. */
	private static final int MAX_ATTEMPTS = 1_000_000;

	ReceivedRecord(ConsumerRecord<?, ?> record) {
		this(record, new RecordMessageHeaders(record.headers()));
	}

	/**
	 * Return whether the container of a retry topic will put the record back until its
	 * time has come.
	 * @param record the record
	 */
	static boolean isNotDue(ConsumerRecord<?, ?> record) {
		Header due = record.headers().lastHeader(RetryTopicHeaders.DEFAULT_HEADER_BACKOFF_TIMESTAMP);
		if (due == null || due.value() == null || due.value().length == 0 || due.value().length > Long.BYTES) {
			return false;
		}
		long wait = new BigInteger(due.value()).longValue() - System.currentTimeMillis();
		return wait > 0 && wait <= MAX_BACK_OFF_MILLIS;
	}

	/**
	 * Return what is known of the record beside its headers.
	 * @param earlier the number of earlier deliveries that were seen
	 * @return the description
	 */
	ReceivedMessage message(int earlier) {
		return new ReceivedMessage(this.record.topic() + "-" + this.record.partition() + "-" + this.record.offset(),
				this.record.serializedValueSize(), retries(earlier),
				(this.record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE) ? this.record.timestamp() : -1);
	}

	void describe(Attributes attributes, int earlier, CacheKeys keys) {
		QueueConvention.received(attributes, this.headers, message(earlier), System.currentTimeMillis());
		KafkaConvention.place(attributes, this.record.partition(), this.record.offset());
		KafkaConvention.record(attributes, keys.one(this.record.key()),
				this.record.value() == null && this.record.serializedValueSize() < 0);
	}

	private int retries(int earlier) {
		int attempts = attempts(KafkaHeaders.DELIVERY_ATTEMPT);
		int attemptsByTopic = attempts(RetryTopicHeaders.DEFAULT_HEADER_ATTEMPTS);
		return ((attempts > 0) ? attempts - 1 : earlier) + ((attemptsByTopic > 0) ? attemptsByTopic - 1 : 0);
	}

	private int attempts(String name) {
		Header header = this.record.headers().lastHeader(name);
		if (header == null || header.value() == null || header.value().length != Integer.BYTES) {
			return 0;
		}
		int attempts = ByteBuffer.wrap(header.value()).getInt();
		return (attempts <= MAX_ATTEMPTS) ? attempts : 0;
	}

}
