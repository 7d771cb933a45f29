package io.github.sentryinsights.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A {@link StreamApplication} whose function takes batches of orders, all of which are
 * there before it starts.
 */
public final class BatchApplication implements AutoCloseable {

	private static final String BINDING = "shoutAll-in-0";

	private final SentryReceiver receiver;

	private final String name;

	private final StreamApplication application;

	private long firstSent;

	private long lastSent;

	private long started;

	private BatchApplication(SentryReceiver receiver, String name, StreamApplication application) {
		this.receiver = receiver;
		this.name = name;
		this.application = application;
	}

	/**
	 * Start the application.
	 * @param receiver receives what Sentry sends
	 * @param name the beginning of the names of the destinations
	 * @param properties what else to configure
	 * @return the application
	 */
	public static BatchApplication run(SentryReceiver receiver, String name, List<String> properties) {
		List<String> all = new ArrayList<>(List.of("spring.cloud.function.definition=shoutAll;listen",
				"spring.cloud.stream.bindings.shoutAll-in-0.destination=" + name + "-orders",
				"spring.cloud.stream.bindings.shoutAll-in-0.group=shouting",
				"spring.cloud.stream.bindings.shoutAll-in-0.consumer.batch-mode=true",
				"spring.cloud.stream.bindings.shoutAll-in-0.consumer.auto-startup=false",
				"spring.cloud.stream.bindings.shoutAll-in-0.consumer.back-off-initial-interval=1",
				"spring.cloud.stream.bindings.shoutAll-out-0.destination=" + name + "-shouts"));
		all.addAll(properties);
		return new BatchApplication(receiver, name, StreamApplication.run(receiver, name, all, Batches.class));
	}

	/**
	 * Send orders, each in a trace of its own, and have them handled then.
	 * @param orders the orders
	 * @return what published them, in their order
	 */
	public List<ReceivedSpan> handle(String... orders) {
		this.firstSent = System.currentTimeMillis();
		for (String order : orders) {
			this.application.send(order);
		}
		this.lastSent = System.currentTimeMillis();
		Awaitility.await().until(() -> transactions("sending").size() == orders.length);
		this.started = System.currentTimeMillis();
		this.application.context().getBean(BindingsLifecycleController.class).start(BINDING);
		return transactions("sending").stream().flatMap(sending -> sending.spans("queue.publish").stream()).toList();
	}

	/**
	 * Return the batches that the function has been given.
	 * @return the orders of each, again for each further attempt
	 */
	public List<List<String>> batches() {
		return this.application.context().getBean(Batches.class).batches;
	}

	/**
	 * Wait for the transactions that handle orders.
	 * @param count how many there are
	 * @return the transactions in the order of their end
	 */
	public List<ReceivedTransaction> processed(int count) {
		Awaitility.await().until(() -> transactions(this.name + "-orders").size() >= count);
		List<ReceivedTransaction> processed = transactions(this.name + "-orders");
		assertThat(processed).hasSize(count).allSatisfy(process -> {
			InsightsContract.verify(process.root());
			assertThat(process.root().op()).isEqualTo("queue.process");
		});
		return processed;
	}

	/**
	 * Wait for the transactions that handle each order on its own, in its trace.
	 * @param published what published each of them
	 * @return the transaction of each
	 */
	public List<ReceivedTransaction> processedEach(List<ReceivedSpan> published) {
		List<ReceivedTransaction> processed = processed(published.size());
		return published.stream().map(publish -> {
			List<ReceivedTransaction> own = processed.stream()
				.filter(process -> process.root().isChildOf(publish))
				.toList();
			assertThat(own).hasSize(1)
				.allSatisfy(process -> assertThat(process.root().data("messaging.message.id"))
					.isEqualTo(publish.data("messaging.message.id")));
			return own.get(0);
		}).toList();
	}

	/**
	 * Verify that a batch tells of all its orders, and belongs to the trace of one that
	 * is alone.
	 * @param process the transaction of the batch
	 * @param published what published each order
	 */
	public void verifyBatch(ReceivedSpan process, List<ReceivedSpan> published) {
		assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(published.size());
		assertThat(process.data("messaging.message.id")).isEqualTo(published.get(0).data("messaging.message.id"));
		assertThat(
				StreamSupport.stream(process.data("messaging.batch.traces").spliterator(), false).map(JsonNode::asText))
			.isEqualTo(published.stream().map(publish -> publish.traceId() + "-" + publish.spanId()).toList());
		assertThat(published.stream().anyMatch(process::isChildOf)).isEqualTo(published.size() == 1);
		long longest = process.data("messaging.batch.receive.latency.max").asLong();
		assertThat(longest).isLessThanOrEqualTo(System.currentTimeMillis() - this.firstSent);
		assertThat(process.data("messaging.message.receive.latency").asLong()).isBetween(this.started - this.lastSent,
				longest);
	}

	/**
	 * Verify that what the function has returned was sent while a transaction ran, and is
	 * followed.
	 * @param process the transaction
	 * @param shouts the number of messages
	 */
	public void verifyShouts(ReceivedTransaction process, int shouts) {
		assertThat(process.spans("queue.publish")).hasSize(shouts).allSatisfy(publish -> {
			InsightsContract.verify(publish);
			assertThat(publish.isChildOf(process.root())).isTrue();
			assertThat(this.receiver.transaction(received -> received.root().isChildOf(publish)).name())
				.startsWith(this.name + "-shouts");
		});
	}

	private List<ReceivedTransaction> transactions(String beginning) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().startsWith(beginning))
			.toList();
	}

	@Override
	public void close() {
		this.application.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Batches {

		final List<List<String>> batches = new CopyOnWriteArrayList<>();

		@Bean
		Function<List<String>, List<Message<String>>> shoutAll(Function<String, String> shout) {
			return orders -> {
				this.batches.add(List.copyOf(orders));
				return orders.stream().map(order -> MessageBuilder.withPayload(shout.apply(order)).build()).toList();
			};
		}

	}

}
