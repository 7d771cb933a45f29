package io.github.sentryinsights.quartz;

import java.util.function.Function;

import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Has schedulers report the jobs they run, by a listener behind those of the user.
 *
 * @param <T> the type of the beans that are or have a scheduler
 */
final class SchedulerInstrumentation<T> extends BeanInstrumentation<T> {

	private static final String TECHNOLOGY = "quartz";

	private final Function<T, Scheduler> scheduler;

	SchedulerInstrumentation(Class<T> type, Function<T, Scheduler> scheduler,
			ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, type, RecordedWork.QUARTZ_JOBS, context);
		this.scheduler = scheduler;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getQuartz();
	}

	@Override
	protected Object instrument(T bean, String beanName, InstrumentationContext context) {
		try {
			Scheduler scheduler = this.scheduler.apply(bean);
			if (scheduler.getListenerManager().getJobListener(TracingJobListener.NAME) == null) {
				scheduler.getListenerManager().addJobListener(new TracingJobListener(context.operations()));
				context.beans().instrumented(TECHNOLOGY, beanName);
			}
		}
		catch (SchedulerException ex) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "a scheduler without listeners");
		}
		return bean;
	}

}
