package io.github.sentryinsights.rabbit;

import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class RabbitBatchTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = RabbitApplication.sendingTo(this.receiver)
		.withUserConfiguration(BatchListener.class);

	@Test
	void batchIsOneTransactionThatNamesTheTracesOfItsMessages() {
		this.contextRunner.run(context -> {
			sendBatch(context);
			ReceivedSpan process = this.receiver.transaction("batches").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("ok");
			assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(3);
			assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(9);
			assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			List<String> traces = List.of("first", "second")
				.stream()
				.map(name -> this.receiver.transaction(name).root().traceId())
				.toList();
			assertThat(process.traceId()).isNotIn(traces);
			assertThat(process.data("messaging.batch.traces").toString()).contains(traces.get(0), traces.get(1));
		});
	}

	@Test
	void eachMessageOfABatchIsOneTransactionOnRequest() {
		this.contextRunner.withPropertyValues("sentry.insights.rabbit.batch=per-record").run(context -> {
			sendBatch(context);
			Awaitility.await().until(() -> processed().size() == 3);
			ReceivedSpan first = this.receiver.transaction("first").span("queue.publish");
			List<ReceivedSpan> second = this.receiver.transaction("second").spans("queue.publish");
			assertThat(processed()).allSatisfy(InsightsContract::verify)
				.extracting(ReceivedSpan::parentSpanId, ReceivedSpan::status)
				.containsExactlyInAnyOrder(tuple(first.spanId(), "ok"), tuple(second.get(0).spanId(), "ok"),
						tuple(second.get(1).spanId(), "ok"));
		});
	}

	@Test
	void batchThatFailsIsAFailureOfAll() {
		this.contextRunner.withPropertyValues("sentry.insights.rabbit.batch=per-record").run(context -> {
			context.getBean(BatchListener.class).failures = 1;
			sendBatch(context);
			// How many of them come again is up to the container.
			Awaitility.await().until(() -> processed().stream().anyMatch(process -> process.status().equals("ok")));
			assertThat(processed().stream().filter(process -> process.status().equals("internal_error"))).hasSize(3);
		});
	}

	private void sendBatch(ApplicationContext context) {
		RabbitTemplate template = context.getBean(RabbitTemplate.class);
		RabbitApplication.inTransaction("first", () -> template.convertAndSend("batches", "one"));
		RabbitApplication.inTransaction("second", () -> {
			template.convertAndSend("batches", "two");
			template.convertAndSend("batches", "six");
		});
		context.getBean(RabbitListenerEndpointRegistry.class).start();
	}

	private List<ReceivedSpan> processed() {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals("batches"))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class BatchListener {

		volatile int failures;

		@Bean
		static SimpleRabbitListenerContainerFactory batches(CachingConnectionFactory connectionFactory) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setBatchListener(true);
			factory.setConsumerBatchEnabled(true);
			factory.setBatchSize(3);
			factory.setReceiveTimeout(1000L);
			return factory;
		}

		@Bean
		static Queue batchQueue() {
			return new Queue("batches");
		}

		@RabbitListener(id = "batches", queues = "batches", containerFactory = "batches", autoStartup = "false")
		void handle(List<String> bodies) {
			if (this.failures > 0) {
				this.failures--;
				throw new IllegalStateException("out of stock");
			}
		}

	}

}
