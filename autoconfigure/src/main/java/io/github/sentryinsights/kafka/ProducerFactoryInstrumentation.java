package io.github.sentryinsights.kafka;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.ProducerFactory;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Instruments producer factories that are beans.
 */
@SuppressWarnings("rawtypes")
final class ProducerFactoryInstrumentation extends BeanInstrumentation<ProducerFactory> {

	private final ObjectProvider<ProducerFactories> factories;

	ProducerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<ProducerFactories> factories) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, ProducerFactory.class, RecordedWork.KAFKA_PRODUCERS, context);
		this.factories = factories;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof ProducerFactory<?, ?> factory) {
			this.factories.ifAvailable(known -> known.remember(factory));
		}
		return bean;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(ProducerFactory bean, String beanName, InstrumentationContext context) {
		this.factories.getObject().instrument((ProducerFactory<?, ?>) bean, beanName);
		return bean;
	}

}
