package io.github.sentryinsights.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.SubscriptionNameProvider;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;

/**
 * Puts listeners of its own before those of listener containers.
 */
final class ListenerContainers {

	private final HandledMessages messages;

	ListenerContainers(InstrumentationContext context) {
		this.messages = new HandledMessages(context.operations());
	}

	/**
	 * Have a container report each message it handles. Does nothing to one that does
	 * already.
	 * @param container the container
	 * @return whether it has a listener
	 */
	@SuppressWarnings("unchecked")
	boolean instrument(AbstractMessageListenerContainer container) {
		Object listener = container.getMessageListener();
		if (listener == null || listener instanceof TracingSubscription) {
			return listener != null;
		}
		if (listener instanceof SessionAwareMessageListener<?> aware) {
			container.setMessageListener(
					new TracingSessionListener((SessionAwareMessageListener<Message>) aware, this.messages));
		}
		else if (listener instanceof MessageListener plain) {
			container.setMessageListener(new TracingListener(plain, this.messages));
		}
		return true;
	}

	/**
	 * Keeps the name that a durable subscription has by default.
	 */
	private interface TracingSubscription extends SubscriptionNameProvider {

		Object delegate();

		@Override
		default String getSubscriptionName() {
			return (delegate() instanceof SubscriptionNameProvider provider) ? provider.getSubscriptionName()
					: delegate().getClass().getName();
		}

	}

	private record TracingSessionListener(SessionAwareMessageListener<Message> delegate,
			HandledMessages messages) implements SessionAwareMessageListener<Message>, TracingSubscription {

		@Override
		public void onMessage(Message message, @Nullable Session session) throws JMSException {
			this.messages.begin(message).<JMSException>run(() -> this.delegate.onMessage(message, session));
		}

	}

	private record TracingListener(MessageListener delegate,
			HandledMessages messages) implements MessageListener, TracingSubscription {

		@Override
		public void onMessage(Message message) {
			this.messages.begin(message).<RuntimeException>run(() -> this.delegate.onMessage(message));
		}

	}

}
