package io.github.sentryinsights.sample.receipt;

import java.util.Map;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.stereotype.Component;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receipts that wait in a stream of Redis for being sent.
 */
@Component
public class ReceiptQueue {

	static final String STREAM = "receipts";

	static final String ORDER_ID = "orderId";

	private static final long MAX_LENGTH = 1000;

	private static final Logger log = LoggerFactory.getLogger(ReceiptQueue.class);

	private final StringRedisTemplate redis;

	ReceiptQueue(StringRedisTemplate redis) {
		this.redis = redis;
	}

	/**
	 * Have the receipt of an order sent. An order is fulfilled without one while Redis is
	 * down.
	 * @param orderId the identity of the order
	 */
	public void add(long orderId) {
		try {
			this.redis.opsForStream()
				.add(StreamRecords.newRecord().in(STREAM).ofMap(Map.of(ORDER_ID, String.valueOf(orderId))),
						XAddOptions.maxlen(MAX_LENGTH).approximateTrimming(true));
		}
		catch (DataAccessException ex) {
			log.warn("Order {} gets no receipt", orderId, ex);
		}
	}

}
