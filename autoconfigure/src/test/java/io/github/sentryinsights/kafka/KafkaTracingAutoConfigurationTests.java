package io.github.sentryinsights.kafka;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.adapter.DelegatingInvocableHandler;
import org.springframework.kafka.listener.adapter.HandlerAdapter;
import org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaTracingAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.withoutSentry()
		.withConfiguration(InsightsContextRunner
			.autoConfigurations("io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration"))
		.withUserConfiguration(KafkaConfiguration.class);

	@Test
	void factoriesAndContainersAreInstrumented() {
		this.contextRunner.run(context -> {
			assertThat(isProducerInstrumented(context)).isTrue();
			assertThat(interceptors(created(context, "listenerFactory"))).satisfies(this::areOurs);
			assertThat(interceptors(context.getBean("container"))).satisfies(this::areOurs);
			assertThat(report(context)).contains("kafka (").contains("producerFactory").contains("listenerFactory");
		});
	}

	@Test
	void nothingIsInstrumentedWhenDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.enabled=false").run(this::assertNothingInstrumented);
	}

	@Test
	void nothingIsInstrumentedWhenKafkaIsDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.kafka.enabled=false")
			.run(this::assertNothingInstrumented);
	}

	@Test
	void excludedBeansAreLeftAlone() {
		this.contextRunner.withPropertyValues("sentry.insights.kafka.exclude=producerFactory,listenerFactory,container")
			.run(context -> {
				assertNothingInstrumented(context);
				assertThat(report(context)).contains("not kafka producerFactory (excluded)");
			});
	}

	@Test
	void operationsOfTheUserAreUsed() {
		Operations operations = new Operations(OperationRecorder.NONE, OperationMeter.NONE);
		this.contextRunner.withBean(Operations.class, () -> operations).run(context -> {
			assertThat(context.getBean(Operations.class)).isSameAs(operations);
			assertThat(isProducerInstrumented(context)).isTrue();
		});
	}

	@Test
	void applicationWithoutKafkaStarts() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("org.springframework.kafka", "org.apache.kafka"))
			.run(context -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(KafkaTracingAutoConfiguration.class)
				.doesNotHaveBean(ProducerFactoryInstrumentation.class));
	}

	@Test
	void everythingIsLeftToSentryWhenItsOwnQueueTracingIsOn() {
		this.contextRunner.withClassLoader(PresentClasses.of("io.sentry.kafka.SentryKafkaProducer"))
			.withPropertyValues("sentry.enable-queue-tracing=true")
			.run(context -> {
				assertNothingInstrumented(context);
				assertThat(report(context))
					.contains("not kafka producers and listeners (Sentry's own queue tracing is on)");
			});
	}

	@Test
	void everythingIsLeftToTheAgentOfSentryUnlessItLeavesKafkaAlone() {
		ApplicationContextRunner beside = this.contextRunner
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentMarker"));
		beside.run(context -> {
			assertNothingInstrumented(context);
			assertThat(report(context)).startsWith("nothing")
				.contains("not kafka producerFactory (recorded by Sentry's OpenTelemetry agent)")
				.contains("not kafka listenerFactory (recorded by Sentry's OpenTelemetry agent)");
		});
		beside
			.withPropertyValues("otel.instrumentation.kafka.enabled=false",
					"otel.instrumentation.spring-kafka.enabled=false")
			.run(context -> assertThat(report(context)).contains("kafka (container, listenerFactory, producerFactory)")
				.doesNotContain("not kafka"));
	}

	@Test
	void listenersWhoseObservationsReachSentryAreLeftAlone() {
		this.contextRunner
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentlessMarker",
					"io.micrometer.tracing.otel.bridge.OtelTracer"))
			.withPropertyValues("spring.kafka.listener.observation-enabled=true")
			.run(context -> {
				assertThat(isProducerInstrumented(context)).isTrue();
				assertThat(interceptors(created(context, "listenerFactory"))).containsOnlyNulls();
				assertThat(report(context)).contains("not kafka listenerFactory (recorded by Spring's observations)");
			});
	}

	@Test
	void listenersThatCodeHasObservedAreLeftAloneWhereThatReachesSentry() {
		ApplicationContextRunner observed = this.contextRunner.withUserConfiguration(ObservedConfiguration.class);
		observed.run(context -> assertThat(report(context)).contains("observed").doesNotContain("not kafka"));
		observed
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentlessMarker",
					"io.micrometer.tracing.otel.bridge.OtelTracer"))
			.run(context -> {
				assertThat(interceptors(created(context, "observed"))).containsOnlyNulls();
				assertThat(interceptors(context.getBean("observedContainer"))).containsOnlyNulls();
				assertThat(interceptors(created(context, "listenerFactory"))).doesNotContainNull();
				assertThat(report(context)).contains("not kafka observed (recorded by Spring's observations)")
					.contains("not kafka observedContainer (recorded by Spring's observations)");
			});
	}

	@Test
	void sentryQueueTracingWithoutItsLibraryChangesNothing() {
		this.contextRunner.withPropertyValues("sentry.enable-queue-tracing=true")
			.run(context -> assertThat(isProducerInstrumented(context)).isTrue());
	}

	@Test
	void sentryKafkaLibraryWithoutQueueTracingChangesNothing() {
		this.contextRunner.withClassLoader(PresentClasses.of("io.sentry.kafka.SentryKafkaProducer"))
			.run(context -> assertThat(isProducerInstrumented(context)).isTrue());
	}

	@Test
	void instrumentedFactoryIsNotInstrumentedAgain() {
		DefaultKafkaProducerFactory<String, String> shared = new DefaultKafkaProducerFactory<>(Map.of());
		ApplicationContextRunner runner = this.contextRunner.withAllowBeanDefinitionOverriding(true)
			.withBean("producerFactory", DefaultKafkaProducerFactory.class, () -> shared);
		runner.run(first -> runner.run(second -> assertThat(shared.getPostProcessors()).hasSize(1)));
	}

	@Test
	void interceptorOfTheUserIsKept() {
		RecordInterceptor<String, String> interceptor = new RecordInterceptor<>() {

			@Override
			public ConsumerRecord<String, String> intercept(ConsumerRecord<String, String> record,
					Consumer<String, String> consumer) {
				return record;
			}

		};
		this.contextRunner.withBean("interceptor", RecordInterceptor.class, () -> interceptor)
			.withUserConfiguration(InterceptedConfiguration.class)
			.run(context -> {
				List<Object> composed = interceptors(created(context, "intercepted"));
				assertThat(composed).satisfies(this::areOurs);
				assertThat(composed.get(0)).extracting("delegate").isSameAs(interceptor);
				assertThat(context.getBean("customized")).isEqualTo(List.of("intercepted"));
			});
	}

	@Test
	void containerOfAnInstrumentedFactoryIsNotInstrumentedAgain() {
		this.contextRunner.withUserConfiguration(ContainerOfFactoryConfiguration.class)
			.run(context -> assertThat(interceptors(context.getBean("containerOfFactory"))).satisfies(this::areOurs)
				.extracting("delegate")
				.containsOnlyNulls());
	}

	@Test
	@SuppressWarnings("unchecked")
	void listenerThatIsSetAfterTheInterceptorsKnowsWhatTheyBegin() {
		this.contextRunner.withUserConfiguration(ContainerOfFactoryConfiguration.class).run(context -> {
			AbstractMessageListenerContainer<String, String> container = context.getBean("containerOfFactory",
					AbstractMessageListenerContainer.class);
			TracingRecordInterceptor<?, ?> interceptor = (TracingRecordInterceptor<?, ?>) interceptors(container)
				.get(0);
			MessagingMessageListenerAdapter<?, ?> adapter = (MessagingMessageListenerAdapter<?, ?>) container
				.getContainerProperties()
				.getMessageListener();
			assertThat(new DirectFieldAccessor(adapter).getPropertyValue("handlerMethod"))
				.isInstanceOf(TracingHandler.class)
				.extracting("deliveries")
				.isSameAs(interceptor.deliveries());
		});
	}

	@Test
	void factoryWithoutPostProcessorsIsReported() {
		this.contextRunner.withBean("foreignFactory", ForeignProducerFactory.class)
			.run(context -> assertThat(report(context))
				.contains("not kafka foreignFactory (a producer factory without post-processors)"));
	}

	private void assertNothingInstrumented(ApplicationContext context) {
		assertThat(isProducerInstrumented(context)).isFalse();
		assertThat(interceptors(created(context, "listenerFactory"))).containsOnlyNulls();
		assertThat(interceptors(context.getBean("container"))).containsOnlyNulls();
	}

	private static boolean isProducerInstrumented(ApplicationContext context) {
		return context.getBean("producerFactory", DefaultKafkaProducerFactory.class)
			.getPostProcessors()
			.stream()
			.anyMatch(TracingProducerPostProcessor.class::isInstance);
	}

	private void areOurs(List<?> interceptors) {
		assertThat(interceptors.get(0)).isInstanceOf(TracingRecordInterceptor.class);
		assertThat(interceptors.get(1)).isInstanceOf(TracingBatchInterceptor.class);
	}

	private static Object created(ApplicationContext context, String factory) {
		return context.getBean(factory, ConcurrentKafkaListenerContainerFactory.class).createContainer("orders");
	}

	private static List<Object> interceptors(Object container) {
		DirectFieldAccessor fields = new DirectFieldAccessor(container);
		return Arrays.asList(fields.getPropertyValue("recordInterceptor"), fields.getPropertyValue("batchInterceptor"));
	}

	private static String report(ApplicationContext context) {
		return context.getBean(InstrumentedBeans.class).toString();
	}

	@Configuration(proxyBeanMethods = false)
	static class KafkaConfiguration {

		@Bean
		DefaultKafkaProducerFactory<String, String> producerFactory() {
			return new DefaultKafkaProducerFactory<>(Map.of());
		}

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, String> listenerFactory() {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(Map.of()));
			return factory;
		}

		@Bean
		KafkaMessageListenerContainer<String, String> container() {
			ContainerProperties properties = new ContainerProperties("orders");
			properties.setMessageListener((MessageListener<String, String>) record -> {
			});
			KafkaMessageListenerContainer<String, String> container = new KafkaMessageListenerContainer<>(
					new DefaultKafkaConsumerFactory<>(Map.of()), properties);
			container.setAutoStartup(false);
			return container;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ObservedConfiguration {

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, String> observed() {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(Map.of()));
			factory.getContainerProperties().setObservationEnabled(true);
			return factory;
		}

		@Bean
		KafkaMessageListenerContainer<String, String> observedContainer() {
			ContainerProperties properties = new ContainerProperties("orders");
			properties.setObservationEnabled(true);
			KafkaMessageListenerContainer<String, String> container = new KafkaMessageListenerContainer<>(
					new DefaultKafkaConsumerFactory<>(Map.of()), properties);
			container.setAutoStartup(false);
			return container;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterceptedConfiguration {

		@Bean
		List<String> customized() {
			return new ArrayList<>();
		}

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, String> intercepted(
				RecordInterceptor<String, String> interceptor, List<String> customized) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(Map.of()));
			factory.setRecordInterceptor(interceptor);
			factory.setContainerCustomizer(container -> customized.add("intercepted"));
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerOfFactoryConfiguration {

		@Bean
		Object containerOfFactory(ConcurrentKafkaListenerContainerFactory<String, String> listenerFactory) {
			var container = listenerFactory.createContainer("orders");
			container.setAutoStartup(false);
			RecordMessagingMessageListenerAdapter<String, String> adapter = new RecordMessagingMessageListenerAdapter<>(
					null, null);
			adapter.setHandlerMethod(
					new HandlerAdapter(new DelegatingInvocableHandler(List.of(), null, this, null, null, null, null)));
			container.getContainerProperties().setMessageListener(adapter);
			return container;
		}

	}

	/**
	 * A factory that ignores post-processors, as the interface allows.
	 */
	static class ForeignProducerFactory implements ProducerFactory<String, String> {

		@Override
		public Producer<String, String> createProducer() {
			return new MockProducer<>();
		}

	}

}
