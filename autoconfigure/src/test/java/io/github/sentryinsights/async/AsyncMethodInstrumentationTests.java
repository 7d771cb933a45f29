package io.github.sentryinsights.async;

import java.lang.reflect.Method;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AsyncMethodInstrumentation}, over Spring's own advice and executors.
 */
class AsyncMethodInstrumentationTests {

	private static final String NAME = "AsyncMethodInstrumentationTests.Mails.";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.async.AsyncAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withUserConfiguration(Application.class);

	@Test
	void workThatNobodyWaitsForOutlivesItsCallerWithAllThatItDoes() {
		this.runner.run(context -> {
			Mails mails = context.getBean(Mails.class);
			ITransaction request = CurrentTransaction.start("request");
			ISpan calling = request.startChild("function", "calling");
			Sentry.getCurrentScopes().setActiveSpan(calling);
			mails.send();
			calling.finish();
			request.finish();
			this.receiver.transaction("request");
			mails.proceed();
			this.receiver.transaction(NAME + "send");
		});
		ReceivedTransaction request = this.receiver.transaction("request");
		ReceivedTransaction run = this.receiver.transaction(NAME + "send");
		InsightsContract.verify(run.root());
		assertThat(run.root().op()).isEqualTo("function");
		assertThat(run.root().status()).isEqualTo("ok");
		assertThat(run.root().origin()).isEqualTo("auto.function.insights.async");
		assertThat(run.root().data("code.function").asText()).isEqualTo("send");
		assertThat(run.root().traceId()).isEqualTo(request.root().traceId());
		assertThat(run.root().isChildOf(request.span("function"))).isTrue();
		assertThat(run.span("function").description()).isEqualTo("inside");
		assertThat(run.span("function").isChildOf(run.root())).isTrue();
	}

