package io.github.sentryinsights.redismessaging;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports each message that a listener handles.
 *
 * @param delegate the listener
 * @param receiving starts the operations
 */
record TracedMessageListener(MessageListener delegate, Receiving receiving) implements MessageListener {

	@Override
	public void onMessage(Message message, byte @Nullable [] pattern) {
		Operation operation = this.receiving.start(message, pattern);
		if (operation == null) {
			this.delegate.onMessage(message, pattern);
		}
		else {
			operation.run(() -> this.delegate.onMessage(message, pattern));
		}
	}

}
