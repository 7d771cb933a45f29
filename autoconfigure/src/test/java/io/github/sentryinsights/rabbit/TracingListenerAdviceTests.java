package io.github.sentryinsights.rabbit;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.aop.framework.ProxyFactory;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Faults that no broker makes at will.
 */
class TracingListenerAdviceTests {

	private final List<Outcome> outcomes = new ArrayList<>();

	private final Operations operations = new Operations(OperationRecorder.NONE, new OutcomeMeter(this.outcomes));

	@Test
	void acknowledgementThatFailsEndsTheDelivery() {
		AtomicReference<Channel> given = new AtomicReference<>();
		container(new AsynchronousListener(), (channel, message) -> given.set(channel)).invoke(closedChannel(),
				message());
		assertThat(this.outcomes).isEmpty();
		assertThatExceptionOfType(AlreadyClosedException.class).isThrownBy(() -> given.get().basicAck(7, false));
		assertThat(this.outcomes).containsExactly(Outcome.ERROR);
	}

	@Test
	void stepThatFailsAfterTheStartLeavesNothingOpen() {
		container(new BrokenListener(), (channel, message) -> {
		}).invoke(closedChannel(), message());
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS);
	}

	@Test
	void messageOfABatchThatCannotBeReadLeavesNothingOpen() {
		Message unreadable = new Message(new byte[0], new UnreadableProperties());
		container(new AsynchronousListener(), (channel, message) -> {
		}).invoke(closedChannel(), List.of(message(), unreadable));
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS);
	}

	private Container container(MessageListener listener, Container container) {
		ProxyFactory factory = new ProxyFactory(Container.class,
				new TracingListenerAdvice(() -> listener, this.operations, BatchTransactions.PER_RECORD));
		factory.setTarget(container);
		return (Container) factory.getProxy();
	}

	private static Message message() {
		MessageProperties properties = new MessageProperties();
		properties.setConsumerQueue("orders");
		properties.setDeliveryTag(7);
		return new Message(new byte[0], properties);
	}

	private static Channel closedChannel() {
		return (Channel) Proxy.newProxyInstance(Channel.class.getClassLoader(), new Class<?>[] { Channel.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("basicAck")) {
						throw new AlreadyClosedException(new ShutdownSignalException(true, false, null, null));
					}
					return null;
				});
	}

	/**
	 * What a container calls for each message.
	 */
	@FunctionalInterface
	interface Container {

		void invoke(Channel channel, Object message);

	}

	private static class AsynchronousListener implements MessageListener {

		@Override
		public void onMessage(Message message) {
		}

		@Override
		public boolean isAsyncReplies() {
			return true;
		}

	}

	private static final class BrokenListener extends AsynchronousListener {

		@Override
		public boolean isAsyncReplies() {
			throw new IllegalStateException("out of order");
		}

	}

	private static final class UnreadableProperties extends MessageProperties {

		private static final long serialVersionUID = 1L;

		@Override
		public String getConsumerQueue() {
			throw new IllegalStateException("out of order");
		}

	}

}
