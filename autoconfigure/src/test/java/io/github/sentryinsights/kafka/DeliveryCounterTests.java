package io.github.sentryinsights.kafka;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryCounterTests {

	private final DeliveryCounter counter = new DeliveryCounter();

	@Test
	void firstDeliveryHasNoEarlierOne() {
		assertThat(deliver(0, 7, 7).earlier(7)).isZero();
	}

	@Test
	void repeatedDeliveriesAreCounted() {
		deliver(0, 7, 7);
		assertThat(deliver(0, 7, 7).earlier(7)).isEqualTo(1);
		assertThat(deliver(0, 7, 7).earlier(7)).isEqualTo(2);
	}

	@Test
	void recordsOfOtherPartitionsInBetweenDoNotMatter() {
		deliver(0, 7, 7);
		assertThat(deliver(1, 7, 7).earlier(7)).isZero();
		assertThat(deliver(0, 7, 7).earlier(7)).isEqualTo(1);
	}

	@Test
	void nextRecordStartsAnew() {
		deliver(0, 7, 7);
		deliver(0, 7, 7);
		assertThat(deliver(0, 8, 8).earlier(8)).isZero();
	}

	@Test
	void batchThatBeginsWithinTheLastOneRepeatsTheRestOfIt() {
		deliver(0, 10, 20);
		DeliveryCounter.Delivered again = deliver(0, 15, 25);
		assertThat(again.earlier(15)).isEqualTo(1);
		assertThat(again.earlier(20)).isEqualTo(1);
		assertThat(again.earlier(21)).isZero();
		assertThat(deliver(0, 15, 25).earlier(15)).isEqualTo(2);
	}

	@Test
	void batchAfterASeekFarBackIsNoRepetition() {
		deliver(0, 1000, 1010);
		assertThat(deliver(0, 0, 10).earlier(0)).isZero();
		assertThat(deliver(0, 11, 20).earlier(11)).isZero();
	}

	private DeliveryCounter.Delivered deliver(int partition, long first, long last) {
		return this.counter.count(new TopicPartition("orders", partition), first, last);
	}

}
