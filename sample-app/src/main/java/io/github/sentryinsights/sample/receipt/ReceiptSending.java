package io.github.sentryinsights.sample.receipt;

import java.time.Duration;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamReadRequest;
import org.springframework.data.redis.stream.Subscription;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the receipts that are queued from the start of the shop on.
 */
@Configuration(proxyBeanMethods = false)
class ReceiptSending {

	private static final Logger log = LoggerFactory.getLogger(ReceiptSending.class);

	private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

	@Bean
	StreamListener<String, MapRecord<String, String, String>> receiptSender() {
		return (record) -> log.info("Sent the receipt of order {}", record.getValue().get(ReceiptQueue.ORDER_ID));
	}

	@Bean(initMethod = "start", destroyMethod = "stop")
	StreamMessageListenerContainer<String, MapRecord<String, String, String>> receiptContainer(
			RedisConnectionFactory connectionFactory) {
		return StreamMessageListenerContainer.create(connectionFactory,
				StreamMessageListenerContainerOptions.builder().pollTimeout(POLL_TIMEOUT).build());
	}

	@Bean
	Subscription receiptSubscription(
			StreamMessageListenerContainer<String, MapRecord<String, String, String>> receiptContainer,
			StreamListener<String, MapRecord<String, String, String>> receiptSender) {
		ReadOffset sinceStart = ReadOffset.from(System.currentTimeMillis() + "-0");
		return receiptContainer.register(StreamReadRequest.builder(StreamOffset.create(ReceiptQueue.STREAM, sinceStart))
			.cancelOnError((ex) -> false)
			.errorHandler((ex) -> log.debug("Cannot read receipts", ex))
			.build(), receiptSender);
	}

}
