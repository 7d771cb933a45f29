package io.github.sentryinsights.rabbit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownListener;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.ImmediateAcknowledgeAmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * A message or a batch while a listener handles it.
 * <p>
 * That of an asynchronous listener lasts until the listener has returned and its adapter
 * has acknowledged or rejected the message, which it does when the result is there. When
 * its channel closes before, nobody can acknowledge it any more.
 */
final class Delivery {

	private static final String MONO = "reactor.core.publisher.Mono";

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	private final Operation operation;

	private final Message message;

	private final List<Operation> others = new ArrayList<>();

	private final ShutdownListener closed = cause -> settle(Outcome.ERROR);

	private @Nullable Channel followed;

	private @Nullable Throwable error;

	private boolean returned;

	private @Nullable Outcome settled;

	Delivery(Operation operation, Message message) {
		this.operation = operation;
		this.message = message;
	}

	/**
	 * Add a further message of a batch that is reported on its own.
	 * @param other the operation of the message, which lasts as long as the batch
	 */
	void add(Operation other) {
		this.others.add(other);
	}

	/**
	 * Return a channel that tells how the message is settled.
	 * @param channel the channel of the message
	 * @return a channel that does the same
	 */
	Channel following(Channel channel) {
		Channel following = (Channel) Proxy.newProxyInstance(channel.getClass().getClassLoader(),
				ClassUtils.getAllInterfaces(channel), new FollowedChannel(channel));
		// A cached channel that has been closed would open another one when asked.
		this.followed = (channel instanceof ChannelProxy proxy) ? proxy.getTargetChannel() : channel;
		return following;
	}

	/**
	 * Tell what the latest attempt failed with.
	 * @param error the error, or {@code null} without one
	 */
	void error(@Nullable Throwable error) {
		this.error = error;
	}

	/**
	 * End, unless the result is yet to come.
	 */
	synchronized void returned() {
		this.returned = true;
		Throwable error = this.error;
		if (error != null && !isAcknowledged(error)) {
			this.operation.fail(error);
			this.others.forEach(other -> other.fail(error));
			end(Outcome.ERROR);
		}
		else if (this.followed == null || this.settled != null || !isAsynchronous()) {
			end((this.settled != null) ? this.settled : Outcome.SUCCESS);
		}
		else {
			this.operation.detach();
			// Tells at once when the channel is closed already.
			this.followed.addShutdownListener(this.closed);
		}
	}

	private synchronized void settle(Outcome outcome) {
		if (this.returned) {
			if (this.followed != null) {
				this.followed.removeShutdownListener(this.closed);
			}
			end(outcome);
		}
		else {
			this.settled = outcome;
		}
	}

	private void end(Outcome outcome) {
		this.operation.outcome(outcome);
		this.operation.end();
		for (Operation other : this.others) {
			other.outcome(outcome);
			other.end();
		}
	}

	/**
	 * A listener may throw just to have the message acknowledged at once.
	 */
	private static boolean isAcknowledged(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof ImmediateAcknowledgeAmqpException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * One method of several in a class may answer at once.
	 */
	private boolean isAsynchronous() {
		Method method = this.message.getMessageProperties().getTargetMethod();
		if (method == null) {
			return true;
		}
		for (Class<?> parameter : method.getParameterTypes()) {
			if (parameter.getName().equals(CONTINUATION)) {
				return true;
			}
		}
		Class<?> type = method.getReturnType();
		return CompletionStage.class.isAssignableFrom(type) || type.getName().equals(MONO);
	}

	/**
	 * Answers only what settles the message. A proxy, as the channel of a container is
	 * one itself, of several interfaces.
	 */
	private final class FollowedChannel implements InvocationHandler {

		private final Channel channel;

		FollowedChannel(Channel channel) {
			this.channel = channel;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
				throws Throwable {
			@Nullable Object[] given = (arguments != null) ? arguments : new Object[0];
			if (method.getName().equals("equals") && given.length == 1) {
				return proxy == given[0] || this.channel.equals(given[0]);
			}
			Outcome outcome = switch (method.getName()) {
				case "basicAck" -> Outcome.SUCCESS;
				case "basicNack", "basicReject" -> Outcome.ERROR;
				default -> null;
			};
			if (outcome == null) {
				return AopUtils.invokeJoinpointUsingReflection(this.channel, method, given);
			}
			boolean multiple = !method.getName().equals("basicReject") && Boolean.TRUE.equals(given[1]);
			try {
				Object result = AopUtils.invokeJoinpointUsingReflection(this.channel, method, given);
				settled(given, multiple, outcome);
				return result;
			}
			catch (Throwable ex) {
				// The connection is gone, and with it the way to settle the message.
				settled(given, multiple, Outcome.ERROR);
				throw ex;
			}
		}

		private void settled(@Nullable Object[] arguments, boolean multiple, Outcome outcome) {
			long tag = Delivery.this.message.getMessageProperties().getDeliveryTag();
			if (arguments[0] instanceof Long settled && (settled == tag || (multiple && settled > tag))) {
				settle(outcome);
			}
		}

	}

}
