package io.github.sentryinsights.scheduling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for suspending functions that run on a schedule.
 */
class SuspendingTaskTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void transactionLastsUntilTheFunctionIsDone() {
		InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"io.github.sentryinsights.scheduling.SchedulingAutoConfiguration",
					"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
			.withUserConfiguration(SuspendingTask.class, Scheduling.class)
			.run(context -> {
				assertThat(context).hasNotFailed();
				ReceivedTransaction run = this.receiver.transaction("SuspendingTask.run");
				assertThat(run.root().status()).isEqualTo("ok");
				assertThat(run.seconds()).isBetween(0.19, 10.0);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

}
