package io.github.sentryinsights.batch;

import java.util.function.BiConsumer;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has jobs or steps that are beans report their runs.
 *
 * @param <T> the type of the beans
 */
final class BatchInstrumentation<T> extends BeanInstrumentation<T> {

	private static final String TECHNOLOGY = "batch";

	private final BiConsumer<ObservedBatch, T> observing;

	private final ObjectProvider<ObservationRegistry> registry;

	private volatile @Nullable ObservedBatch observed;

	BatchInstrumentation(Class<T> type, BiConsumer<ObservedBatch, T> observing,
			ObjectProvider<InstrumentationContext> context, ObjectProvider<ObservationRegistry> registry) {
		super(TECHNOLOGY, type, context);
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
		context.beans().instrumented(TECHNOLOGY, beanName);
		return bean;
	}

}
