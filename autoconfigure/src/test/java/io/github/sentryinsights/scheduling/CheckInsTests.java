package io.github.sentryinsights.scheduling;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.operation.Monitors;
import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the check-ins of scheduled methods, as they arrive.
 */
class CheckInsTests {

	private static final String SLUG = "check-ins-tests-jobs-";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(InsightsContextRunner.autoConfigurations(
				"io.github.sentryinsights.scheduling.SchedulingAutoConfiguration",
				"io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
				"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
		.withUserConfiguration(Jobs.class)
		.withPropertyValues("sentry.insights.scheduling.check-ins=true", "report.cron=15 30 2 * * MON",
				"report.zone=America/New_York", "refresh.rate=PT2H", "sentry.environment=test");

	@Test
	void aRunChecksInAtBothEndsWithinItsTrace() {
		this.runner.run(context -> ScheduledRunsTests.run(context, "report"));
		List<JsonNode> checkIns = checkIns(2);
		ReceivedTransaction transaction = this.receiver.transaction("CheckInsTests.Jobs.report");
		assertThat(checkIns).extracting(checkIn -> checkIn.path("status").asText())
			.containsExactly("in_progress", "ok");
		assertThat(checkIns).allSatisfy(checkIn -> {
			assertThat(checkIn.path("monitor_slug").asText()).isEqualTo(SLUG + "report");
			assertThat(checkIn.path("environment").asText()).isEqualTo("test");
			assertThat(checkIn.path("check_in_id")).isEqualTo(checkIns.get(0).path("check_in_id"));
			assertThat(checkIn.path("contexts").path("trace").path("trace_id").asText())
				.isEqualTo(transaction.root().traceId());
		});
		assertThat(checkIns.get(1).path("duration").asDouble()).isBetween(0.02, 10.0);
	}

	@Test
	void theMonitorIsMadeOfTheCronAndTheTimeZoneOfTheMethod() {
		this.runner.run(context -> ScheduledRunsTests.run(context, "report"));
		JsonNode config = checkIns(2).get(0).path("monitor_config");
		assertThat(config.path("schedule").path("type").asText()).isEqualTo("crontab");
		assertThat(config.path("schedule").path("value").asText()).isEqualTo("30 2 * * 1");
		assertThat(config.path("timezone").asText()).isEqualTo("America/New_York");
		assertThat(config.has("max_runtime")).isFalse();
	}

	@Test
	void anOffsetIsToldByTheNameThatItHasForSentry() {
		this.runner.withPropertyValues("report.zone=GMT+05:00")
			.run(context -> ScheduledRunsTests.run(context, "report"));
		assertThat(checkIns(2).get(0).path("monitor_config").path("timezone").asText()).isEqualTo("Etc/GMT-5");
	}

	@Test
	void anOffsetThatHasNoNameLeavesTheMonitorAsItIs() {
		this.runner.withPropertyValues("report.zone=GMT+05:30")
			.run(context -> ScheduledRunsTests.run(context, "report"));
		assertThat(checkIns(2).get(0).has("monitor_config")).isFalse();
	}

	@Test
	void theMonitorIsMadeOfTheRateOfTheMethod() {
		this.runner
			.withPropertyValues("sentry.insights.scheduling.max-runtime=30m",
					"sentry.insights.scheduling.check-in-margin=2m")
			.run(context -> ScheduledRunsTests.run(context, "refresh"));
		JsonNode config = checkIns(2).get(0).path("monitor_config");
		assertThat(config.path("schedule").path("type").asText()).isEqualTo("interval");
		assertThat(config.path("schedule").path("value").asInt()).isEqualTo(120);
		assertThat(config.path("schedule").path("unit").asText()).isEqualTo("minute");
		assertThat(config.path("max_runtime").asInt()).isEqualTo(30);
		assertThat(config.path("checkin_margin").asInt()).isEqualTo(2);
	}

	@Test
	void theDefaultsOfTheSdkStandWithoutOwnLimits() {
		this.runner.withPropertyValues("sentry.cron.default-max-runtime=7")
			.run(context -> ScheduledRunsTests.run(context, "refresh"));
		assertThat(checkIns(2).get(0).path("monitor_config").path("max_runtime").asInt()).isEqualTo(7);
	}

	@Test
	void aDelayAfterARunLeavesTheMonitorAsItIs() {
		this.runner.run(context -> {
			ScheduledRunsTests.run(context, "sweep");
			ScheduledRunsTests.run(context, "sweepLater");
		});
		assertThat(checkIns(4)).noneMatch(checkIn -> checkIn.has("monitor_config"));
	}

	@Test
	void aRateThatIsNoWholeMinutesLeavesTheMonitorAsItIs() {
		this.runner.run(context -> ScheduledRunsTests.run(context, "clean"));
		assertThat(checkIns(2).get(0).has("monitor_config")).isFalse();
	}

	@Test
	void aMethodWithSeveralSchedulesLeavesTheMonitorAsItIs() {
		this.runner.run(context -> ScheduledRunsTests.run(context, "twice"));
		assertThat(checkIns(2).get(0).has("monitor_config")).isFalse();
	}

	@Test
	void aMethodThatRunsEverySecondChecksInNever() {
		this.runner.run(context -> {
			ScheduledRunsTests.run(context, "poll");
			ScheduledRunsTests.run(context, "tick");
			ScheduledRunsTests.run(context, "report");
		});
		assertThat(checkIns(2)).allMatch(checkIn -> checkIn.path("monitor_slug").asText().equals(SLUG + "report"));
		assertThat(this.receiver.transaction("CheckInsTests.Jobs.poll").root().status()).isEqualTo("ok");
	}

	@Test
	void aFailureIsAnError() {
		this.runner.run(
				context -> assertThatIllegalStateException().isThrownBy(() -> ScheduledRunsTests.run(context, "fail")));
		assertThat(checkIns(2)).extracting(checkIn -> checkIn.path("status").asText())
			.containsExactly("in_progress", "error");
		assertThat(this.receiver.bytes()).contains(SLUG + "fail").doesNotContain("planted");
	}

	@Test
	void overlappingRunsAreToldApart() {
		this.runner.run(context -> {
			Jobs jobs = context.getBean(Jobs.class);
			Thread slow = new Thread(() -> ScheduledRunsTests.run(context, "overlap"));
			slow.start();
			assertThat(jobs.begun.await(10, TimeUnit.SECONDS)).isTrue();
			ScheduledRunsTests.run(context, "overlap");
			jobs.proceed.countDown();
			slow.join();
		});
		List<JsonNode> checkIns = checkIns(4);
		String slow = id(checkIns.get(0));
		String quick = id(checkIns.get(1));
		assertThat(quick).isNotEqualTo(slow);
		assertThat(checkIns).extracting(CheckInsTests::id).containsExactly(slow, quick, quick, slow);
		assertThat(checkIns).extracting(checkIn -> checkIn.path("status").asText())
			.containsExactly("in_progress", "in_progress", "ok", "ok");
	}

	@Test
	void aReactiveRunChecksInWhenItCompletes() {
		this.runner.run(context -> {
			ScheduledRunsTests.run(context, "reactive");
			assertThat(checkIns(2)).extracting(checkIn -> checkIn.path("status").asText())
				.containsExactly("in_progress", "ok");
		});
		assertThat(checkIns(2).get(1).path("duration").asDouble()).isBetween(0.05, 10.0);
		String trace = this.receiver.transaction("CheckInsTests.Jobs.reactive").root().traceId();
		assertThat(checkIns(2))
			.allMatch(checkIn -> checkIn.path("contexts").path("trace").path("trace_id").asText().equals(trace));
	}

	@Test
	void aRunThatIsNotSampledChecksIn() {
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0")
			.run(context -> ScheduledRunsTests.run(context, "report"));
		assertThat(checkIns(2)).extracting(checkIn -> checkIn.path("status").asText())
			.containsExactly("in_progress", "ok");
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void aMethodThatSentryItselfChecksInIsCheckedInOnce() {
		Class<?> annotated = ScheduledRunsTests.annotated("watched",
				ScheduledRunsTests.sentry("checkin.SentryCheckIn").define("value", "own-slug"));
		this.runner.withUserConfiguration(annotated).run(context -> ScheduledRunsTests.run(context, "watched"));
		assertThat(checkIns(2)).allMatch(checkIn -> checkIn.path("monitor_slug").asText().equals("own-slug"));
		assertThat(this.receiver.transaction("Annotatedwatched.watched").root().status()).isEqualTo("ok");
		assertThat(this.receiver.items("check_in")).hasSize(2);
	}

	@Test
	void aRunThatTheAgentOfSentryReportsChecksInOnly() {
		this.runner.withClassLoader(PresentClasses.of("io.sentry.opentelemetry.agent.AgentMarker")).run(context -> {
			ScheduledRunsTests.run(context, "report");
			assertThat(context.getBean(InstrumentedBeans.class).toString())
				.contains("not scheduling methods (recorded by Sentry's OpenTelemetry agent)");
		});
		assertThat(checkIns(2)).extracting(checkIn -> checkIn.path("status").asText())
			.containsExactly("in_progress", "ok");
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void noMonitorIsCreatedUnlessAskedFor() {
		this.runner.withPropertyValues("sentry.insights.scheduling.check-ins=false")
			.run(context -> ScheduledRunsTests.run(context, "report"));
		this.receiver.transaction("CheckInsTests.Jobs.report");
		assertThat(this.receiver.items("check_in")).isEmpty();
	}

	@Test
	void aMonitorThatFailsHarmsNoRun() {
		this.runner.withBean(Monitors.class, () -> monitor -> {
			throw new IllegalStateException("no monitor");
		}).run(context -> ScheduledRunsTests.run(context, "report"));
		assertThat(this.receiver.transaction("CheckInsTests.Jobs.report").root().status()).isEqualTo("ok");
	}

	@Test
	void aRunThatCannotCheckOutEndsAllTheSame() {
		this.runner.withBean(Monitors.class, () -> monitor -> failed -> {
			throw new IllegalStateException("no monitor");
		}).run(context -> ScheduledRunsTests.run(context, "report"));
		assertThat(this.receiver.transaction("CheckInsTests.Jobs.report").root().status()).isEqualTo("ok");
	}

	@Test
	void aLimitThatNoMonitorCanHaveFailsTheStart() {
		for (String property : List.of("max-runtime=30s", "max-runtime=90s", "check-in-margin=0s",
				"check-in-margin=29d", "max-runtime=-5m")) {
			this.runner.withPropertyValues("sentry.insights.scheduling." + property)
				.run(context -> assertThat(context).hasFailed()
					.getFailure()
					.rootCause()
					.isInstanceOf(InvalidInsightsPropertyException.class)
					.hasMessageContaining(property.substring(0, property.indexOf('='))));
		}
	}

	private List<JsonNode> checkIns(int count) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.receiver.items("check_in"), items -> items.size() >= count);
	}

	private static String id(JsonNode checkIn) {
		return checkIn.path("check_in_id").asText();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Jobs {

		final CountDownLatch begun = new CountDownLatch(1);

		final CountDownLatch proceed = new CountDownLatch(1);

		@Scheduled(cron = "${report.cron}", zone = "${report.zone}")
		void report() {
			long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
		}

		@Scheduled(fixedRateString = "${refresh.rate}", initialDelay = 1_000_000_000)
		void refresh() {
		}

		@Scheduled(fixedDelay = 5, initialDelay = 1_000_000, timeUnit = TimeUnit.MINUTES)
		void sweep() {
		}

		@Scheduled(fixedDelayString = "PT5M", initialDelay = 1_000_000_000)
		void sweepLater() {
		}

		@Scheduled(fixedRate = 90, initialDelay = 1_000_000, timeUnit = TimeUnit.SECONDS)
		void clean() {
		}

		@Scheduled(fixedDelay = 1000, initialDelay = 1_000_000_000)
		void poll() {
		}

		@Scheduled(cron = "*/2 0 0 1 1 *")
		void tick() {
		}

		@Schedules({ @Scheduled(cron = "0 0 3 1 1 *"), @Scheduled(cron = "0 0 4 1 1 *") })
		void twice() {
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		void fail() {
			throw new IllegalStateException("planted");
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		void overlap() throws InterruptedException {
			if (this.begun.getCount() > 0) {
				this.begun.countDown();
				this.proceed.await();
			}
		}

		@Scheduled(cron = "0 0 3 1 1 *")
		Mono<Long> reactive() {
			return Mono.delay(Duration.ofMillis(50));
		}

	}

}
