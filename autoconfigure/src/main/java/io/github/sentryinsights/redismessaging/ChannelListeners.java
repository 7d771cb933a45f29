package io.github.sentryinsights.redismessaging;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.Topic;

import io.github.sentryinsights.BeanProxy;

/**
 * Answers for a container where it is given the listeners of channels or loses them. The
 * listeners of the application stay what they are; the container has others in their
 * place.
 */
final class ChannelListeners implements BeanProxy.Answer {

	private final RedisMessageListenerContainer container;

	private final Receiving receiving;

	ChannelListeners(RedisMessageListenerContainer container, Receiving receiving) {
		this.container = container;
		this.receiving = receiving;
	}

	/**
	 * Report what the listeners handle that the container has been given before. Those of
	 * one that runs stay, as they would miss messages. They are read from its field, as
	 * there is no getter.
	 */
	void takeOver() {
		if (this.container.isRunning()) {
			return;
		}
		Object known = PropertyAccessorFactory.forDirectFieldAccess(this.container).getPropertyValue("listenerTopics");
		if (known instanceof Map<?, ?> listeners) {
			Map.copyOf(listeners).forEach((listener, topics) -> takeOver((MessageListener) listener, topics));
		}
	}

	private void takeOver(MessageListener listener, Object known) {
		MessageListener traced = TracedMessageListener.of(listener, this.receiving);
		if (traced != listener && known instanceof Collection<?> collection) {
			Collection<Topic> topics = new ArrayList<>();
			collection.forEach(topic -> topics.add((Topic) topic));
			this.container.addMessageListener(traced, topics);
			this.container.removeMessageListener(listener, topics);
		}
	}

	@Override
	public @Nullable Object to(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
		@Nullable Object[] given = arguments.clone();
		if (given[0] instanceof MessageListener listener) {
			if (method.getName().startsWith("remove")) {
				AopUtils.invokeJoinpointUsingReflection(this.container, method, arguments);
			}
			given[0] = TracedMessageListener.of(listener, this.receiving);
		}
		else if (given[0] instanceof Map<?, ?> listeners) {
			Map<@Nullable Object, @Nullable Object> traced = new LinkedHashMap<>();
			listeners.forEach((listener, topics) -> traced.put((listener instanceof MessageListener untraced)
					? TracedMessageListener.of(untraced, this.receiving) : listener, topics));
			given[0] = traced;
		}
		return AopUtils.invokeJoinpointUsingReflection(this.container, method, given);
	}

	/**
	 * The methods of a container that are answered.
	 */
	record Methods() implements BeanProxy.Answered {

		private static final Set<String> NAMES = Set.of("addMessageListener", "removeMessageListener",
				"setMessageListeners");

		@Override
		public boolean includes(Method method) {
			return NAMES.contains(method.getName());
		}

		@Override
		public boolean keeps(Method method) {
			return method.getName().equals("isActive");
		}

	}

}
