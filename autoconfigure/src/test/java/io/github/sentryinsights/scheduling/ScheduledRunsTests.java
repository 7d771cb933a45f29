package io.github.sentryinsights.scheduling;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.sentry.ISpan;
import io.sentry.Sentry;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.StubMethod;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ScheduledRuns}, over Spring's own scheduler.
 */
class ScheduledRunsTests {

	private static final String NAME = "ScheduledRunsTests.Jobs.";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = runner().withUserConfiguration(Jobs.class);

	@Test
	void aRunIsATransactionNamedByItsMethod() {
		this.runner.run(context -> run(context, "succeed"));
		ReceivedTransaction received = this.receiver.transaction(NAME + "succeed");
		InsightsContract.verify(received.root());
		assertThat(received.root().op()).isEqualTo("function");
		assertThat(received.root().status()).isEqualTo("ok");
		assertThat(received.root().origin()).isEqualTo("auto.function.insights.scheduling");
		assertThat(received.root().data("code.namespace").asText()).isEqualTo(Jobs.class.getName());
		assertThat(received.root().data("code.function").asText()).isEqualTo("succeed");
		assertThat(received.json().path("transaction_info").path("source").asText()).isEqualTo("task");
		assertThat(received.span("function").description()).isEqualTo("inside");
		assertThat(received.span("function").isChildOf(received.root())).isTrue();
	}

	@Test
	void eachRunHasATraceOfItsOwn() {
		this.runner.run(context -> {
			run(context, "succeed");
			run(context, "succeed");
		});
		Awaitility.await().until(() -> this.receiver.transactions().size() == 2);
		assertThat(this.receiver.transactions()).extracting(transaction -> transaction.root().traceId())
			.doesNotHaveDuplicates();
	}

	@Test
	void theSchedulerRunsItTooAndAnErrorReportedLaterBelongsToItsTrace() {
		this.runner.withUserConfiguration(Scheduler.class, DueJob.class).run(context -> {
			ReceivedTransaction received = this.receiver.transaction("ScheduledRunsTests.DueJob.run");
			assertThat(received.root().status()).isEqualTo("internal_error");
			ReceivedSpan traceOfError = new ReceivedSpan(this.receiver.item("event").path("contexts").path("trace"));
			assertThat(traceOfError.traceId()).isEqualTo(received.root().traceId());
			assertThat(traceOfError.spanId()).isEqualTo(received.root().spanId());
		});
	}

	@Test
	void aFailureReachesTheSchedulerUntouched() {
		this.runner.run(context -> assertThatIllegalStateException().isThrownBy(() -> run(context, "fail"))
			.isSameAs(context.getBean(Jobs.class).failure));
		assertThat(this.receiver.transaction(NAME + "fail").root().status()).isEqualTo("internal_error");
	}

	@Test
	void anErrorReachesTheSchedulerUntouched() {
		this.runner.run(context -> assertThatExceptionOfType(StackOverflowError.class)
			.isThrownBy(() -> run(context, "overflow")));
		assertThat(this.receiver.transaction(NAME + "overflow").root().status()).isEqualTo("internal_error");
	}

	@Test
	void nothingStaysOnTheThread() {
		this.runner.run(context -> {
			run(context, "succeed");
			assertThatIllegalStateException().isThrownBy(() -> run(context, "fail"));
			assertThat(Sentry.getSpan()).isNull();
		});
	}

	@Test
	void aPrivateMethodIsReported() {
		this.runner.run(context -> run(context, "hidden"));
		assertThat(this.receiver.transaction(NAME + "hidden").root().status()).isEqualTo("ok");
	}

