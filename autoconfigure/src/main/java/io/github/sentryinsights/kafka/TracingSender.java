package io.github.sentryinsights.kafka;

import java.lang.reflect.Method;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;
import reactor.util.context.ContextView;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.ConfiguredKeys;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each record that a sender of Reactor Kafka sends, below what is current where
 * the flow is subscribed to.
 * <p>
 * The sender makes its producer itself and sends on a thread of its own, where a producer
 * would know nothing of the flow.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingSender<K, V> {

	private final KafkaSender<K, V> sender;

	private final Operations operations;

	private final SentRecords sent;

	private TracingSender(KafkaSender<K, V> sender, Operations operations, SentRecords sent) {
		this.sender = sender;
		this.operations = operations;
		this.sent = sent;
	}

	/**
	 * Return a proxy of a sender that reports what it sends.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param sender the sender
	 * @param context what the instrumentation works with
	 * @return the proxy
	 */
	static <K, V> Object of(KafkaSender<K, V> sender, InstrumentationContext context) {
		InsightsProperties properties = context.properties();
		SentRecords sent = new SentRecords(context.operations(), ConfiguredKeys.of(properties,
				properties.getKafka().getMessageKeys(), "sentry.insights.kafka.message-keys"));
		TracingSender<K, V> tracing = new TracingSender<>(sender, context.operations(), sent);
		return BeanProxy.of(sender, new Sending(), (proxy, method, arguments) -> tracing.answer(method, arguments));
	}

	@SuppressWarnings("unchecked")
	private @Nullable Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
		if (method.getName().equals("createOutbound")) {
			return new TracingOutbound<>(this);
		}
		if (arguments[0] == null) {
			return AopUtils.invokeJoinpointUsingReflection(this.sender, method, arguments);
		}
		return method.getName().equals("send") ? send((Publisher<SenderRecord<K, V, Object>>) arguments[0])
				: sendTransactionally((Publisher<Publisher<SenderRecord<K, V, Object>>>) arguments[0]);
	}

	/**
	 * Send records.
	 * @param <T> the type of what correlates a record with its result
	 * @param records the records
	 * @return the results
	 */
	<T extends @Nullable Object> Flux<SenderResult<T>> send(Publisher<? extends SenderRecord<K, V, T>> records) {
		return Flux.deferContextual(context -> {
			RecordsInFlight flight = new RecordsInFlight(this.operations, this.sent, origin(context));
			return flight.follow(this.sender.send(Flux.from(records).map(flight::<K, V, T>depart)).map(flight::arrive));
		});
	}

	/**
	 * Send records, each publisher in a transaction of its own.
	 * @param <T> the type of what correlates a record with its result
	 * @param transactions the records of each transaction
	 * @return the results of each transaction
	 */
	<T extends @Nullable Object> Flux<Flux<SenderResult<T>>> sendTransactionally(
			Publisher<? extends Publisher<? extends SenderRecord<K, V, T>>> transactions) {
		return Flux.deferContextual(context -> {
			RecordsInFlight flight = new RecordsInFlight(this.operations, this.sent, origin(context));
			return flight.follow(this.sender
				.sendTransactionally(
						Flux.from(transactions).map(records -> Flux.from(records).map(flight::<K, V, T>depart)))
				.map(results -> results.map(flight::arrive)));
		});
	}

	/**
	 * Let a chain of flows belong to what is current where the chain is subscribed to, as
	 * all but the first are subscribed to on other threads.
	 * @param chain the chain
	 * @return the chain, which is the same for its subscriber
	 */
	Mono<Void> together(Mono<Void> chain) {
		return Mono.deferContextual(context -> chain.contextWrite(inner -> inner.put(Origin.class, origin(context))));
	}

	private Origin origin(ContextView context) {
		Origin present = context.getOrDefault(Origin.class, null);
		return (present != null) ? present
				: new Origin(this.operations.contextOf(key -> context.getOrDefault(key, null)));
	}

	/**
	 * What a flow belongs to.
	 *
	 * @param context looks up a value of a reactive context
	 */
	record Origin(Function<Object, @Nullable Object> context) {

	}

	/**
	 * Tells the methods that send.
	 */
	private record Sending() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return switch (method.getName()) {
				case "send", "sendTransactionally" -> method.getParameterCount() == 1;
				case "createOutbound" -> method.getParameterCount() == 0;
				default -> false;
			};
		}

	}

}
