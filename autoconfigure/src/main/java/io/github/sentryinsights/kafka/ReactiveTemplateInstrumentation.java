package io.github.sentryinsights.kafka;

import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;
import reactor.kafka.sender.KafkaSender;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has reactive templates report what they send. A template makes its sender itself and
 * has neither a getter nor a setter for it, so its field is read and written.
 */
@SuppressWarnings("rawtypes")
final class ReactiveTemplateInstrumentation extends BeanInstrumentation<ReactiveKafkaProducerTemplate> {

	private static final String SENDER = "sender";

	ReactiveTemplateInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, ReactiveKafkaProducerTemplate.class,
				RecordedWork.KAFKA_PRODUCERS, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(ReactiveKafkaProducerTemplate template, String beanName,
			InstrumentationContext context) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(template);
		if (fields.getPropertyValue(SENDER) instanceof KafkaSender<?, ?> sender && !BeanProxy.isProxy(sender)) {
			fields.setPropertyValue(SENDER, TracingSender.of(sender, context));
		}
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return template;
	}

}
