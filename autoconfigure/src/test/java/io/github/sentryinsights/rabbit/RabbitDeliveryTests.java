package io.github.sentryinsights.rabbit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.QueueTruth;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the broker and the listener see, and what the Queues page would make of it.
 */
class RabbitDeliveryTests {

	private static final int MESSAGES = 300;

	private static final int MAX_ATTEMPTS = 4;

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = RabbitApplication.sendingTo(this.receiver)
		.withPropertyValues("sentry.max-queue-size=2000")
		.withUserConfiguration(CountingListener.class);

	@Test
	void deliveriesAreTheSameWithAndWithoutAndCountedAsTheyAre() {
		Deliveries without = run(this.contextRunner.withPropertyValues("sentry.insights.enabled=false"));
		assertThat(this.receiver.transactions()).extracting(ReceivedTransaction::name).doesNotContain("counted");
		this.receiver.clear();
		Deliveries with = run(this.contextRunner);
		assertThat(with.bodies()).isEqualTo(without.bodies());
		assertThat(with.truth().failed()).isEqualTo(without.truth().failed());
		with.truth().verify(this.receiver, "counted", MESSAGES);
		Set<String> sent = new HashSet<>();
		this.receiver.transaction("sending")
			.spans("queue.publish")
			.forEach(publish -> sent.add(publish.data("messaging.message.id").asText()));
		assertThat(processed()).extracting(process -> process.data("messaging.message.id").asText()).isSubsetOf(sent);
		assertThat(sent).hasSize(MESSAGES);
	}

	@Test
	void brokerThatIsGoneFailsTheSend() {
		RabbitBroker broker = RabbitBroker.start();
		RabbitApplication.with(InsightsContextRunner.sendingTo(this.receiver), broker).run(context -> {
			RabbitTemplate template = context.getBean(RabbitTemplate.class);
			RabbitApplication.inTransaction("sending", () -> template.execute(proxy -> {
				Channel channel = ((ChannelProxy) proxy).getTargetChannel();
				channel.basicPublish("", "nowhere", null, new byte[0]);
				broker.stop();
				Awaitility.await().until(() -> !channel.isOpen());
				assertThatExceptionOfType(AlreadyClosedException.class)
					.isThrownBy(() -> channel.basicPublish("", "nowhere", null, new byte[0]));
				return null;
			}));
			assertThat(this.receiver.transaction("sending").spans("queue.publish")).extracting(ReceivedSpan::status)
				.containsExactly("ok", "internal_error");
		});
	}

	private Deliveries run(ApplicationContextRunner runner) {
		List<Deliveries> deliveries = new ArrayList<>();
		runner.run(context -> {
			CountingListener listener = context.getBean(CountingListener.class);
			RabbitTemplate template = context.getBean(RabbitTemplate.class);
			RabbitApplication.inTransaction("sending", () -> {
				for (int i = 0; i < MESSAGES; i++) {
					template.convertAndSend("counted", "message " + i);
				}
			});
			Awaitility.await().until(() -> listener.handled.size() == MESSAGES);
			Awaitility.await()
				.until(() -> context.getBean(RabbitAdmin.class)
					.getQueueProperties("counted")
					.get(RabbitAdmin.QUEUE_MESSAGE_COUNT)
					.toString()
					.equals("0"));
			deliveries.add(new Deliveries(List.copyOf(listener.handled), listener.truth));
		});
		return deliveries.get(0);
	}

	private List<ReceivedSpan> processed() {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals("counted"))
			.map(ReceivedTransaction::root)
			.toList();
	}

	/**
	 * What the listener has seen.
	 *
	 * @param bodies what it has handled, in order
	 * @param truth how that went
	 */
	private record Deliveries(List<String> bodies, QueueTruth truth) {
	}

	@Configuration(proxyBeanMethods = false)
	static class CountingListener {

		final List<String> handled = Collections.synchronizedList(new ArrayList<>());

		final QueueTruth truth = new QueueTruth(MAX_ATTEMPTS);

		@Bean
		static Queue counted() {
			return new Queue("counted");
		}

		@Bean
		static SimpleRabbitListenerContainerFactory oneByOne(CachingConnectionFactory connectionFactory) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setPrefetchCount(1);
			factory.setReceiveTimeout(20L);
			return factory;
		}

		@RabbitListener(queues = "counted", containerFactory = "oneByOne")
		void handle(Message message) {
			String body = new String(message.getBody());
			String enqueued = message.getMessageProperties().getHeader("sentry-task-enqueued-time");
			this.truth.handle(Map.of(body, (enqueued != null) ? Math.round(Double.parseDouble(enqueued) * 1000) : 0L));
			this.handled.add(body);
		}

	}

}
