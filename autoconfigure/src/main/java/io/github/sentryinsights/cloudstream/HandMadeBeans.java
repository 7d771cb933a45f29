package io.github.sentryinsights.cloudstream;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.Lifecycle;
import org.springframework.integration.core.MessageProducer;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.InterceptableChannel;

import io.github.sentryinsights.BeanInstrumentation;

/**
 * Instruments in place what a binder has made without a bean factory.
 *
 * @param binderName the name of the binder, which stands for the names of the beans
 * @param instrumentations the instrumentations of the application
 */
record HandMadeBeans(String binderName, ObjectProvider<BeanInstrumentation<?>> instrumentations) {

	/**
	 * Instrument an object, unless it is already.
	 * @param bean an object of a type that no instrumentation puts another one in place
	 * of
	 */
	void instrument(Object bean) {
		this.instrumentations.forEach(instrumentation -> {
			instrumentation.postProcessBeforeInitialization(bean, this.binderName);
			instrumentation.postProcessAfterInitialization(bean, this.binderName);
		});
	}

	/**
	 * Have a container told of the attempts of an endpoint to handle a message, whose
	 * failures the endpoint or the channel for errors may deal with. Endpoints of that
	 * channel that no longer run were there before it.
	 * @param endpoint sends the messages of the container to a channel
	 * @param container the container
	 */
	void follow(MessageProducer endpoint, Object container) {
		if (endpoint.getOutputChannel() instanceof InterceptableChannel channel) {
			channel.getInterceptors()
				.stream()
				.filter(present -> present instanceof Attempts attempts && !attempts.isOfRunningEndpoint())
				.toList()
				.forEach(channel::removeInterceptor);
			this.instrumentations.forEach(instrumentation -> instrumentation.attempts(container)
				.ifPresent(attempts -> channel.addInterceptor(new Attempts(endpoint, attempts))));
		}
	}

	/**
	 * Tells how each attempt went.
	 */
	private record Attempts(MessageProducer endpoint,
			Consumer<@Nullable Throwable> outcome) implements ChannelInterceptor {

		boolean isOfRunningEndpoint() {
			return !(this.endpoint instanceof Lifecycle lifecycle) || lifecycle.isRunning();
		}

		@Override
		public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent,
				@Nullable Exception error) {
			this.outcome.accept(error);
		}

	}

}
