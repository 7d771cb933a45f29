package io.github.sentryinsights.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.RoutingKafkaTemplate;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Instruments the producer factories of templates that are no beans themselves. Those
 * that are have been decided about as such.
 */
@SuppressWarnings("rawtypes")
final class KafkaTemplateInstrumentation extends BeanInstrumentation<KafkaTemplate> {

	private final ObjectProvider<ProducerFactories> factories;

	KafkaTemplateInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<ProducerFactories> factories) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, KafkaTemplate.class, RecordedWork.KAFKA_PRODUCERS, context);
		this.factories = factories;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(KafkaTemplate template, String beanName, InstrumentationContext context) {
		ProducerFactories known = this.factories.getObject();
		for (Object candidate : factories(template)) {
			if (candidate instanceof ProducerFactory<?, ?> factory && !known.isOfTheContext(factory)) {
				known.instrument(factory, beanName);
			}
		}
		return template;
	}

	/**
	 * A template that chooses among factories by the topic tells none of them without
	 * one, so they are read from its field.
	 */
	private static Collection<?> factories(KafkaTemplate<?, ?> template) {
		if (!(template instanceof RoutingKafkaTemplate)) {
			return List.of(template.getProducerFactory());
		}
		Object matchers = PropertyAccessorFactory.forDirectFieldAccess(template).getPropertyValue("factoryMatchers");
		return (matchers instanceof Map<?, ?> factories) ? factories.values() : List.of();
	}

}
