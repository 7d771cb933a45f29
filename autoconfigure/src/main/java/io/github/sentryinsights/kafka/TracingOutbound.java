package io.github.sentryinsights.kafka;

import java.util.function.Function;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.sender.KafkaOutbound;
import reactor.kafka.sender.SenderRecord;

/**
 * A chain of sends that are reported. The chain of Reactor Kafka would go past what
 * reports them.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingOutbound<K, V> implements KafkaOutbound<K, V> {

	private final TracingSender<K, V> sender;

	private final Mono<Void> chain;

	/**
	 * Create a chain that has yet to send something.
	 * @param sender reports what it sends
	 */
	TracingOutbound(TracingSender<K, V> sender) {
		this(sender, Mono.empty());
	}

	private TracingOutbound(TracingSender<K, V> sender, Mono<Void> chain) {
		this.sender = sender;
		this.chain = chain;
	}

	@Override
	public KafkaOutbound<K, V> send(Publisher<? extends ProducerRecord<K, V>> records) {
		return then(this.sender.send(uncorrelated(records)).then());
	}

	@Override
	public KafkaOutbound<K, V> sendTransactionally(
			Publisher<? extends Publisher<? extends ProducerRecord<K, V>>> transactions) {
		return then(this.sender.sendTransactionally(Flux.from(transactions).map(this::uncorrelated))
			.flatMap(Function.identity())
			.then());
	}

	private Flux<SenderRecord<K, V, ProducerRecord<K, V>>> uncorrelated(
			Publisher<? extends ProducerRecord<K, V>> records) {
		return Flux.from(records).map(record -> SenderRecord.create(record, record));
	}

	@Override
	public KafkaOutbound<K, V> then(Publisher<Void> other) {
		return new TracingOutbound<>(this.sender, this.chain.thenEmpty(other));
	}

	@Override
	public Mono<Void> then() {
		return this.sender.together(this.chain);
	}

}
