package io.github.sentryinsights.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has jobs or steps that are beans report their runs. They are looked at again when all
 * beans are there, as Spring Batch sets the registry of the application only later.
 *
 * @param <T> the type of the beans
 */
final class BatchInstrumentation<T> extends BeanInstrumentation<T> implements SmartInitializingSingleton {

	private static final String TECHNOLOGY = "batch";

	private final BiConsumer<ObservedBatch, T> observing;

	private final ObjectProvider<ObservationRegistry> registry;

	private final Object monitor = new Object();

	private volatile @Nullable ObservedBatch observed;

	private @Nullable List<T> early = new ArrayList<>();

	BatchInstrumentation(Class<T> type, BiConsumer<ObservedBatch, T> observing,
			ObjectProvider<InstrumentationContext> context, ObjectProvider<ObservationRegistry> registry) {
		super(TECHNOLOGY, type, RecordedWork.BATCH_RUNS, context);
		this.observing = observing;
		this.registry = registry;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getBatch();
	}

	@Override
	protected Object instrument(T bean, String beanName, InstrumentationContext context) {
		ObservedBatch observed = this.observed;
		if (observed == null) {
			observed = new ObservedBatch(new BatchRuns(context.operations()), this.registry.getIfUnique());
			this.observed = observed;
		}
		this.observing.accept(observed, bean);
		synchronized (this.monitor) {
			if (this.early != null) {
				this.early.add(bean);
			}
		}
		context.beans().instrumented(TECHNOLOGY, beanName);
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ObservedBatch observed = this.observed;
		synchronized (this.monitor) {
			if (this.early != null && observed != null) {
				this.early.forEach(bean -> this.observing.accept(observed, bean));
			}
			this.early = null;
		}
	}

}
