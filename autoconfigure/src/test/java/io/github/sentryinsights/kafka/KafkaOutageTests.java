package io.github.sentryinsights.kafka;

import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KafkaOutageTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.own();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withPropertyValues("max-block=500");

	@Test
	void sendToABrokerThatIsGoneFailsAsItDoesWithoutInstrumentation() {
		String address = broker.address();
		broker.stop();
		this.contextRunner.withPropertyValues("broker=" + address, "sentry.insights.kafka.enabled=false")
			.run(this::assertSendFails);
		this.contextRunner.withPropertyValues("broker=" + address)
			.run(context -> KafkaApplication.inTransaction("sending", transaction -> assertSendFails(context)));
		ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
		InsightsContract.verify(publish);
		assertThat(publish.status()).isEqualTo("internal_error");
	}

	@SuppressWarnings("unchecked")
	private void assertSendFails(ApplicationContext context) {
		KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
		assertThatExceptionOfType(KafkaException.class).isThrownBy(() -> template.send("gone", "key", "value"))
			.withMessage("Send failed")
			.havingCause()
			.isInstanceOf(TimeoutException.class);
	}

}