	@Test
	void aCallThatNoSchedulerMadeIsNoRun() {
		this.runner.run(context -> {
			context.getBean(Jobs.class).succeed();
			run(context, "hidden");
		});
		this.receiver.transaction(NAME + "hidden");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aReactiveRunLastsUntilItCompletes() {
		this.runner.run(context -> {
			Jobs jobs = context.getBean(Jobs.class);
			run(context, "reactive");
			assertThat(jobs.subscribed.getCount()).isZero();
			assertThat(Sentry.getSpan()).isNull();
			assertThat(this.receiver.transactions()).isEmpty();
			jobs.proceed.countDown();
			ReceivedTransaction received = this.receiver.transaction(NAME + "reactive");
			assertThat(received.root().status()).isEqualTo("ok");
			assertThat(received.span("function").description()).isEqualTo("inside");
			assertThat(received.span("function").isChildOf(received.root())).isTrue();
		});
	}

	@Test
	void aReactiveRunThatFailsIsAnError() {
		this.runner.run(context -> run(context, "reactiveFailure"));
		assertThat(this.receiver.transaction(NAME + "reactiveFailure").root().status()).isEqualTo("internal_error");
	}

	@Test
	void aReactiveRunThatIsCutOffIsCancelled() {
		this.runner.run(context -> {
			run(context, "endless");
			((DefaultListableBeanFactory) context.getAutowireCapableBeanFactory())
				.destroySingleton(context.getBeanNamesForType(Jobs.class)[0]);
		});
		assertThat(this.receiver.transaction(NAME + "endless").root().status()).isEqualTo("cancelled");
	}

	@Test
	void aRunThatIsNotSampledIsCountedAndItsDecisionTravels() {
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			run(context, "succeed");
			assertThat(context.getBean(Jobs.class).current).isNotNull();
			assertThat(context.getBean(Jobs.class).current.isSampled()).isFalse();
			assertThat(context.getBean(SimpleMeterRegistry.class)
				.get("sentry.insights.function")
				.tags("name", NAME + "succeed", "outcome", "success")
				.timer()
				.count()).isEqualTo(1);
		});
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void runsAreCountedByOutcome() {
		this.runner.run(context -> {
			assertThatIllegalStateException().isThrownBy(() -> run(context, "fail"));
			assertThat(context.getBean(SimpleMeterRegistry.class)
				.get("sentry.insights.function")
				.tags("name", NAME + "fail", "outcome", "error")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void aRunWithoutSentryRuns() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(schedulingAutoConfigurations())
			.withUserConfiguration(Jobs.class)
			.run(context -> {
				run(context, "succeed");
				assertThat(context.getBean(Jobs.class).runs).hasValue(1);
			});
	}

	@Test
	void anExcludedMethodIsLeftAlone() {
		this.runner.withPropertyValues("sentry.insights.scheduling.exclude=" + NAME + "succeed").run(context -> {
			run(context, "succeed");
			run(context, "hidden");
		});
		this.receiver.transaction(NAME + "hidden");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.scheduling.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(ScheduledRuns.class));
	}

	@Test
	void theObservationsOfTheApplicationGoOn() {
		this.runner.withUserConfiguration(Observed.class).run(context -> {
			run(context, "succeed");
			assertThat(context.getBean(Observed.class).stopped).hasValue(1);
		});
		assertThat(this.receiver.transaction(NAME + "succeed").root().status()).isEqualTo("ok");
	}

	@Test
	void springBootsOwnObservationsGoOn() {
		Observed observed = new Observed();
		this.runner.withBean(ObservationRegistry.class, observed::observationRegistry)
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"org.springframework.boot.actuate.autoconfigure.scheduling.ScheduledTasksObservabilityAutoConfiguration",
					"org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration"))
			.run(context -> run(context, "succeed"));
		assertThat(observed.stopped).hasValue(1);
		assertThat(this.receiver.transaction(NAME + "succeed").root().status()).isEqualTo("ok");
	}

