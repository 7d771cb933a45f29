package io.github.sentryinsights.rabbit;

import java.util.Date;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import static org.assertj.core.api.Assertions.assertThat;

class RabbitMessageTests {

	private final MessageProperties properties = new MessageProperties();

	RabbitMessageTests() {
		this.properties.setConsumerQueue("orders");
	}

	@Test
	void firstDeliveryIsNoRetry() {
		assertThat(retries()).isZero();
	}

	@Test
	void redeliveryIsOneRetry() {
		this.properties.setRedelivered(true);
		assertThat(retries()).isOne();
	}

	@Test
	void quorumQueueCountsDeliveries() {
		this.properties.setRedelivered(true);
		this.properties.setHeader("x-delivery-count", 3L);
		assertThat(retries()).isEqualTo(3);
	}

	@Test
	void deathsInTheSameQueueAreRetries() {
		this.properties.setHeader("x-death", List.of(Map.of("queue", "orders-wait", "reason", "expired", "count", 2L),
				Map.of("queue", "orders", "reason", "rejected", "count", 2L)));
		assertThat(retries()).isEqualTo(2);
	}

	@Test
	void deadLetterIsDeliveredForTheFirstTime() {
		this.properties.setHeader("x-death", List.of(Map.of("queue", "other", "reason", "rejected", "count", 1L)));
		this.properties.setRetryCount(1);
		assertThat(retries()).isZero();
	}

	@Test
	void retriesThatTheSenderCountsAreTaken() {
		this.properties.setRetryCount(2);
		assertThat(retries()).isEqualTo(2);
	}

	@Test
	void nonsenseIsNoRetry() {
		this.properties.setHeader("x-delivery-count", -7L);
		this.properties.setHeader("x-death", List.of(Map.of("queue", "orders", "count", "many")));
		assertThat(retries()).isZero();
	}

	@Test
	void batchHoldsSeveralMessagesUntilItIsTakenApart() {
		assertThat(message().batchSize()).isOne();
		this.properties.setHeader("amqp_batchSize", 3);
		assertThat(message().batchSize()).isOne();
		this.properties.setHeader("springBatchFormat", "lengthHeader4");
		assertThat(message().batchSize()).isEqualTo(3);
		this.properties.setHeader("amqp_batchSize", "many");
		assertThat(message().batchSize()).isOne();
	}

	@Test
	void timestampInMillisecondsIsBetterThanOneInSeconds() {
		this.properties.setTimestamp(new Date(1_700_000_000_000L));
		assertThat(message().received().sentMillis()).isEqualTo(1_700_000_000_000L);
		this.properties.setHeader("timestamp_in_ms", 1_700_000_000_123L);
		assertThat(message().received().sentMillis()).isEqualTo(1_700_000_000_123L);
	}

	private int retries() {
		return message().received().retries();
	}

	private RabbitMessage message() {
		return new RabbitMessage(new Message(new byte[0], this.properties));
	}

}
