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
import io.github.sentryinsights.ConfiguredKeys;
import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.operation.Operations;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the producers and the listeners
 * of Spring Kafka.
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
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static KafkaReporting sentryInsightsKafkaReporting(InsightsProperties properties) {
			InsightsProperties.Kafka kafka = properties.getKafka();
			return new KafkaReporting(kafka.getBatch(),
					ConfiguredKeys.of(properties, kafka.getMessageKeys(), "sentry.insights.kafka.message-keys"));
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainers sentryInsightsListenerContainers(Operations operations, KafkaReporting reporting) {
			return new ListenerContainers(operations, reporting);
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ProducerFactories sentryInsightsProducerFactories(Operations operations, KafkaReporting reporting,
				InstrumentedBeans beans) {
			return new ProducerFactories(operations, reporting, beans);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsProducerFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ProducerFactoryInstrumentation sentryInsightsProducerFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context, ObjectProvider<ProducerFactories> factories) {
			return new ProducerFactoryInstrumentation(context, factories);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsKafkaTemplateInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static KafkaTemplateInstrumentation sentryInsightsKafkaTemplateInstrumentation(
				ObjectProvider<InstrumentationContext> context, ObjectProvider<ProducerFactories> factories) {
			return new KafkaTemplateInstrumentation(context, factories);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsListenerContainerFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerFactoryInstrumentation sentryInsightsListenerContainerFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context, ObjectProvider<ListenerContainers> containers) {
			return new ListenerContainerFactoryInstrumentation(context, containers);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsListenerContainerInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerInstrumentation sentryInsightsListenerContainerInstrumentation(
				ObjectProvider<InstrumentationContext> context, ObjectProvider<ListenerContainers> containers) {
			return new ListenerContainerInstrumentation(context, containers);
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
