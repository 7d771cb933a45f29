package io.github.sentryinsights.metrics;

import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MetricsAutoConfiguration}.
 */
class MetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry()
		.withBean(SimpleMeterRegistry.class);

	@Test
	void operationsAreTimedByNameAndOutcome() {
		this.runner.run(context -> {
			OperationSource source = source(context.getBean(Operations.class), "work");
			source.start().end();
			Operation failing = source.start();
			failing.fail(new IllegalStateException());
			failing.end();
			Operation hit = source.start();
			hit.outcome(Outcome.HIT);
			hit.end();
			hit.end();
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.find("sentry.insights.function").tag("name", "work").timers())
				.extracting(timer -> timer.getId().getTag("outcome"), Timer::count)
				.containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("success", 1L),
						org.assertj.core.groups.Tuple.tuple("error", 1L),
						org.assertj.core.groups.Tuple.tuple("hit", 1L));
		});
	}

	@Test
	void namesBeyondTheLimitShareOneSeries() {
		this.runner.withPropertyValues("sentry.insights.metrics.max-names=3").run(context -> {
			Operations operations = context.getBean(Operations.class);
			IntStream.range(0, 100).forEach(i -> source(operations, "work" + i).start().end());
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.function").timers())
				.extracting(timer -> timer.getId().getTag("name"))
				.containsExactlyInAnyOrder("work0", "work1", "work2", MicrometerOperationMeter.OTHER_NAME);
		});
	}

	@Test
	void aLimitThatLeavesNoNameStopsTheStart() {
		this.runner.withPropertyValues("sentry.insights.metrics.max-names=0")
			.run(context -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(InvalidInsightsPropertyException.class));
	}

	@Test
	void nothingIsCountedWhenSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.metrics.enabled=false").run(context -> {
			assertThat(context).doesNotHaveBean(OperationMeter.class);
			assertThat(source(context.getBean(Operations.class), "work").start().isNoop()).isTrue();
		});
	}

	@Test
	void nothingIsCountedWithoutMicrometer() {
		InsightsContextRunner.withoutSentry()
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OperationMeter.class));
	}

	@Test
	void nothingIsCountedAfterTheContextIsClosed() {
		OperationSource[] source = new OperationSource[1];
		this.runner.run(context -> source[0] = source(context.getBean(Operations.class), "work"));
		assertThat(source[0].start().isNoop()).isTrue();
	}

	@Test
	void anotherMeterTakesTheirPlace() {
		this.runner.withBean(OperationMeter.class, () -> OperationMeter.NONE)
			.run(context -> assertThat(context).doesNotHaveBean(MicrometerOperationMeter.class));
	}

	@Test
	void aMeterThatThrowsNeverReachesTheUser() {
		OperationMeter broken = target -> new OperationMeter.Series() {

			@Override
			public boolean isActive() {
				return true;
			}

			@Override
			public void record(Outcome outcome, long nanoseconds) {
				throw new IllegalStateException();
			}

		};
		this.runner.withBean(OperationMeter.class, () -> broken).run(context -> {
			Operation operation = source(context.getBean(Operations.class), "work").start();
			operation.end();
			assertThat(operation.isRecording()).isFalse();
		});
	}

	private static OperationSource source(Operations operations, String name) {
		return operations.source(FunctionConvention.reported(null, name));
	}

}
