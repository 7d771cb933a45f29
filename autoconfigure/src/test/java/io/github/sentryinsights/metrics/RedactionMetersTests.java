package io.github.sentryinsights.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.RedactionCounts;
import io.github.sentryinsights.scrub.PiiScrubber;
import io.github.sentryinsights.testing.InsightsContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedactionMeters}, which Spring Boot binds.
 */
class RedactionMetersTests {

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry()
		.withConfiguration(InsightsContextRunner.autoConfigurations(
				"io.github.sentryinsights.scrub.ScrubAutoConfiguration",
				"org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration",
				"org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"));

	@Test
	void findingsAreCountedByRule() {
		this.runner.run((context) -> {
			PiiScrubber scrubber = context.getBean(PiiScrubber.class);
			scrubber.scrub("mail bob@example.com with password=hunter2");
			scrubber.scrub("mail eve@example.com");
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(count(registry, "email")).isEqualTo(2);
			assertThat(count(registry, "key")).isEqualTo(1);
			assertThat(count(registry, "iban")).isZero();
			assertThat(context.getBean(RedactionCounts.class).snapshot()).containsEntry("email", 2L)
				.containsEntry("key", 1L)
				.hasSize(2);
		});
	}

	@Test
	void thereIsOneSeriesForEachRuleWhateverIsScrubbed() {
		this.runner.withPropertyValues("sentry.insights.pii.patterns.order-number=ORD-\\d+").run((context) -> {
			PiiScrubber scrubber = context.getBean(PiiScrubber.class);
			for (int i = 0; i < 100; i++) {
				scrubber.scrub("ORD-" + i + " of ann" + i + "@example.com key" + i + "password=x" + i);
			}
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.find(RedactionMeters.NAME).functionCounters())
				.extracting((counter) -> counter.getId().getTag("rule"))
				.containsExactlyInAnyOrderElementsOf(context.getBean(RedactionCounts.class).rules())
				.contains("order-number", "time-budget")
				.doesNotHaveDuplicates();
			assertThat(count(registry, "order-number")).isEqualTo(100);
		});
	}

	@Test
	void aDryRunIsToldFromWhatIsReplaced() {
		this.runner.withPropertyValues("sentry.insights.pii.dry-run=true")
			.run((context) -> assertThat(
					context.getBean(MeterRegistry.class).find(RedactionMeters.NAME).functionCounters())
				.isNotEmpty()
				.allSatisfy((counter) -> assertThat(counter.getId().getTag("action")).isEqualTo("reported")));
	}

	@Test
	void findingsAreCountedWithoutMicrometer() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(
					InsightsContextRunner.autoConfigurations("io.github.sentryinsights.scrub.ScrubAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> {
				context.getBean(PiiScrubber.class).scrub("mail bob@example.com");
				assertThat(context.getBean(RedactionCounts.class).of("email")).isEqualTo(1);
			});
	}

	@Test
	void nothingIsBoundWhenNothingIsScrubbed() {
		this.runner.withPropertyValues("sentry.insights.pii.enabled=false")
			.run((context) -> assertThat(
					context.getBean(MeterRegistry.class).find(RedactionMeters.NAME).functionCounters())
				.isEmpty());
	}

	private static double count(MeterRegistry registry, String rule) {
		FunctionCounter counter = registry.find(RedactionMeters.NAME)
			.tag("rule", rule)
			.tag("action", "replaced")
			.functionCounter();
		assertThat(counter).isNotNull();
		return counter.count();
	}

}
