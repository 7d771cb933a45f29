package io.github.sentryinsights.rabbit;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.NoOpMetricsCollector;
import com.rabbitmq.client.observation.ObservationCollector;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.SimpleRoutingConnectionFactory;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class RabbitInsightsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.withoutSentry()
		.withConfiguration(InsightsContextRunner
			.autoConfigurations("io.github.sentryinsights.rabbit.RabbitInsightsAutoConfiguration"))
		.withUserConfiguration(RabbitConfiguration.class);

	@Test
	void factoriesAndContainersAreInstrumented() {
		this.contextRunner.run(context -> {
			assertThat(client(context, "connectionFactory").getMetricsCollector()).isInstanceOf(ConfirmCollector.class);
			assertThat(collector(client(context, "connectionFactory"))).isInstanceOf(TracingObservationCollector.class);
			assertThat(advice(context.getBean("container"))).hasSize(2)
				.first()
				.isInstanceOf(TracingListenerAdvice.class);
			assertThat(advice(context.getBean("listenerFactory", SimpleRabbitListenerContainerFactory.class)
				.createListenerContainer(null))).hasSize(2);
			assertThat(advice(context.getBean("directFactory", DirectRabbitListenerContainerFactory.class)
				.createListenerContainer(null))).hasSize(2);
			assertThat(report(context))
				.contains("rabbit (connectionFactory, container, directFactory, listenerFactory)");
		});
	}

	@Test
	void nothingIsInstrumentedWhenDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.enabled=false").run(this::assertNothingInstrumented);
	}

	@Test
	void nothingIsInstrumentedWhenRabbitIsDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.rabbit.enabled=false")
			.run(this::assertNothingInstrumented);
	}

	@Test
	void excludedBeansAreLeftAlone() {
		this.contextRunner
			.withPropertyValues("sentry.insights.rabbit.exclude=connectionFactory,listenerFactory,container")
			.run(context -> {
				assertNothingInstrumented(context);
				assertThat(report(context)).contains("not rabbit connectionFactory (excluded)");
			});
	}

	@Test
	void everythingIsLeftToTheAgentOfSentryUnlessItLeavesRabbitAlone() {
		ApplicationContextRunner beside = this.contextRunner
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentMarker"));
		beside.run(context -> {
			assertNothingInstrumented(context);
			assertThat(report(context)).startsWith("nothing")
				.contains("not rabbit connectionFactory (recorded by Sentry's OpenTelemetry agent)")
				.contains("not rabbit listenerFactory (recorded by Sentry's OpenTelemetry agent)");
		});
		beside
			.withPropertyValues("otel.instrumentation.rabbitmq.enabled=false",
					"otel.instrumentation.spring-rabbit.enabled=false")
			.run(context -> assertThat(report(context))
				.contains("rabbit (connectionFactory, container, directFactory, listenerFactory)"));
	}

	@Test
	void applicationWithoutRabbitStarts() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.rabbit.RabbitInsightsAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("org.springframework.amqp", "com.rabbitmq"))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RabbitInsightsAutoConfiguration.class));
	}

	@Test
	void collectorsOfTheUserAreKept() {
		NoOpMetricsCollector metrics = new NoOpMetricsCollector();
		ObservationCollector observations = new ForeignObservationCollector();
		com.rabbitmq.client.ConnectionFactory client = new com.rabbitmq.client.ConnectionFactory();
		client.setMetricsCollector(metrics);
		client.setObservationCollector(observations);
		this.contextRunner
			.withBean("collected", CachingConnectionFactory.class, () -> new CachingConnectionFactory(client))
			.run(context -> {
				assertThat(client.getMetricsCollector()).isInstanceOf(ConfirmCollector.class)
					.extracting("delegate")
					.isSameAs(metrics);
				assertThat(collector(client)).extracting("delegate").isSameAs(observations);
			});
	}

	@Test
	void instrumentedClientAndContainerAreNotInstrumentedAgain() {
		com.rabbitmq.client.ConnectionFactory client = new com.rabbitmq.client.ConnectionFactory();
		this.contextRunner.withBean("first", CachingConnectionFactory.class, () -> new CachingConnectionFactory(client))
			.withBean("second", CachingConnectionFactory.class, () -> new CachingConnectionFactory(client))
			.withUserConfiguration(ContainerOfFactoryConfiguration.class)
			.run(context -> {
				assertThat(client.getMetricsCollector()).extracting("delegate")
					.isInstanceOf(NoOpMetricsCollector.class);
				assertThat(advice(context.getBean("containerOfFactory"))).hasSize(2);
			});
	}

	@Test
	void targetsOfARoutingFactoryAreInstrumented() {
		CachingConnectionFactory target = new CachingConnectionFactory();
		SimpleRoutingConnectionFactory routing = new SimpleRoutingConnectionFactory();
		routing.setTargetConnectionFactories(Map.of("eu", target));
		this.contextRunner.withBean("routing", ConnectionFactory.class, () -> routing).run(context -> {
			assertThat(target.getRabbitConnectionFactory().getMetricsCollector()).isInstanceOf(ConfirmCollector.class);
			assertThat(report(context)).contains("routing");
		});
	}

	@Test
	void foreignFactoryIsReported() {
		this.contextRunner.withBean("foreign", ConnectionFactory.class, () -> mock(ConnectionFactory.class))
			.run(context -> assertThat(report(context))
				.contains("not rabbit foreign (a connection factory without a client of its own)"));
	}

	@Test
	void customizerOfTheUserIsKept() {
		this.contextRunner
			.run(context -> assertThat(context.getBean("listenerFactory", SimpleRabbitListenerContainerFactory.class)
				.createListenerContainer(null)
				.getListenerId()).isEqualTo("customized"));
	}

	private void assertNothingInstrumented(ApplicationContext context) {
		assertThat(client(context, "connectionFactory").getMetricsCollector()).isNull();
		assertThat(collector(client(context, "connectionFactory"))).isSameAs(ObservationCollector.NO_OP);
		assertThat(advice(context.getBean("container"))).isEmpty();
		assertThat(advice(context.getBean("listenerFactory", SimpleRabbitListenerContainerFactory.class)
			.createListenerContainer(null))).isEmpty();
	}

	private static com.rabbitmq.client.ConnectionFactory client(ApplicationContext context, String name) {
		return context.getBean(name, CachingConnectionFactory.class).getRabbitConnectionFactory();
	}

	private static Object collector(com.rabbitmq.client.ConnectionFactory client) {
		return PropertyAccessorFactory.forDirectFieldAccess(client).getPropertyValue("observationCollector");
	}

	private static List<Advice> advice(Object container) {
		return List
			.of((Advice[]) PropertyAccessorFactory.forDirectFieldAccess(container).getPropertyValue("adviceChain"));
	}

	private static String report(ApplicationContext context) {
		return context.getBean(InstrumentedBeans.class).toString();
	}

	@Configuration(proxyBeanMethods = false)
	static class RabbitConfiguration {

		@Bean
		CachingConnectionFactory connectionFactory() {
			return new CachingConnectionFactory();
		}

		/**
		 * A proxy, as a lambda is compiled for the name that the type of containers has
		 * in one version.
		 */
		@Bean
		@SuppressWarnings({ "rawtypes", "unchecked" })
		SimpleRabbitListenerContainerFactory listenerFactory() {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setContainerCustomizer((ContainerCustomizer) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ContainerCustomizer.class }, (proxy, method, arguments) -> {
						((SimpleMessageListenerContainer) arguments[0]).setListenerId("customized");
						return null;
					}));
			return factory;
		}

		@Bean
		DirectRabbitListenerContainerFactory directFactory() {
			return new DirectRabbitListenerContainerFactory();
		}

		@Bean
		AbstractMessageListenerContainer container(CachingConnectionFactory connectionFactory) {
			return notStarted(new SimpleMessageListenerContainer(connectionFactory));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerOfFactoryConfiguration {

		@Bean
		AbstractMessageListenerContainer containerOfFactory(SimpleRabbitListenerContainerFactory listenerFactory,
				CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = listenerFactory.createListenerContainer(null);
			container.setConnectionFactory(connectionFactory);
			return notStarted(container);
		}

	}

	private static AbstractMessageListenerContainer notStarted(AbstractMessageListenerContainer container) {
		container.setAutoStartup(false);
		return container;
	}

	private static final class ForeignObservationCollector implements ObservationCollector {

		@Override
		public void publish(PublishCall call, AMQP.Basic.Publish publish, AMQP.BasicProperties properties, byte[] body,
				ConnectionInfo connection) throws IOException {
			call.publish(properties);
		}

		@Override
		public Consumer basicConsume(String queue, String consumerTag, Consumer consumer) {
			return consumer;
		}

		@Override
		public GetResponse basicGet(BasicGetCall call, String queue) {
			return call.get();
		}

	}

}
