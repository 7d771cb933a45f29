package io.github.sentryinsights.batch;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.Job;
import org.springframework.batch.core.JobParameters;
import org.springframework.batch.core.Step;
import org.springframework.batch.core.configuration.annotation.BatchObservabilityBeanPostProcessor;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobLauncher;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.repeat.RepeatStatus;
import org.springframework.batch.support.transaction.ResourcelessTransactionManager;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BatchRuns}, over jobs that Spring Batch runs.
 */
class BatchRunsTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.batch.BatchAutoConfiguration"))
		.withUserConfiguration(Batch.class);

	@Test
	void aJobAndEachOfItsStepsAreTransactionsInOneTrace() {
		this.runner.run(context -> assertThat(run(context, "nightly")).isEqualTo(BatchStatus.COMPLETED));
		ReceivedTransaction job = this.receiver.transaction("nightly");
		ReceivedTransaction step = this.receiver.transaction("nightly.load");
		ReceivedTransaction inline = this.receiver.transaction("nightly.inline");
		InsightsContract.verify(step.root());
		assertThat(step.root().op()).isEqualTo("function");
		assertThat(step.root().status()).isEqualTo("ok");
		assertThat(step.root().isChildOf(job.root())).isTrue();
		assertThat(step.root().traceId()).isEqualTo(job.root().traceId());
		assertThat(inline.root().isChildOf(job.root())).isTrue();
		assertThat(step.span("function").description()).isEqualTo("inside");
		assertThat(job.spans()).isEmpty();
		assertThat(this.receiver.transactions()).hasSize(3);
	}

	@Test
	void aStepThatFailsIsAnErrorAsIsItsJob() {
		this.runner.run(context -> {
			assertThat(run(context, "failing")).isEqualTo(BatchStatus.FAILED);
			assertThat(Sentry.getSpan()).isNull();
		});
		assertThat(this.receiver.transaction("failing.fail").root().status()).isEqualTo("internal_error");
		assertThat(this.receiver.transaction("failing").root().status()).isEqualTo("internal_error");
	}

	@Test
	void aJobThatARequestRunsContinuesItsTrace() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			run(context, "nightly");
			request.finish();
		});
		assertThat(this.receiver.transaction("nightly").root().isChildOf(this.receiver.transaction("request").root()))
			.isTrue();
	}

	@Test
	void theObservationsOfTheApplicationGoOn() {
		ObservationRegistry registry = ObservationRegistry.create();
		StringBuffer stopped = new StringBuffer();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

			@Override
			public void onStop(Observation.Context context) {
				stopped.append(context.getName()).append(' ');
			}

		});
		this.runner.withBean(ObservationRegistry.class, () -> registry)
			.withBean(BatchObservabilityBeanPostProcessor.class)
			.run(context -> run(context, "nightly"));
		assertThat(stopped.toString()).isEqualTo("spring.batch.step spring.batch.job ");
		assertThat(this.receiver.transaction("nightly").root().status()).isEqualTo("ok");
		this.receiver.transaction("nightly.load");
		this.receiver.transaction("nightly.inline");
		assertThat(this.receiver.transactions()).hasSize(3);
	}

	@Test
	void aBeanCanBeExcluded() {
		this.runner.withPropertyValues("sentry.insights.batch.exclude=nightly").run(context -> run(context, "nightly"));
		this.receiver.transaction("nightly.load");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aJobRunsWithoutSentry() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(
					InsightsContextRunner.autoConfigurations("io.github.sentryinsights.batch.BatchAutoConfiguration"))
			.withUserConfiguration(Batch.class)
			.run(context -> assertThat(run(context, "nightly")).isEqualTo(BatchStatus.COMPLETED));
	}

	private static BatchStatus run(ApplicationContext context, String job) throws Exception {
		TaskExecutorJobLauncher launcher = new TaskExecutorJobLauncher();
		launcher.setJobRepository(context.getBean(JobRepository.class));
		launcher.afterPropertiesSet();
		return launcher.run(context.getBean(job, Job.class), new JobParameters()).getStatus();
	}

	@Configuration(proxyBeanMethods = false)
	static class Batch {

		@Bean
		JobRepository jobRepository() {
			return new ResourcelessJobRepository();
		}

		@Bean
		Step load(JobRepository repository, InsightsTemplate template) {
			return new StepBuilder("load", repository).tasklet((contribution, chunk) -> {
				template.traced("inside").call(() -> null);
				return RepeatStatus.FINISHED;
			}, new ResourcelessTransactionManager()).build();
		}

		@Bean
		Job nightly(JobRepository repository, Step load) {
			return new JobBuilder("nightly", repository).start(load)
				.next(new StepBuilder("inline", repository)
					.tasklet((contribution, chunk) -> RepeatStatus.FINISHED, new ResourcelessTransactionManager())
					.build())
				.build();
		}

		@Bean
		Job failing(JobRepository repository) {
			return new JobBuilder("failing", repository)
				.start(new StepBuilder("fail", repository).tasklet((contribution, chunk) -> {
					throw new IllegalStateException("42");
				}, new ResourcelessTransactionManager()).build())
				.build();
		}

	}

}
