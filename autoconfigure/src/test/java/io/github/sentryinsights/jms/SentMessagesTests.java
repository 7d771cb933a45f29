package io.github.sentryinsights.jms;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A provider may complete a send on the thread that sends. The one in the other tests
 * does not.
 */
class SentMessagesTests {

	private final List<String> sent = new ArrayList<>();

	private final SentMessages messages = new SentMessages(
			new Operations(OperationRecorder.NONE, new DestinationMeter(this.sent)));

	@Test
	void sendOfACompletionListenerIsAnother() throws JMSException {
		MessageProducer producer = (MessageProducer) this.messages.follow(completingProducer());
		producer.send(queue("orders"), message(), new CompletionListener() {

			@Override
			public void onCompletion(Message message) {
				try {
					producer.send(queue("receipts"), message());
				}
				catch (JMSException ex) {
					throw new IllegalStateException(ex);
				}
			}

			@Override
			public void onException(Message message, Exception exception) {
			}

		});
		assertThat(this.sent).containsExactly("orders", "receipts");
	}

	@Test
	void sendByWayOfAnotherProducerIsTheSame() throws JMSException {
		MessageProducer inner = (MessageProducer) this.messages.follow(completingProducer());
		MessageProducer outer = (MessageProducer) this.messages
			.follow(stub(MessageProducer.class, (method, arguments) -> {
				if (method.equals("send")) {
					inner.send((Queue) arguments[0], (Message) arguments[1]);
				}
				return null;
			}));
		outer.send(queue("orders"), message());
		assertThat(this.sent).containsExactly("orders");
	}

	private static MessageProducer completingProducer() {
		return stub(MessageProducer.class, (method, arguments) -> {
			if (method.equals("send") && arguments.length == 3) {
				((CompletionListener) arguments[2]).onCompletion((Message) arguments[1]);
			}
			return null;
		});
	}

	private static Message message() {
		return stub(Message.class, (method, arguments) -> null);
	}

	private static Queue queue(String name) {
		return stub(Queue.class, (method, arguments) -> method.equals("getQueueName") ? name : null);
	}

	private static <T> T stub(Class<T> type, Answer answer) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> answer.to(method.getName(), arguments)));
	}

	@FunctionalInterface
	private interface Answer {

		Object to(String method, Object[] arguments) throws Exception;

	}

	private record DestinationMeter(List<String> destinations) implements OperationMeter {

		@Override
		public Series series(OperationTarget target) {
			return new Series() {

				@Override
				public boolean isActive() {
					return true;
				}

				@Override
				public void record(Outcome outcome, long nanoseconds) {
					DestinationMeter.this.destinations.add(target.name());
				}

			};
		}

	}

}
