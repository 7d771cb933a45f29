package io.github.sentryinsights.batch;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.batch.core.job.SimpleJob;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link BatchInstrumentation} that name no type which differs between Spring
 * Batch 5 and 6. The observations are those that both make.
 */
class BatchInstrumentationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.batch.BatchAutoConfiguration"))
		.withBean("nightly", SimpleJob.class, BatchInstrumentationTests::job);

	@Test
	void aJobReportsItsRunsAndThoseOfItsPartitions() {
		this.runner.run(context -> {
			ObservationRegistry registry = registry(context.getBean(SimpleJob.class));
			observation("job", registry).lowCardinalityKeyValue("spring.batch.job.name", "nightly")
				.observe(() -> observation("step", registry)
					.lowCardinalityKeyValue("spring.batch.step.job.name", "nightly")
					.lowCardinalityKeyValue("spring.batch.step.name", "load:partition7")
					.observe(() -> {
					}));
		});
		assertThat(
				this.receiver.transaction("nightly.load").root().isChildOf(this.receiver.transaction("nightly").root()))
			.isTrue();
	}

	@Test
	void whatReachesSentryByItsObservationsIsLeftAlone() {
		this.runner
			.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentlessMarker",
					"io.micrometer.tracing.otel.bridge.OtelTracer"))
			.run(context -> {
				assertThat(registry(context.getBean(SimpleJob.class)).isNoop()).isTrue();
				assertThat(context.getBean(InstrumentedBeans.class))
					.hasToString("nothing, not batch nightly (recorded by Spring's observations)");
			});
	}

	@Test
	void aJobIsReportedWhereTheApplicationWantsNoObservationOfIt() {
		ObservationRegistry off = ObservationRegistry.create();
		off.observationConfig()
			.observationHandler(context -> true)
			.observationPredicate((name, context) -> !name.startsWith("spring.batch"));
		this.runner.withBean(ObservationRegistry.class, () -> off).withBean(LateRegistry.class).run(context -> {
			ObservationRegistry registry = registry(context.getBean(SimpleJob.class));
			observation("job", registry).lowCardinalityKeyValue("spring.batch.job.name", "nightly").observe(() -> {
			});
		});
		assertThat(this.receiver.transaction("nightly").root().status()).isEqualTo("ok");
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.batch.enabled=false")
			.run(context -> assertThat(registry(context.getBean(SimpleJob.class)).isNoop()).isTrue());
	}

	private static Observation observation(String of, ObservationRegistry registry) {
		return Observation.createNotStarted("spring.batch." + of, registry);
	}

	private static ObservationRegistry registry(SimpleJob job) {
		return (ObservationRegistry) PropertyAccessorFactory.forDirectFieldAccess(job)
			.getPropertyValue("observationRegistry");
	}

	private static SimpleJob job() {
		SimpleJob job = new SimpleJob("nightly");
		job.setJobRepository(mock(JobRepository.class));
		return job;
	}

	/**
	 * Sets the registry as Spring Batch does, after all post-processors with an order.
	 */
	static final class LateRegistry implements BeanPostProcessor {

		private final ObjectProvider<ObservationRegistry> registry;

		LateRegistry(ObjectProvider<ObservationRegistry> registry) {
			this.registry = registry;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof SimpleJob job) {
				job.setObservationRegistry(this.registry.getObject());
			}
			return bean;
		}

	}

}
