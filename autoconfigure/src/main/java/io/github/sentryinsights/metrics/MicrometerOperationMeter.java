package io.github.sentryinsights.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.OperationMeter;

/**
 * One timer for each target and outcome, looked up once.
 * <p>
 * The registry is taken when all singletons exist, as it may itself need what is
 * instrumented here; operations during start-up are not counted.
 */
final class MicrometerOperationMeter implements OperationMeter, SmartInitializingSingleton, DisposableBean {

	static final String OTHER_NAME = "_other";

	private final ObjectProvider<MeterRegistry> registries;

	private final int maxNames;

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private volatile @Nullable MeterRegistry registry;

	MicrometerOperationMeter(ObjectProvider<MeterRegistry> registries, int maxNames) {
		this.registries = registries;
		this.maxNames = maxNames;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.registry = this.registries.getIfUnique();
	}

	@Override
	public void destroy() {
		this.registry = null;
	}

	@Override
	public Series series(OperationTarget target) {
		return new TimerSeries(target.kind().meterName(), boundedName(target));
	}

	private String boundedName(OperationTarget target) {
		String name = target.name();
		String counted = target.kind().meterName() + ' ' + name;
		if (this.names.contains(counted)) {
			return name;
		}
		return (this.names.size() < this.maxNames && this.names.add(counted)) ? name : OTHER_NAME;
	}

	/**
	 * The timers of one target.
	 */
	private final class TimerSeries implements Series {

		private final String meterName;

		private final String name;

		private final AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(
				Outcome.values().length);

		TimerSeries(String meterName, String name) {
			this.meterName = meterName;
			this.name = name;
		}

		@Override
		public boolean isActive() {
			return MicrometerOperationMeter.this.registry != null;
		}

		@Override
		public void record(Outcome outcome, long nanoseconds) {
			Timer timer = this.timers.get(outcome.ordinal());
			if (timer == null) {
				timer = register(outcome);
			}
			if (timer != null) {
				timer.record(nanoseconds, TimeUnit.NANOSECONDS);
			}
		}

		private @Nullable Timer register(Outcome outcome) {
			MeterRegistry registry = MicrometerOperationMeter.this.registry;
			if (registry == null) {
				return null;
			}
			Timer timer = Timer.builder(this.meterName)
				.description("Operations reported to Sentry Insights, sampled or not")
				.tag("name", this.name)
				.tag("outcome", outcome.tag())
				.register(registry);
			this.timers.set(outcome.ordinal(), timer);
			return timer;
		}

	}

}
