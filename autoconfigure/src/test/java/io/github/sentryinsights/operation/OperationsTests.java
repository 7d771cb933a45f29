package io.github.sentryinsights.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;

import static org.assertj.core.api.Assertions.assertThat;

class OperationsTests {

	private final Operations.Sources<String> sources = new Operations(OperationRecorder.NONE, OperationMeter.NONE)
		.sources();

	@Test
	void sourceOfATargetIsKept() {
		OperationSource source = this.sources.get("orders", OperationsTests::target);
		assertThat(source.target().name()).isEqualTo("orders");
		assertThat(this.sources.get("orders", OperationsTests::target)).isSameAs(source);
	}

	@Test
	void sourcesBeyondTheLimitWorkButAreNotKept() {
		for (int i = 0; i < 1000; i++) {
			this.sources.get("topic-" + i, OperationsTests::target);
		}
		OperationSource source = this.sources.get("orders", OperationsTests::target);
		assertThat(source.target().name()).isEqualTo("orders");
		assertThat(this.sources.get("orders", OperationsTests::target)).isNotSameAs(source);
		assertThat(this.sources.get("topic-999", OperationsTests::target))
			.isSameAs(this.sources.get("topic-999", OperationsTests::target));
	}

	@Test
	void workRunsOnceWhereTheRecorderFails() {
		List<String> runs = new ArrayList<>();
		Operations failing = new Operations(new OperationRecorder() {

			@Override
			public Runnable enter(Function<Object, @Nullable Object> context) {
				if (context.apply("entered") == null) {
					throw new IllegalStateException("enter");
				}
				return () -> {
					throw new IllegalStateException("leave");
				};
			}

		}, OperationMeter.NONE);
		failing.runWithin(key -> null, () -> runs.add("outside"));
		failing.runWithin(key -> key, () -> runs.add("inside"));
		assertThat(runs).containsExactly("outside", "inside");
	}

	private static OperationTarget target(String topic) {
		return QueueConvention.publishes("kafka", topic, QueueConvention.Origin.KAFKA);
	}

}
