package io.github.sentryinsights.testing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole application of Spring Cloud Stream: {@code shout} turns orders into shouts,
 * which {@code listen} handles.
 */
public final class StreamApplication implements AutoCloseable {

	private final SentryReceiver receiver;

	private final ConfigurableApplicationContext context;

	private StreamApplication(SentryReceiver receiver, ConfigurableApplicationContext context) {
		this.receiver = receiver;
		this.context = context;
	}

	/**
	 * Start the application.
	 * @param receiver receives what Sentry sends
	 * @param name the beginning of the names of the destinations
	 * @param properties what else to configure, and what in another way
	 * @param configurations further classes with beans
	 * @return the application
	 */
	public static StreamApplication run(SentryReceiver receiver, String name, List<String> properties,
			Class<?>... configurations) {
		String[] defaults = { "sentry.dsn=" + receiver.dsn(), "sentry.traces-sample-rate=1.0",
				"spring.cloud.function.definition=shout;listen", "spring.cloud.stream.output-bindings=orders",
				"spring.cloud.stream.bindings.orders-out-0.destination=" + name + "-orders",
				"spring.cloud.stream.bindings.shout-in-0.destination=" + name + "-orders",
				"spring.cloud.stream.bindings.shout-in-0.group=shouting",
				"spring.cloud.stream.bindings.shout-in-0.consumer.back-off-initial-interval=1",
				"spring.cloud.stream.bindings.shout-out-0.destination=" + name + "-shouts",
				"spring.cloud.stream.bindings.listen-in-0.destination=" + name + "-shouts",
				"spring.cloud.stream.bindings.listen-in-0.group=listening" };
		Class<?>[] sources = new Class<?>[configurations.length + 1];
		sources[0] = Functions.class;
		System.arraycopy(configurations, 0, sources, 1, configurations.length);
		return new StreamApplication(receiver,
				new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
					.properties(defaults)
					.run(properties.stream().map(property -> "--" + property).toArray(String[]::new)));
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Send an order within a transaction {@code sending}.
	 * @param order the order
	 */
	public void send(String order) {
		ITransaction transaction = CurrentTransaction.start("sending");
		try {
			this.context.getBean(StreamBridge.class).send("orders-out-0", order);
		}
		finally {
			transaction.finish(SpanStatus.OK);
			Sentry.configureScope(scope -> scope.clearTransaction());
		}
	}

	/**
	 * Verify that an order and its shout are told once on each side, in one trace.
	 * @param orders the name of the transaction of the order
	 * @param shouts the name of the transaction of the shout
	 */
	public void verifyOneTrace(String orders, String shouts) {
		ReceivedTransaction listen = this.receiver.transaction(shouts);
		ReceivedTransaction shout = this.receiver.transaction(orders);
		ReceivedTransaction sending = this.receiver.transaction("sending");
		assertThat(sending.spans("queue.publish")).hasSize(1);
		assertThat(shout.spans("queue.publish")).hasSize(1);
		assertThat(shout.root().isChildOf(sending.span("queue.publish"))).isTrue();
		assertThat(listen.root().isChildOf(shout.span("queue.publish"))).isTrue();
		for (ReceivedTransaction process : List.of(shout, listen)) {
			InsightsContract.verify(process.root());
			assertThat(process.root().op()).isEqualTo("queue.process");
			assertThat(process.root().status()).isEqualTo("ok");
			assertThat(this.receiver.transactions()).filteredOn(other -> other.name().equals(process.name()))
				.hasSize(1);
		}
		InsightsContract.verify(shout.span("queue.publish"));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Functions {

		/**
		 * Refuses some orders, and others when they come for the first time.
		 */
		@Bean
		Function<String, String> shout() {
			Set<String> known = ConcurrentHashMap.newKeySet();
			return order -> {
				if (order.equals("refused") || (order.equals("twice") && known.add(order))) {
					throw new IllegalStateException("refused");
				}
				return order + "!";
			};
		}

		/**
		 * Which a binder with an environment of its own asks for where there is
		 * Micrometer.
		 */
		@Bean
		MeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Consumer<String> listen() {
			return shout -> assertThat(shout).endsWith("!");
		}

	}

}