	@Test
	void aRunIsReportedWhereTheApplicationWantsNoObservationOfIt() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(context -> true)
			.observationPredicate((name, context) -> !name.equals("tasks.scheduled.execution"));
		this.runner.withBean(SchedulingConfigurer.class, () -> registrar -> registrar.setObservationRegistry(registry))
			.run(context -> run(context, "succeed"));
		assertThat(this.receiver.transaction(NAME + "succeed").root().status()).isEqualTo("ok");
	}

	@Test
	void aRunIsReportedWhereTheApplicationWantsNoObservationOfThatKind() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(context -> true)
			.observationPredicate((name, context) -> !(context instanceof ScheduledTaskObservationContext));
		this.runner.withBean(SchedulingConfigurer.class, () -> registrar -> registrar.setObservationRegistry(registry))
			.run(context -> run(context, "succeed"));
		assertThat(this.receiver.transaction(NAME + "succeed").root().status()).isEqualTo("ok");
	}

	@Test
	void twoContextsThatShareObservationsReportARunOnce() {
		this.runner.withUserConfiguration(Observed.class).run(context -> {
			ObservationRegistry shared = context.getBean(ObservationRegistry.class);
			runner().withUserConfiguration(Jobs.class)
				.withBean(SchedulingConfigurer.class, () -> registrar -> registrar.setObservationRegistry(shared))
				.run(other -> run(other, "succeed"));
		});
		this.receiver.transaction(NAME + "succeed");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aMethodThatSentryItselfReportsIsReportedOnce() {
		Class<?> annotated = annotated("run", sentry("tracing.SentryTransaction").define("operation", "job"));
		runner().withUserConfiguration(Scheduling.class, annotated).run(context -> run(context, "run"));
		ReceivedTransaction received = this.receiver.transaction(transaction -> true);
		assertThat(received.root().op()).isEqualTo("job");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	private ApplicationContextRunner runner() {
		return InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(schedulingAutoConfigurations())
			.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);
	}

	private static AutoConfigurations schedulingAutoConfigurations() {
		return InsightsContextRunner.autoConfigurations(
				"io.github.sentryinsights.scheduling.SchedulingAutoConfiguration",
				"io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
				"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration");
	}

	/**
	 * Run a task as the scheduler would.
	 * @param context the context that holds the task
	 * @param method the name of the method
	 */
	static void run(ApplicationContext context, String method) {
		tasks(context, method).get(0).getTask().getRunnable().run();
	}

	static List<ScheduledTask> tasks(ApplicationContext context, String method) {
		return context.getBean(ScheduledTaskHolder.class)
			.getScheduledTasks()
			.stream()
			.filter(task -> task.toString().endsWith("." + method))
			.toList();
	}

	/**
	 * Return a bean class whose only method is scheduled and has an annotation that only
	 * one of the two generations of Sentry's starters has.
	 * @param method the name of the method
	 * @param annotation the annotation
	 * @return the class
	 */
	static Class<?> annotated(String method, AnnotationDescription.Builder annotation) {
		return new ByteBuddy().subclass(Object.class)
			.name(ScheduledRunsTests.class.getPackageName() + ".Annotated" + method)
			.defineMethod(method, void.class, Visibility.PUBLIC)
			.intercept(StubMethod.INSTANCE)
			.annotateMethod(annotation.build(),
					AnnotationDescription.Builder.ofType(Scheduled.class).define("cron", "0 0 3 1 1 *").build())
			.make()
			.load(ScheduledRunsTests.class.getClassLoader(),
					ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
			.getLoaded();
	}

	@SuppressWarnings("unchecked")
	static AnnotationDescription.Builder sentry(String name) {
		ClassLoader classLoader = ScheduledRunsTests.class.getClassLoader();
		String jakarta = "io.sentry.spring.jakarta." + name;
		return AnnotationDescription.Builder.ofType((Class<? extends Annotation>) ClassUtils.resolveClassName(
				ClassUtils.isPresent(jakarta, classLoader) ? jakarta : "io.sentry.spring7." + name, classLoader));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Jobs {

		final IllegalStateException failure = new IllegalStateException("42");

		final AtomicInteger runs = new AtomicInteger();

		final CountDownLatch subscribed = new CountDownLatch(1);

		final CountDownLatch proceed = new CountDownLatch(1);

		private final InsightsTemplate template;

		volatile ISpan current;

		Jobs(InsightsTemplate template) {
			this.template = template;
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		void succeed() {
			this.current = Sentry.getSpan();
			this.runs.incrementAndGet();
			this.template.traced("inside").call(() -> null);
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		void fail() {
			throw this.failure;
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		void overflow() {
			throw new StackOverflowError();
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		private void hidden() {
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		Mono<String> reactive() {
			return Mono.fromCallable(() -> {
				this.proceed.await();
				return "x";
			})
				.subscribeOn(Schedulers.boundedElastic())
				.then(this.template.traced("inside").publisher(() -> Mono.just("x")))
				.doOnSubscribe(subscription -> this.subscribed.countDown());
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		Mono<String> reactiveFailure() {
			return Mono.error(this.failure);
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		Mono<String> endless() {
			return Mono.never();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scheduler {

		@Bean
		ThreadPoolTaskScheduler taskScheduler() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler(Sentry::captureException);
			return scheduler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DueJob {

		@Scheduled(fixedDelay = Long.MAX_VALUE)
		void run() {
			throw new IllegalStateException("due");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observed implements SchedulingConfigurer {

		final AtomicInteger stopped = new AtomicInteger();

		private final ObservationRegistry registry = ObservationRegistry.create();

		Observed() {
			this.registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

				@Override
				public void onStop(Observation.Context context) {
					Observed.this.stopped.incrementAndGet();
				}

			});
		}

		@Bean
		ObservationRegistry observationRegistry() {
			return this.registry;
		}

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			registrar.setObservationRegistry(this.registry);
		}

	}

}
