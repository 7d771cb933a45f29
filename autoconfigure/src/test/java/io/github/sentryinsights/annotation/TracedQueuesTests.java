package io.github.sentryinsights.annotation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.BrokenTraceHeaders;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.QueueTruth;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what {@link TracedQueue} and {@link InsightsTemplate#queue} report of brokers
 * that nobody instruments.
 */
class TracedQueuesTests {

	private static final int MESSAGES = 300;

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(InsightsContextRunner
			.autoConfigurations("io.github.sentryinsights.annotation.AnnotationAutoConfiguration"))
		.withUserConfiguration(Beans.class);

	@Test
	void anAnnotatedReceiverContinuesTheTraceOfAnAnnotatedSender() {
		Message message = new Message("ten bytes.");
		ReceivedTransaction sent = record((mails, template) -> mails.send(message));
		ReceivedSpan publish = sent.span("queue.publish");
		InsightsContract.verify(publish);
		assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(10);
		assertThat(message.headers).containsEntry("sentry-trace", sent.root().traceId() + "-" + publish.spanId() + "-1")
			.containsKeys("baggage", "sentry-task-enqueued-time");
		this.runner.run(context -> context.getBean(Mails.class).receive(message, 2));
		ReceivedSpan process = this.receiver.transaction("mails").root();
		InsightsContract.verify(process);
		assertThat(process.traceId()).isEqualTo(sent.root().traceId());
		assertThat(process.isChildOf(publish)).isTrue();
		assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
		assertThat(process.data("messaging.message.retry.count").asInt()).isEqualTo(2);
		assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(10);
		assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
	}

	@Test
	void theIdentityOfAnAnnotatedMessageTravelsWithIt() {
		Message message = new Message("x");
		ReceivedTransaction sent = record((mails, template) -> mails.sendAs("order-7", message));
		assertThat(sent.span("queue.publish").data("messaging.message.id").asText()).isEqualTo("order-7");
		assertThat(message.headers).containsEntry("messaging.message.id", "order-7");
	}

	@Test
	void theDecisionAgainstATraceTravelsWithTheMessage() {
		Message message = new Message("x");
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			ITransaction transaction = CurrentTransaction.start("unsampled");
			context.getBean(Mails.class).send(message);
			transaction.finish(SpanStatus.OK);
		});
		assertThat(message.headers.get("sentry-trace")).asString().endsWith("-0");
		assertThat(message.headers).containsKeys("baggage", "messaging.message.id", "sentry-task-enqueued-time");
	}

	@Test
	void withoutSentryAMessageStaysAsItIs() {
		Message message = new Message("x");
		this.runner.withPropertyValues("sentry.dsn=").run(context -> {
			context.getBean(Mails.class).send(message);
			context.getBean(Mails.class).sendAs("order-7", message);
			Map<String, String> headers = context.getBean(InsightsTemplate.class)
				.queue("redis", "mails")
				.messageId("order-7")
				.publish(carried -> carried);
			assertThat(headers).isEmpty();
		});
		assertThat(message.headers).isEmpty();
	}

	@Test
	void headersThatCannotBeWrittenNeverReachTheSender() {
		Message message = new Message("x", Map.of());
		ReceivedTransaction sent = record((mails, template) -> assertThat(mails.send(message)).isSameAs(message));
		InsightsContract.verify(sent.span("queue.publish"));
	}

	@Test
	void aSecondAttemptReplacesTheHeadersOfTheFirst() {
		Message message = new Message("x");
		ReceivedTransaction sent = record((mails, template) -> {
			message.headers.put("baggage", "other=1,sentry-trace_id=2");
			mails.send(message);
			mails.send(message);
		});
		ReceivedSpan second = sent.spans("queue.publish").get(1);
		assertThat(message.headers.get("sentry-trace")).asString().contains(second.spanId());
		assertThat(message.headers.get("baggage")).asString()
			.containsOnlyOnce("other=1")
			.containsOnlyOnce("sentry-trace_id=" + sent.root().traceId());
		assertThat(sent.spans("queue.publish")).extracting(span -> span.data("messaging.message.id").asText())
			.hasSize(2)
			.containsOnly((String) message.headers.get("messaging.message.id"));
	}

	@Test
	void theTemplateTellsWhatIsKnownOfAMessage() {
		ReceivedTransaction sent = record((mails, template) -> {
			Map<String, String> headers = template.queue("redis", "template mails")
				.messageId("7")
				.bodySize(42)
				.publish(carried -> carried);
			assertThat(headers).containsEntry("messaging.message.id", "7");
		});
		assertThat(sent.span("queue.publish").data("messaging.message.id").asText()).isEqualTo("7");
		assertThat(sent.span("queue.publish").data("messaging.message.body.size").asInt()).isEqualTo(42);
		this.runner
			.run(context -> assertThatIllegalStateException().isThrownBy(() -> context.getBean(InsightsTemplate.class)
				.queue("redis", "template mails")
				.messageId("7")
				.bodySize(42)
				.retries(3)
				.sentAt(Instant.now().minus(Duration.ofMinutes(1)))
				.process(Map.of())
				.run(() -> {
					throw new IllegalStateException();
				})));
		ReceivedSpan process = this.receiver.transaction("template mails").root();
		InsightsContract.verify(process);
		assertThat(process.status()).isEqualTo("internal_error");
		assertThat(process.data("messaging.message.id").asText()).isEqualTo("7");
		assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(42);
		assertThat(process.data("messaging.message.retry.count").asInt()).isEqualTo(3);
		assertThat(process.data("messaging.message.receive.latency").asInt()).isBetween(60_000, 90_000);
	}

	@Test
	void headersOfBytesAreRead() {
		ReceivedTransaction sent = record((mails, template) -> template.queue("redis", "byte mails").send(headers -> {
			Map<String, Object> bytes = new HashMap<>();
			headers.forEach((name, value) -> bytes.put(name, value.getBytes(StandardCharsets.UTF_8)));
			template.queue("redis", "byte mails").process(bytes).run(() -> {
			});
		}));
		ReceivedSpan process = this.receiver.transaction("byte mails").root();
		assertThat(process.isChildOf(sent.span("queue.publish"))).isTrue();
	}

	@Test
	void headersThatNobodyCanReadBeginATraceOfTheirOwn() {
		this.runner.run(context -> {
			for (BrokenTraceHeaders headers : BrokenTraceHeaders.all()) {
				this.receiver.clear();
				context.getBean(InsightsTemplate.class)
					.queue("redis", "foreign mails")
					.process(Map.of("sentry-trace", headers.trace(), "baggage", headers.baggage(),
							"sentry-task-enqueued-time", "soon"))
					.run(() -> {
					});
				ReceivedSpan process = this.receiver.transaction("foreign mails").root();
				InsightsContract.verify(process);
				assertThat(process.data().has("messaging.message.receive.latency")).as(headers.mistake()).isFalse();
				assertThat(BrokenTraceHeaders.isContinued(process.traceId())).as(headers.mistake()).isFalse();
			}
		});
	}

	@Test
	void headersThatAreMuchTooLongAreNotRead() {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";
		this.runner.run(context -> context.getBean(InsightsTemplate.class)
			.queue("redis", "long mails")
			.process(Map.of("sentry-trace", trace + " ".repeat(10_000), "messaging.message.id", "x".repeat(10_000),
					"baggage", "a=" + "b".repeat(10_000)))
			.run(() -> {
			}));
		ReceivedSpan process = this.receiver.transaction("long mails").root();
		InsightsContract.verify(process);
		assertThat(process.traceId()).isNotEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
		assertThat(process.data("messaging.message.id").asText()).hasSize(36);
	}

	@Test
	void messagesOutsideOfAnySpanBeginTracesThatAreSampledOneByOne() {
		Set<String> traces = new HashSet<>();
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.5", "sentry.max-queue-size=1000").run(context -> {
			InsightsTemplate template = context.getBean(InsightsTemplate.class);
			for (int i = 0; i < 200; i++) {
				Map<String, String> headers = template.queue("redis", "free mails").publish(carried -> carried);
				traces.add(headers.get("sentry-trace").substring(0, 32));
				assertThat(headers.get("baggage"))
					.contains("sentry-trace_id=" + headers.get("sentry-trace").substring(0, 32));
				template.queue("redis", "free mails").process(headers).run(() -> {
				});
			}
		});
		assertThat(traces).hasSize(200);
		Sentry.close();
		assertThat(this.receiver.transactions()).hasSizeBetween(50, 150)
			.allSatisfy(transaction -> assertThat(traces).contains(transaction.root().traceId()));
	}

	@Test
	void whatThePageComputesOfAnnotatedMethodsIsTrue() {
		this.runner.withPropertyValues("sentry.max-queue-size=1000").run(context -> {
			Truthful truthful = context.getBean(Truthful.class);
			Deque<Message> queue = new ArrayDeque<>();
			ITransaction transaction = CurrentTransaction.start("sending");
			for (int i = 0; i < MESSAGES; i++) {
				queue.add(truthful.send(new Message("message " + i)));
			}
			transaction.finish(SpanStatus.OK);
			Sentry.configureScope(scope -> scope.clearTransaction());
			Map<Message, Integer> attempts = new HashMap<>();
			while (!queue.isEmpty()) {
				Message message = queue.remove();
				int earlier = attempts.merge(message, 1, Integer::sum) - 1;
				try {
					truthful.receive(message, earlier);
				}
				catch (IllegalStateException ex) {
					queue.add(message);
				}
			}
			truthful.truth().verify(this.receiver, "truthful", MESSAGES);
		});
	}

	@Test
	void anExpressionThatCannotBeReadStopsTheStart() {
		this.runner.withUserConfiguration(Broken.class)
			.run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("#retries +"));
	}

	private ReceivedTransaction record(Work work) {
		this.runner.run(context -> {
			assertThat(context).hasNotFailed();
			ITransaction transaction = CurrentTransaction.start("test");
			work.run(context.getBean(Mails.class), context.getBean(InsightsTemplate.class));
			transaction.finish(SpanStatus.OK);
		});
		return this.receiver.transaction("test");
	}

	@FunctionalInterface
	interface Work {

		void run(Mails mails, InsightsTemplate template) throws Exception;

	}

	static final class Message {

		final String payload;

		final Map<String, Object> headers;

		Message(String payload) {
			this(payload, new HashMap<>());
		}

		Message(String payload, Map<String, Object> headers) {
			this.payload = payload;
			this.headers = headers;
		}

		public String getPayload() {
			return this.payload;
		}

		public Map<String, Object> getHeaders() {
			return this.headers;
		}

	}

	static class Mails {

		@TracedQueue(system = "redis", destination = "mails", role = TracedQueue.Role.PUBLISH,
				headers = "#message.headers", body = "#message.payload")
		public Message send(Message message) {
			return message;
		}

		@TracedQueue(system = "redis", destination = "mails", role = TracedQueue.Role.PUBLISH, messageId = "#id",
				headers = "#message.headers")
		public Message sendAs(String id, Message message) {
			return message;
		}

		@TracedQueue(system = "redis", destination = "mails", role = TracedQueue.Role.PROCESS,
				headers = "#message.headers", body = "#message.payload", retries = "#attempt")
		public void receive(Message message, int attempt) {
		}

	}

	static class Truthful {

		private final QueueTruth truth = new QueueTruth(4);

		public QueueTruth truth() {
			return this.truth;
		}

		@TracedQueue(system = "redis", destination = "truthful", role = TracedQueue.Role.PUBLISH,
				headers = "#message.headers")
		public Message send(Message message) {
			return message;
		}

		@TracedQueue(system = "redis", destination = "truthful", role = TracedQueue.Role.PROCESS,
				headers = "#message.headers", retries = "#earlier")
		public void receive(Message message, int earlier) {
			double seconds = Double.parseDouble(message.headers.get("sentry-task-enqueued-time").toString());
			this.truth.handle(Map.of(message.payload, Math.round(seconds * 1000)));
		}

	}

	static class BrokenMails {

		@TracedQueue(system = "redis", destination = "mails", role = TracedQueue.Role.PROCESS, retries = "#retries +")
		public void receive(int retries) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Mails mails() {
			return new Mails();
		}

		@Bean
		Truthful truthful() {
			return new Truthful();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		BrokenMails brokenMails() {
			return new BrokenMails();
		}

	}

}
