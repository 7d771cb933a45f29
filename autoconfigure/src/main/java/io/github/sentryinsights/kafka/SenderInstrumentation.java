package io.github.sentryinsights.kafka;

import org.springframework.beans.factory.ObjectProvider;
import reactor.kafka.sender.KafkaSender;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has the senders of Reactor Kafka that are beans report what they send.
 */
@SuppressWarnings("rawtypes")
final class SenderInstrumentation extends BeanInstrumentation<KafkaSender> {

	SenderInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(KafkaTracingAutoConfiguration.TECHNOLOGY, KafkaSender.class, RecordedWork.KAFKA_PRODUCERS, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getKafka();
	}

	@Override
	protected Object instrument(KafkaSender sender, String beanName, InstrumentationContext context) {
		Object traced = TracingSender.of((KafkaSender<?, ?>) sender, context);
		context.beans().instrumented(KafkaTracingAutoConfiguration.TECHNOLOGY, beanName);
		return traced;
	}

}
