package io.github.sentryinsights.kafka;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.kafka.core.ProducerFactory;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.InstrumentedBeans;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the producers and the record
 * listeners of Spring Kafka.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(ProducerFactory.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.kafka.enabled" },
		matchIfMissing = true)
public final class KafkaTracingAutoConfiguration {

	static final String TECHNOLOGY = "kafka";

	KafkaTracingAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(NoSentryQueueTracing.class)
	static class InstrumentationConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsProducerFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ProducerFactoryInstrumentation sentryInsightsProducerFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ProducerFactoryInstrumentation(context);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsListenerContainerFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerFactoryInstrumentation sentryInsightsListenerContainerFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ListenerContainerFactoryInstrumentation(context);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsListenerContainerInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerInstrumentation sentryInsightsListenerContainerInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ListenerContainerInstrumentation(context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSentryQueueTracing
	static class SentryQueueTracingConfiguration {

		@Bean
		SmartInitializingSingleton sentryInsightsKafkaLeftAlone(InstrumentedBeans beans) {
			return () -> beans.leftAlone(TECHNOLOGY, "producers and listeners", "Sentry's own queue tracing is on");
		}

	}

	/**
	 * Matches unless Sentry itself reports producers and listeners.
	 */
	static final class NoSentryQueueTracing extends NoneNestedConditions {

		NoSentryQueueTracing() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnSentryQueueTracing
		static final class SentryQueueTracing {

		}

	}

}
