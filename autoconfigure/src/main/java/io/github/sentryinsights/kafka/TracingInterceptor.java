package io.github.sentryinsights.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.ThreadStateProcessor;

/**
 * What the interceptors of records and of batches have in common: those of the
 * application that they call, and the deliveries that end with their thread at last.
 *
 * @param <I> the type of the interceptor of the application
 */
abstract class TracingInterceptor<I extends ThreadStateProcessor> implements ThreadStateProcessor {

	private final @Nullable I delegate;

	private final Deliveries deliveries;

	TracingInterceptor(@Nullable I delegate, Deliveries deliveries) {
		this.delegate = delegate;
		this.deliveries = deliveries;
	}

	final @Nullable I delegate() {
		return this.delegate;
	}

	/**
	 * Return what keeps the deliveries of the container.
	 */
	final Deliveries deliveries() {
		return this.deliveries;
	}

	@Override
	public final void setupThreadState(Consumer<?, ?> consumer) {
		if (this.delegate != null) {
			this.delegate.setupThreadState(consumer);
		}
	}

	@Override
	public final void clearThreadState(Consumer<?, ?> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.clearThreadState(consumer);
			}
		}
		finally {
			this.deliveries.end();
		}
	}

}
