package io.github.sentryinsights.async;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventMulticasterInstrumentation}.
 */
class EventMulticasterInstrumentationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner synchronous = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.async.AsyncAutoConfiguration"))
		.withUserConfiguration(Listeners.class);

	private final ApplicationContextRunner asynchronous = this.synchronous.withUserConfiguration(Multicaster.class);

	@Test
	void whatAListenerDoesIsBelowThePublishingSpan() {
		this.synchronous.run(context -> {
			context.getBean(Listeners.class).proceed.countDown();
			ITransaction request = CurrentTransaction.start("request");
			context.publishEvent(new OrderPlaced());
			request.finish();
		});
		ReceivedTransaction received = this.receiver.transaction("request");
		assertThat(received.span("function").isChildOf(received.root())).isTrue();
	}

	@Test
	void whatAListenerDoesOnAnotherThreadIsBelowThePublishingSpan() {
		this.asynchronous.run(context -> {
			Listeners listeners = context.getBean(Listeners.class);
			listeners.proceed.countDown();
			ITransaction request = CurrentTransaction.start("request");
			ISpan publishing = request.startChild("publishing");
			Sentry.getCurrentScopes().setActiveSpan(publishing);
			context.publishEvent(new OrderPlaced());
			assertThat(listeners.done.await(10, TimeUnit.SECONDS)).isTrue();
			publishing.finish();
			request.finish();
			assertThat(listeners.thread).isNotEqualTo(Thread.currentThread());
		});
		ReceivedTransaction received = this.receiver.transaction("request");
		assertThat(received.span("function").description()).isEqualTo("listening");
		assertThat(received.span("function").isChildOf(received.span("publishing"))).isTrue();
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aListenerThatComesTooLateForTheTransactionContinuesItsTrace() {
		this.asynchronous.run(context -> {
			Listeners listeners = context.getBean(Listeners.class);
			context.getBean(LateExecutor.class).hold();
			ITransaction request = CurrentTransaction.start("request");
			context.publishEvent(new OrderPlaced());
			request.finish();
			this.receiver.transaction("request");
			context.getBean(LateExecutor.class).release();
			listeners.proceed.countDown();
			assertThat(listeners.done.await(10, TimeUnit.SECONDS)).isTrue();
			this.receiver.transaction(EventMulticasterInstrumentationTests::isLate);
		});
		ReceivedTransaction late = this.receiver.transaction(EventMulticasterInstrumentationTests::isLate);
		assertThat(late.root().traceId()).isEqualTo(this.receiver.transaction("request").root().traceId());
		assertThat(late.span("function").description()).isEqualTo("listening");
	}

	@Test
	void anEventOutsideOfATraceBeginsNone() {
		this.asynchronous.run(context -> {
			Listeners listeners = context.getBean(Listeners.class);
			listeners.proceed.countDown();
			context.publishEvent(new OrderPlaced());
			assertThat(listeners.done.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(listeners.current).isNull();
		});
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void theDecisionOfATransactionThatIsNotSampledReachesItsListeners() {
		this.asynchronous.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			Listeners listeners = context.getBean(Listeners.class);
			listeners.proceed.countDown();
			ITransaction request = CurrentTransaction.start("request");
			context.publishEvent(new OrderPlaced());
			assertThat(listeners.done.await(10, TimeUnit.SECONDS)).isTrue();
			request.finish();
			assertThat(listeners.current).isSameAs(request);
		});
	}

	private static boolean isLate(ReceivedTransaction transaction) {
		return transaction.name().equals("applicationEventMulticaster") && !transaction.spans().isEmpty();
	}

	record OrderPlaced() {
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		final CountDownLatch proceed = new CountDownLatch(1);

		final CountDownLatch done = new CountDownLatch(1);

		private final InsightsTemplate template;

		volatile @Nullable Thread thread;

		volatile @Nullable ISpan current;

		Listeners(InsightsTemplate template) {
			this.template = template;
		}

		@EventListener
		void on(OrderPlaced event) throws InterruptedException {
			this.thread = Thread.currentThread();
			this.current = Sentry.getSpan();
			this.proceed.await(10, TimeUnit.SECONDS);
			this.template.traced("listening").call(() -> null);
			this.done.countDown();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Multicaster {

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster(LateExecutor executor) {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor(executor);
			return multicaster;
		}

		@Bean
		LateExecutor executor() {
			return new LateExecutor();
		}

	}

	/**
	 * Runs each task on a thread of its own, and once told to hold them, not before they
	 * are released.
	 */
	static class LateExecutor implements Executor {

		private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();

		private volatile CountDownLatch released = new CountDownLatch(0);

		void hold() {
			this.released = new CountDownLatch(1);
		}

		void release() {
			this.released.countDown();
		}

		@Override
		public void execute(Runnable task) {
			CountDownLatch gate = this.released;
			this.executor.execute(() -> {
				try {
					gate.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				task.run();
			});
		}

	}

}
