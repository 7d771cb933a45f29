package io.github.sentryinsights.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.support.KafkaUtils;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryCounterTests {

	private final DeliveryCounter counter = new DeliveryCounter();

	@AfterEach
	void clearGroup() {
		KafkaUtils.clearConsumerGroupId();
	}

	@Test
	void firstDeliveryHasNoEarlierOne() {
		assertThat(deliver(0, 7)).isZero();
	}

	@Test
	void repeatedDeliveriesAreCounted() {
		deliver(0, 7);
		assertThat(deliver(0, 7)).isEqualTo(1);
		assertThat(deliver(0, 7)).isEqualTo(2);
	}

	@Test
	void recordsOfOtherPartitionsInBetweenDoNotMatter() {
		deliver(0, 7);
		assertThat(deliver(1, 7)).isZero();
		assertThat(deliver(0, 7)).isEqualTo(1);
	}

	@Test
	void nextRecordStartsAnew() {
		deliver(0, 7);
		deliver(0, 7);
		assertThat(deliver(0, 8)).isZero();
	}

	@Test
	void groupsCountOnTheirOwn() {
		KafkaUtils.setConsumerGroupId("billing");
		deliver(0, 7);
		KafkaUtils.setConsumerGroupId("shipping");
		assertThat(deliver(0, 7)).isZero();
	}

	private int deliver(int partition, long offset) {
		return this.counter.earlierDeliveries(new ConsumerRecord<>("orders", partition, offset, "key", "value"));
	}

}
