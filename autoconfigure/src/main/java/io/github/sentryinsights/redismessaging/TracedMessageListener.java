package io.github.sentryinsights.redismessaging;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports each message that a listener handles. Equal to another one of the same
 * listener, so that a container finds what it shall remove.
 *
 * @param delegate the listener
 * @param receiving starts the operations
 */
record TracedMessageListener(MessageListener delegate,
		Receiving receiving) implements MessageListener, SubscriptionListener {

	/**
	 * Return a listener that reports what another one handles.
	 * @param listener the listener
	 * @param receiving starts the operations
	 * @return the listener itself when it is one of Spring, such as for the expiry of
	 * keys, or reports already
	 */
	static MessageListener of(MessageListener listener, Receiving receiving) {
		Class<?> type = listener.getClass();
		if (type == MessageListenerAdapter.class) {
			return new TracedListenerAdapter((MessageListenerAdapter) listener, receiving);
		}
		if (type == TracedMessageListener.class || type == TracedListenerAdapter.class
				|| type.getName().startsWith("org.springframework.")) {
			return listener;
		}
		return new TracedMessageListener(listener, receiving);
	}

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

	@Override
	public void onChannelSubscribed(byte[] channel, long count) {
		tell(listener -> listener.onChannelSubscribed(channel, count));
	}

	@Override
	public void onChannelUnsubscribed(byte[] channel, long count) {
		tell(listener -> listener.onChannelUnsubscribed(channel, count));
	}

	@Override
	public void onPatternSubscribed(byte[] pattern, long count) {
		tell(listener -> listener.onPatternSubscribed(pattern, count));
	}

	@Override
	public void onPatternUnsubscribed(byte[] pattern, long count) {
		tell(listener -> listener.onPatternUnsubscribed(pattern, count));
	}

	private void tell(Consumer<SubscriptionListener> event) {
		if (this.delegate instanceof SubscriptionListener listener) {
			event.accept(listener);
		}
	}

}
