package io.github.sentryinsights.rabbit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for suspending functions that handle messages.
 */
class SuspendingRabbitListenerTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void transactionLastsUntilTheFunctionIsDone() {
		RabbitApplication.sendingTo(this.receiver)
			.withUserConfiguration(SuspendingRabbitListener.class, Queues.class)
			.run(context -> {
				RabbitTemplate template = context.getBean("template", RabbitTemplate.class);
				RabbitApplication.inTransaction("first", () -> template.convertAndSend("suspended", "accepted"));
				assertThat(processOf("first").root().status()).isEqualTo("ok");
				RabbitApplication.inTransaction("second", () -> template.convertAndSend("suspended", "refused"));
				assertThat(processOf("second").root().status()).isEqualTo("internal_error");
			});
	}

	private ReceivedTransaction processOf(String sender) {
		ReceivedSpan publish = this.receiver.transaction(sender).span("queue.publish");
		ReceivedTransaction process = this.receiver.transaction(received -> received.root().isChildOf(publish));
		InsightsContract.verify(process.root());
		assertThat(process.seconds()).isBetween(0.19, 10.0);
		return process;
	}

	@Configuration(proxyBeanMethods = false)
	static class Queues {

		@Bean
		Queue suspended() {
			return new Queue("suspended");
		}

	}

}
