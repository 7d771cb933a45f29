package io.github.sentryinsights.rabbit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RabbitDestinationTests {

	@ParameterizedTest
	@CsvSource({ "orders,orders", "orders-eu-west-1-billing-and-shipping-dlq,orders-eu-west-1-billing-and-shipping-dlq",
			"amq.gen-JzTY20BRgKO-HjmUJj0wLg,amq.gen", "spring.gen-1mmOtLXuT1WnQPGkfEsbLw,spring.gen",
			"amq.rabbitmq.reply-to.g1h2AA5yZXBseUAxMjA,amq.rabbitmq.reply-to",
			"orders.anonymous.yVlF3Wq8S5uNSZu9Xg3JzA,orders.anonymous",
			"tmp_99be5d49-8e2a-4f70-804f-a3a8c4967b05,tmp_{id}",
			"cart-99be5d49-8e2a-4f70-804f-a3a8c4967b05.retry,cart-{id}.retry", "'',(AMQP default)" })
	void generatedNamesShareOne(String queue, String name) {
		assertThat(RabbitDestination.queue(queue)).isEqualTo(name);
	}

	@Test
	void defaultExchangeStandsForTheQueue() {
		assertThat(RabbitDestination.published("", "orders")).isEqualTo("orders");
		assertThat(RabbitDestination.published(null, "orders")).isEqualTo("orders");
	}

	@Test
	void namedExchangeStandsForItself() {
		assertThat(RabbitDestination.published("amq.topic", "order.4711")).isEqualTo("amq.topic");
	}

}
