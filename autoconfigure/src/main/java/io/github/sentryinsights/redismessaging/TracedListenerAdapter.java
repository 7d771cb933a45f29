package io.github.sentryinsights.redismessaging;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports each message that an adapter handles, with the failures of its delegate, which
 * an adapter logs and tells nobody outside of it.
 */
final class TracedListenerAdapter extends MessageListenerAdapter {

	private static final Log log = LogFactory.getLog(MessageListenerAdapter.class);

	private final MessageListenerAdapter adapter;

	private final Receiving receiving;

	private final ThreadLocal<@Nullable Operation> current = new ThreadLocal<>();

	private volatile @Nullable Object copied;

	/**
	 * Create an adapter in place of another one.
	 * @param adapter the other one, which has a delegate when the first message arrives
	 * @param receiving starts the operations
	 */
	TracedListenerAdapter(MessageListenerAdapter adapter, Receiving receiving) {
		this.adapter = adapter;
		this.receiving = receiving;
	}

	@Override
	public void onMessage(Message message, byte @Nullable [] pattern) {
		copy();
		Operation operation = this.receiving.start(message, pattern);
		if (operation == null) {
			super.onMessage(message, pattern);
			return;
		}
		this.current.set(operation);
		try {
			operation.run(() -> super.onMessage(message, pattern));
		}
		finally {
			this.current.remove();
		}
	}

	/**
	 * An adapter may be registered before it is initialized, and be given another
	 * delegate later.
	 */
	private void copy() {
		Object delegate = this.adapter.getDelegate();
		if (this.copied != delegate) {
			ReflectionUtils.shallowCopyFieldState(this.adapter, this);
			this.copied = delegate;
		}
	}

	/**
	 * As the adapter does it, under its own name.
	 */
	@Override
	protected void handleListenerException(Throwable error) {
		Operation operation = this.current.get();
		if (operation != null) {
			operation.fail(error);
		}
		log.error("Listener execution failed", error);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof TracedListenerAdapter traced && this.adapter == traced.adapter;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.adapter);
	}

}
