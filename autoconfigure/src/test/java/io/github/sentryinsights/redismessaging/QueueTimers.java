package io.github.sentryinsights.redismessaging;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * Reads how many messages of the queue {@code orders} have been counted.
 */
final class QueueTimers {

	private QueueTimers() {
	}

	static long count(ApplicationContext context, String operation, String outcome) {
		@Nullable Timer timer = context.getBean(SimpleMeterRegistry.class)
			.find("sentry.insights.queue." + operation)
			.tags("name", "orders", "outcome", outcome)
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

}