	@Test
	void workThatItsCallerWaitsForIsASpanBelowTheCall() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			context.getBean(InsightsTemplate.class)
				.traced("calling")
				.call(() -> assertThat(
						context.getBean(Mails.class).render(CompletableFuture.completedFuture("x")).get())
					.isEqualTo("x"));
			request.finish();
		});
		ReceivedTransaction request = this.receiver.transaction("request");
		ReceivedSpan run = named(request, NAME + "render");
		InsightsContract.verify(run);
		assertThat(run.isChildOf(named(request, "calling"))).isTrue();
		assertThat(named(request, "inside").isChildOf(run)).isTrue();
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aRunLastsUntilItsFutureCompletes() {
		CompletableFuture<String> later = new CompletableFuture<>();
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			Future<String> future = context.getBean(Mails.class).render(later);
			context.getBean(Mails.class).await();
			later.completeExceptionally(new IllegalStateException("42"));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get)
				.withCauseInstanceOf(IllegalStateException.class);
			request.finish();
		});
		assertThat(named(this.receiver.transaction("request"), NAME + "render").status()).isEqualTo("internal_error");
	}

	@Test
	void workThatBeginsAfterItsCallersTransactionIsOneOfItsOwn() {
		this.runner.run(context -> {
			Mails mails = context.getBean(Mails.class);
			mails.send();
			ITransaction request = CurrentTransaction.start("request");
			Future<String> future = mails.render(CompletableFuture.completedFuture("x"));
			request.finish();
			mails.proceed();
			assertThat(future.get()).isEqualTo("x");
		});
		ReceivedTransaction run = this.receiver.transaction(NAME + "render");
		ReceivedTransaction request = this.receiver.transaction("request");
		assertThat(run.root().traceId()).isEqualTo(request.root().traceId());
		assertThat(run.root().isChildOf(request.root())).isTrue();
		assertThat(run.span("function").description()).isEqualTo("inside");
		assertThat(request.spans()).isEmpty();
	}

	@Test
	void withoutATraceOfItsCallerEachRunHasOneOfItsOwn() {
		this.runner.run(context -> {
			Mails mails = context.getBean(Mails.class);
			mails.proceed();
			mails.send();
			mails.render(CompletableFuture.completedFuture("x")).get();
			this.receiver.transaction(NAME + "send");
		});
		ReceivedTransaction sent = this.receiver.transaction(NAME + "send");
		ReceivedTransaction rendered = this.receiver.transaction(NAME + "render");
		assertThat(sent.root().traceId()).isNotEqualTo(rendered.root().traceId());
		assertThat(rendered.root().status()).isEqualTo("ok");
	}

	@Test
	void aFailureReachesTheHandlerUntouched() {
		this.runner.run(context -> {
			IllegalStateException failure = new IllegalStateException("42");
			context.getBean(Mails.class).fail(failure);
			assertThat(context.getBean(Application.class).uncaught.poll(10, TimeUnit.SECONDS)).isSameAs(failure);
		});
		assertThat(this.receiver.transaction(NAME + "fail").root().status()).isEqualTo("internal_error");
	}

	@Test
	void anErrorReachesTheHandlerUntouched() {
		this.runner.run(context -> {
			StackOverflowError failure = new StackOverflowError();
			context.getBean(Mails.class).fail(failure);
			assertThat(context.getBean(Application.class).uncaught.poll(10, TimeUnit.SECONDS)).isSameAs(failure);
		});
		assertThat(this.receiver.transaction(NAME + "fail").root().status()).isEqualTo("internal_error");
	}

	@Test
	void aRunThatIsNotSampledKeepsTheDecisionAndIsCounted() {
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			Mails mails = context.getBean(Mails.class);
			ITransaction request = CurrentTransaction.start("request");
			mails.render(CompletableFuture.completedFuture("x")).get();
			assertThat(mails.current()).isNotNull();
			assertThat(mails.current().isSampled()).isFalse();
			assertThat(mails.current().getSpanContext().getTraceId()).isEqualTo(request.getSpanContext().getTraceId());
			request.finish();
			Awaitility.await()
				.until(() -> context.getBean(SimpleMeterRegistry.class)
					.get("sentry.insights.function")
					.tags("name", NAME + "render", "outcome", "success")
					.timer()
					.count() == 1);
		});
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void theUserAndTheTagsOfTheCallerAreThoseOfTheRun() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			Sentry.setTag("tenant", "blue");
			context.getBean(Mails.class).proceed();
			context.getBean(Mails.class).send();
			Sentry.setTag("tenant", "green");
			request.finish();
			this.receiver.transaction(NAME + "send");
		});
		assertThat(this.receiver.transaction(NAME + "send").json().path("tags").path("tenant").asText())
			.isEqualTo("blue");
	}

	@Test
	void nothingStaysOnTheThreadOfARun() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			Mails mails = context.getBean(Mails.class);
			mails.render(CompletableFuture.completedFuture("x")).get();
			assertThat(Sentry.getSpan()).isSameAs(request);
			Future<ISpan> next = context.getBean("taskExecutor", ThreadPoolTaskExecutor.class).submit(Sentry::getSpan);
			assertThat(next.get()).isNotSameAs(mails.current());
			request.finish();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "simple" })
	void anyExecutorWillDo(String executor) {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			Mails mails = context.getBean(Mails.class);
			assertThat((executor.equals("plain") ? mails.overPlain() : mails.overSimple()).get()).isEqualTo("x");
			request.finish();
		});
		assertThat(this.receiver.transaction("request").spans("function")).hasSize(1);
	}

	@Test
	void aCallThatIsRejectedLeavesNothingBehind() {
		this.runner.run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			context.getBean("taskExecutor", ThreadPoolTaskExecutor.class).shutdown();
			assertThatExceptionOfType(TaskRejectedException.class)
				.isThrownBy(() -> context.getBean(Mails.class).send());
			assertThat(Sentry.getSpan()).isSameAs(request);
			request.finish();
		});
		assertThat(this.receiver.transaction("request").spans()).isEmpty();
	}

	@Test
	void sentrysOwnDecoratorDoublesNothing() {
		this.runner.withAllowBeanDefinitionOverriding(true).withUserConfiguration(Decorated.class).run(context -> {
			ITransaction request = CurrentTransaction.start("request");
			Mails mails = context.getBean(Mails.class);
			mails.proceed();
			mails.send();
			mails.render(CompletableFuture.completedFuture("x")).get();
			request.finish();
			this.receiver.transaction(NAME + "send");
		});
		ReceivedTransaction request = this.receiver.transaction("request");
		assertThat(request.spans("function")).extracting(ReceivedSpan::description)
			.containsExactlyInAnyOrder(NAME + "render", "inside");
		assertThat(this.receiver.transaction(NAME + "send").root().traceId()).isEqualTo(request.root().traceId());
		assertThat(this.receiver.transactions()).hasSize(2);
	}

	@Test
	void aFinalClassBehindAnInterfaceIsReportedAsItIs() {
		this.runner.run(context -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Archive.class))).isTrue();
			context.getBean(Archive.class).store().get();
		});
		assertThat(this.receiver.transaction("AsyncMethodInstrumentationTests.FinalArchive.store").root().status())
			.isEqualTo("ok");
	}

	@Test
	void aBeanCanBeExcluded() {
		this.runner.withPropertyValues("sentry.insights.async.exclude=mails").run(context -> {
			context.getBean(Mails.class).render(CompletableFuture.completedFuture("x")).get();
			context.getBean(Archive.class).store().get();
		});
		this.receiver.transaction("AsyncMethodInstrumentationTests.FinalArchive.store");
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.async.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(AsyncMethodInstrumentation.class)
				.doesNotHaveBean(EventMulticasterInstrumentation.class));
	}

	@Test
	void aRunWithoutSentryRuns() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(
					InsightsContextRunner.autoConfigurations("io.github.sentryinsights.async.AsyncAutoConfiguration"))
			.withUserConfiguration(Application.class)
			.run(context -> assertThat(
					context.getBean(Mails.class).render(CompletableFuture.completedFuture("x")).get())
				.isEqualTo("x"));
	}

	@Test
	void aRecorderThatFailsHarmsNoRun() {
		this.runner.withBean(OperationRecorder.class, FailingRecorder::new)
			.run(context -> assertThat(
					context.getBean(Mails.class).render(CompletableFuture.completedFuture("x")).get())
				.isEqualTo("x"));
	}

	private static ReceivedSpan named(ReceivedTransaction transaction, String description) {
		return transaction.spans("function")
			.stream()
			.filter(span -> span.description().equals(description))
			.findFirst()
			.orElseThrow(() -> new AssertionError(description + " among " + transaction.json().path("spans")));
	}

	static class Mails {

		private final CountDownLatch proceed = new CountDownLatch(1);

		private final CountDownLatch begun = new CountDownLatch(1);

		private final InsightsTemplate template;

		private volatile @Nullable ISpan current;

		Mails(InsightsTemplate template) {
			this.template = template;
		}

		@Async
		void send() throws InterruptedException {
			this.proceed.await(10, TimeUnit.SECONDS);
			this.template.traced("inside").call(() -> null);
		}

		@Async
		CompletableFuture<String> render(CompletableFuture<String> later) {
			this.current = Sentry.getSpan();
			this.template.traced("inside").call(() -> null);
			this.begun.countDown();
			return later;
		}

		void proceed() {
			this.proceed.countDown();
		}

		@Nullable ISpan current() {
			return this.current;
		}

		void await() throws InterruptedException {
			assertThat(this.begun.await(10, TimeUnit.SECONDS)).isTrue();
		}

		@Async
		<X extends Throwable> void fail(X failure) throws X {
			throw failure;
		}

		@Async("plain")
		CompletableFuture<String> overPlain() {
			return CompletableFuture.completedFuture("x");
		}

		@Async("simple")
		CompletableFuture<String> overSimple() {
			return CompletableFuture.completedFuture("x");
		}

	}

	interface Archive {

		Future<String> store();

	}

	static final class FinalArchive implements Archive {

		@Override
		@Async
		public Future<String> store() {
			return CompletableFuture.completedFuture("x");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Application implements AsyncConfigurer {

		final BlockingQueue<Throwable> uncaught = new ArrayBlockingQueue<>(1);

		@Bean
		ThreadPoolTaskExecutor taskExecutor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setCorePoolSize(1);
			return executor;
		}

		@Bean(destroyMethod = "shutdown")
		ExecutorService plain() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		SimpleAsyncTaskExecutor simple() {
			return new SimpleAsyncTaskExecutor();
		}

		@Bean
		Mails mails(InsightsTemplate template) {
			return new Mails(template);
		}

		@Bean
		Archive archive() {
			return new FinalArchive();
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (Throwable error, Method method, Object... parameters) -> this.uncaught.add(error);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Decorated {

		@Bean
		ThreadPoolTaskExecutor taskExecutor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			ClassLoader classLoader = getClass().getClassLoader();
			String jakarta = "io.sentry.spring.jakarta.SentryTaskDecorator";
			executor.setTaskDecorator((TaskDecorator) BeanUtils.instantiateClass(ClassUtils.resolveClassName(
					ClassUtils.isPresent(jakarta, classLoader) ? jakarta : "io.sentry.spring7.SentryTaskDecorator",
					classLoader)));
			return executor;
		}

	}

	private static final class FailingRecorder implements OperationRecorder {

		@Override
		public @Nullable Function<Object, @Nullable Object> handOver() {
			throw new IllegalStateException("no hand");
		}

		@Override
		public @Nullable Operation startHandedOver(OperationTarget target,
				@Nullable Function<Object, @Nullable Object> context, OperationSource.Handover handover) {
			throw new IllegalStateException("no start");
		}

	}

}
