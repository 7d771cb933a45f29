package io.github.sentryinsights.kafka;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.operation.Operations;

/**
 * Has producer factories wrap the producers they create. The factories, and all that is
 * built on them, stay as they are.
 */
final class ProducerFactories {

	private final Operations operations;

	private final KafkaReporting reporting;

	private final InstrumentedBeans beans;

	private final Set<ProducerFactory<?, ?>> ofTheContext = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	ProducerFactories(Operations operations, KafkaReporting reporting, InstrumentedBeans beans) {
		this.operations = operations;
		this.reporting = reporting;
		this.beans = beans;
	}

	/**
	 * Remember a factory that is a bean, which may be one to leave alone.
	 * @param factory the factory
	 */
	void remember(ProducerFactory<?, ?> factory) {
		this.ofTheContext.add(factory);
	}

	/**
	 * Return whether a factory is a bean.
	 * @param factory the factory
	 * @return whether it has been remembered
	 */
	boolean isOfTheContext(ProducerFactory<?, ?> factory) {
		return this.ofTheContext.contains(factory);
	}

	/**
	 * Instrument a factory, unless it is already.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param factory the factory
	 * @param beanName the name of the bean that it is or belongs to
	 */
	<K, V> void instrument(ProducerFactory<K, V> factory, String beanName) {
		if (!TracingProducer.knowsTheClient()) {
			leftAlone(beanName, "producers of this Kafka client have methods unknown to this library");
			return;
		}
		if (!isInstrumented(factory)) {
			factory.addPostProcessor(new TracingProducerPostProcessor<>(this.operations, this.reporting));
		}
		if (isInstrumented(factory)) {
			this.beans.instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		}
		else {
			leftAlone(beanName, "a producer factory without post-processors");
		}
	}

	private void leftAlone(String beanName, String reason) {
		this.beans.leftAlone(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName, reason);
	}

	private static <K, V> boolean isInstrumented(ProducerFactory<K, V> factory) {
		List<ProducerPostProcessor<K, V>> postProcessors = factory.getPostProcessors();
		return postProcessors.stream().anyMatch(TracingProducerPostProcessor.class::isInstance);
	}

}
