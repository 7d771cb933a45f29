package io.github.sentryinsights.kafka;

import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;
import reactor.kafka.sender.KafkaSender;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the senders of Reactor Kafka.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass({ KafkaSender.class, Producer.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.kafka.enabled" },
		matchIfMissing = true)
public final class ReactorKafkaAutoConfiguration {

	ReactorKafkaAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsKafkaSenderInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SenderInstrumentation sentryInsightsKafkaSenderInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new SenderInstrumentation(context);
	}

	/**
	 * Spring Kafka has the template until version 3.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ReactiveKafkaProducerTemplate.class)
	static class TemplateConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsReactiveKafkaTemplateInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ReactiveTemplateInstrumentation sentryInsightsReactiveKafkaTemplateInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ReactiveTemplateInstrumentation(context);
		}

	}

}
