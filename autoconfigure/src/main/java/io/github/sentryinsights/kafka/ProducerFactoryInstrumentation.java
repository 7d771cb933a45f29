package io.github.sentryinsights.kafka;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has producer factories wrap the producers they create. The factories, and all that is
 * built on them, stay as they are.
 */
@SuppressWarnings("rawtypes")
final class ProducerFactoryInstrumentation extends BeanInstrumentation<ProducerFactory> {

	ProducerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, ProducerFactory.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(ProducerFactory bean, String beanName, InstrumentationContext context) {
		ProducerFactory<?, ?> factory = bean;
		if (!isInstrumented(factory)) {
			factory.addPostProcessor(new TracingProducerPostProcessor<>(context.operations()));
		}
		if (isInstrumented(factory)) {
			context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		}
		else {
			context.beans()
				.leftAlone(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName,
						"a producer factory without post-processors");
		}
		return bean;
	}

	private static <K, V> boolean isInstrumented(ProducerFactory<K, V> factory) {
		List<ProducerPostProcessor<K, V>> postProcessors = factory.getPostProcessors();
		return postProcessors.stream().anyMatch(TracingProducerPostProcessor.class::isInstance);
	}

}
