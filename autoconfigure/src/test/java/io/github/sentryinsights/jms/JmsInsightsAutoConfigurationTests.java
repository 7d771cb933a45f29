package io.github.sentryinsights.jms;

import jakarta.jms.MessageListener;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.SimpleJmsListenerEndpoint;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;

import static org.assertj.core.api.Assertions.assertThat;

class JmsInsightsAutoConfigurationTests {

	private static final MessageListener LISTENER = message -> {
	};

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.withoutSentry()
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jms.JmsInsightsAutoConfiguration"))
		.withUserConfiguration(JmsConfiguration.class);

	@Test
	void factoriesAndContainersAreInstrumented() {
		this.contextRunner.run(context -> {
			assertThat(JmsBeanProxy.isProxy(context.getBean("connectionFactory"))).isTrue();
			assertThat(JmsBeanProxy.isProxy(context.getBean("listenerFactory"))).isTrue();
			assertThat(context.getBean("container", AbstractMessageListenerContainer.class).getMessageListener())
				.isNotSameAs(LISTENER);
			assertThat(report(context)).contains("jms (connectionFactory, container, listenerFactory)");
		});
	}

	@Test
	void nothingIsInstrumentedWhenDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.enabled=false").run(this::assertNothingInstrumented);
	}

	@Test
	void nothingIsInstrumentedWhenJmsIsDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.jms.enabled=false").run(this::assertNothingInstrumented);
	}

	@Test
	void excludedBeansAreLeftAlone() {
		this.contextRunner.withPropertyValues("sentry.insights.jms.exclude=connectionFactory,listenerFactory,container")
			.run(context -> {
				assertNothingInstrumented(context);
				assertThat(report(context)).contains("not jms connectionFactory (excluded)");
			});
	}

	@Test
	void containerWithoutListenerThatComesLateIsLeftAlone() {
		this.contextRunner.run(context -> {
			context.getBean("lateContainer");
			assertThat(report(context)).contains("not jms lateContainer (without a listener)");
		});
	}

	@Test
	void everythingIsLeftToTheAgentOfSentryUnlessItLeavesJmsAlone() {
		ApplicationContextRunner beside = this.contextRunner
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentMarker"));
		beside.run(context -> {
			assertNothingInstrumented(context);
			assertThat(report(context)).startsWith("nothing")
				.contains("not jms connectionFactory (recorded by Sentry's OpenTelemetry agent)")
				.contains("not jms listenerFactory (recorded by Sentry's OpenTelemetry agent)");
		});
		beside
			.withPropertyValues("otel.instrumentation.jms.enabled=false",
					"otel.instrumentation.spring-jms.enabled=false")
			.run(context -> assertThat(report(context))
				.contains("jms (connectionFactory, container, listenerFactory)"));
	}

	@Test
	void applicationWithoutJmsStarts() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.jms.JmsInsightsAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("jakarta.jms", "org.springframework.jms"))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JmsInsightsAutoConfiguration.class));
	}

	@Test
	void producersAreInstrumentedWithoutSpringJms() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.jms.JmsInsightsAutoConfiguration"))
			.withBean("connectionFactory", ActiveMQConnectionFactory.class,
					() -> new ActiveMQConnectionFactory("vm://99"))
			.withClassLoader(new FilteredClassLoader("org.springframework.jms"))
			.run(context -> assertThat(JmsBeanProxy.isProxy(context.getBean("connectionFactory"))).isTrue());
	}

	@Test
	void durableSubscriptionKeepsItsName() {
		this.contextRunner.run(context -> {
			SimpleJmsListenerEndpoint endpoint = new SimpleJmsListenerEndpoint();
			endpoint.setDestination("news");
			endpoint.setMessageListener(LISTENER);
			AbstractMessageListenerContainer container = context
				.getBean("listenerFactory", DefaultJmsListenerContainerFactory.class)
				.createListenerContainer(endpoint);
			assertThat(container.getMessageListener()).isNotSameAs(LISTENER);
			assertThat(container.getSubscriptionName()).isEqualTo(LISTENER.getClass().getName());
			container.setSubscriptionName(null);
			Object wrapped = container.getMessageListener();
			container.setMessageListener(wrapped);
			assertThat(container.getSubscriptionName()).isEqualTo(LISTENER.getClass().getName());
		});
	}

	private void assertNothingInstrumented(ApplicationContext context) {
		assertThat(AopUtils.isAopProxy(context.getBean("connectionFactory"))).isFalse();
		assertThat(AopUtils.isAopProxy(context.getBean("listenerFactory"))).isFalse();
		assertThat(context.getBean("container", AbstractMessageListenerContainer.class).getMessageListener())
			.isSameAs(LISTENER);
	}

	private static String report(ApplicationContext context) {
		return context.getBean(InstrumentedBeans.class).toString();
	}

	@Configuration(proxyBeanMethods = false)
	static class JmsConfiguration {

		@Bean
		ActiveMQConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory("vm://99");
		}

		@Bean
		DefaultJmsListenerContainerFactory listenerFactory(ActiveMQConnectionFactory connectionFactory) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			return factory;
		}

		@Bean
		DefaultMessageListenerContainer container(ActiveMQConnectionFactory connectionFactory) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connectionFactory);
			container.setDestinationName("orders");
			container.setAutoStartup(false);
			container.setMessageListener(LISTENER);
			return container;
		}

		@Bean
		@Lazy
		DefaultMessageListenerContainer lateContainer(ActiveMQConnectionFactory connectionFactory) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connectionFactory);
			container.setDestinationName("orders");
			container.setAutoStartup(false);
			return container;
		}

	}

}
