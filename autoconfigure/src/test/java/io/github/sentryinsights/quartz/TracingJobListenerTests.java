package io.github.sentryinsights.quartz;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobListener;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.quartz.MethodInvokingJobDetailFactoryBean;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TracingJobListener}, over a scheduler with one thread.
 */
class TracingJobListenerTests {

	private static final String NAME = "TracingJobListenerTests.";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.quartz.QuartzAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withUserConfiguration(Quartz.class);

	@Test
	void aRunIsATransactionNamedByTheClassOfItsJob() {
		this.runner.run(context -> {
			run(context, Report.class);
			ReceivedTransaction received = this.receiver.transaction(NAME + "Report");
			InsightsContract.verify(received.root());
			assertThat(received.root().op()).isEqualTo("function");
			assertThat(received.root().status()).isEqualTo("ok");
			assertThat(received.root().origin()).isEqualTo("auto.function.insights.quartz");
			assertThat(received.root().data("code.namespace").asText()).isEqualTo(Report.class.getName());
			assertThat(context.getBean(SimpleMeterRegistry.class)
				.get("sentry.insights.function")
				.tags("name", NAME + "Report", "outcome", "success")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void aRunOfAMethodIsNamedByItsJob() {
		this.runner.run(context -> {
			context.getBean(Scheduler.class).triggerJob(context.getBean("cleanup", JobDetail.class).getKey());
			assertThat(this.receiver.transaction("cleanup").root().status()).isEqualTo("ok");
		});
	}

	@Test
	void aFailureIsAnErrorAndTheSchedulerIsTold() {
		this.runner.run(context -> {
			run(context, Failing.class);
			assertThat(this.receiver.transaction(NAME + "Failing").root().status()).isEqualTo("internal_error");
			assertThat(context.getBean(Quartz.class).failures.poll(10, TimeUnit.SECONDS))
				.hasRootCauseInstanceOf(StackOverflowError.class);
		});
	}

	@Test
	void eachRunBeginsWithWhatTheThreadHadBefore() {
		this.runner.withPropertyValues("listeners=sentry").run(context -> {
			run(context, Report.class);
			run(context, Failing.class);
			run(context, Report.class);
			this.receiver.transaction(transaction -> this.receiver.transactions().size() == 3);
			List<IScopes> before = context.getBean(Quartz.class).before;
			assertThat(before).hasSize(3);
			assertThat(before.get(2)).isSameAs(before.get(1)).isSameAs(before.get(0));
		});
	}

	@Test
	void aJobThatAListenerBehindKeepsFromRunningIsNotTheNextOne() {
		this.runner.run(context -> {
			Refusing refusing = new Refusing(new CountDownLatch(1));
			context.getBean(Scheduler.class).getListenerManager().addJobListener(refusing);
			run(context, Refused.class);
			assertThat(refusing.refused.await(10, TimeUnit.SECONDS)).isTrue();
			run(context, Report.class);
			assertThat(this.receiver.transaction(NAME + "Report").root().status()).isEqualTo("ok");
			assertThat(this.receiver.transaction(NAME + "Refused").root().status()).isEqualTo("cancelled");
		});
	}

	@Test
	void aSchedulerCanBeExcluded() {
		this.runner.withPropertyValues("sentry.insights.quartz.exclude=scheduler")
			.run(context -> assertThat(
					context.getBean(Scheduler.class).getListenerManager().getJobListener(TracingJobListener.NAME))
				.isNull());
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.quartz.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(SchedulerInstrumentation.class));
	}

	private static void run(ApplicationContext context, Class<? extends Job> job) throws SchedulerException {
		context.getBean(Scheduler.class)
			.scheduleJob(JobBuilder.newJob(job).build(), TriggerBuilder.newTrigger().startNow().build());
	}

	public static class Report implements Job {

		@Override
		public void execute(JobExecutionContext context) {
		}

	}

	public static class Refused extends Report {

	}

	public static class Failing implements Job {

		@Override
		public void execute(JobExecutionContext context) {
			throw new StackOverflowError();
		}

	}

	public static class Cleanup {

		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Quartz {

		final BlockingQueue<JobExecutionException> failures = new LinkedBlockingQueue<>();

		final List<IScopes> before = new CopyOnWriteArrayList<>();

		@Bean
		SchedulerFactoryBean scheduler(Environment environment, JobDetail cleanup) {
			SchedulerFactoryBean factory = new SchedulerFactoryBean();
			Properties properties = new Properties();
			properties.setProperty("org.quartz.threadPool.threadCount", "1");
			properties.setProperty("org.quartz.jobStore.misfireThreshold", "60000");
			factory.setQuartzProperties(properties);
			factory.setJobDetails(cleanup);
			factory.setWaitForJobsToCompleteOnShutdown(true);
			factory.setGlobalJobListeners(new Watching(this, environment.containsProperty("listeners")));
			return factory;
		}

		@Bean
		FactoryBean<JobDetail> cleanup() {
			MethodInvokingJobDetailFactoryBean job = new MethodInvokingJobDetailFactoryBean();
			job.setTargetObject(new Cleanup());
			job.setTargetMethod("run");
			return job;
		}

	}

	/**
	 * A listener of the application, which may do with scopes what Sentry's own does.
	 */
	private record Watching(Quartz quartz, boolean forking) implements JobListener {

		@Override
		public String getName() {
			return "watching";
		}

		@Override
		public void jobToBeExecuted(JobExecutionContext context) {
			this.quartz.before.add(Sentry.getCurrentScopes());
			if (this.forking) {
				context.put("sentry-scope-lifecycle", Sentry.forkedScopes("test").makeCurrent());
			}
		}

		@Override
		public void jobExecutionVetoed(JobExecutionContext context) {
		}

		@Override
		public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
			if (context.get("sentry-scope-lifecycle") instanceof ISentryLifecycleToken token) {
				token.close();
			}
			if (failure != null) {
				this.quartz.failures.add(failure);
			}
		}

	}

	private record Refusing(CountDownLatch refused) implements JobListener {

		@Override
		public String getName() {
			return "refusing";
		}

		@Override
		public void jobToBeExecuted(JobExecutionContext context) {
			if (context.getJobInstance() instanceof Refused) {
				this.refused.countDown();
				throw new IllegalStateException("refused");
			}
		}

		@Override
		public void jobExecutionVetoed(JobExecutionContext context) {
		}

		@Override
		public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
		}

	}

}
