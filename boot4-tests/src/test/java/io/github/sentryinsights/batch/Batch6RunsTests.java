package io.github.sentryinsights.batch;

import java.util.List;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
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
 * Tests for {@link BatchAutoConfiguration} over jobs that Spring Batch 6 runs, which has
 * moved the types that applications use.
 */
class Batch6RunsTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.batch.BatchAutoConfiguration"))
		.withUserConfiguration(Batch.class);

	@Test
	void aJobAndEachOfItsStepsAreTransactionsInOneTrace() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			assertThat(run(context, "nightly")).isEqualTo(BatchStatus.COMPLETED);
			assertThat(Sentry.getSpan()).isSameAs(request);
			request.finish();
		});
		ReceivedTransaction job = this.receiver.transaction("nightly");
		ReceivedTransaction load = this.receiver.transaction("nightly.load");
		ReceivedTransaction chunks = this.receiver.transaction("nightly.chunks");
		assertThat(List.of(job, load, chunks)).allSatisfy(transaction -> {
			InsightsContract.verify(transaction.root());
			assertThat(transaction.root().op()).isEqualTo("function");
			assertThat(transaction.root().status()).isEqualTo("ok");
		});
		assertThat(job.root().isChildOf(this.receiver.transaction("request").root())).isTrue();
		assertThat(load.root().isChildOf(job.root())).isTrue();
		assertThat(chunks.root().isChildOf(job.root())).isTrue();
		assertThat(load.span("function").description()).isEqualTo("inside");
		assertThat(chunks.span("function").description()).isEqualTo("written");
		assertThat(this.receiver.transactions()).hasSize(4);
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

	private static BatchStatus run(ApplicationContext context, String job) throws Exception {
		TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
		operator.setJobRegistry(new MapJobRegistry());
		operator.setJobRepository(context.getBean(JobRepository.class));
		operator.afterPropertiesSet();
		return operator.start(context.getBean(job, Job.class), new JobParameters()).getStatus();
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
			}).build();
		}

		@Bean
		Job nightly(JobRepository repository, Step load, InsightsTemplate template) {
			return new JobBuilder("nightly", repository).start(load)
				.next(new StepBuilder("chunks", repository).<String, String>chunk(3)
					.reader(new ListItemReader<>(List.of("first", "second", "third")))
					.writer(items -> template.traced("written").call(() -> null))
					.build())
				.build();
		}

		@Bean
		Job failing(JobRepository repository) {
			return new JobBuilder("failing", repository)
				.start(new StepBuilder("fail", repository).tasklet((contribution, chunk) -> {
					throw new IllegalStateException("42");
				}).build())
				.build();
		}

	}

}
