package io.github.sentryinsights.redismessaging;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.operation.Operations;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the streams and channels of
 * Redis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(RedisTemplate.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.redis-messaging.enabled" },
		matchIfMissing = true)
@SuppressWarnings({ "rawtypes", "unchecked" })
public final class RedisMessagingAutoConfiguration {

	RedisMessagingAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsRedisTemplateMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<RedisTemplate> sentryInsightsRedisTemplateMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(RedisTemplate.class, RedisMessagingAutoConfiguration::template, context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsStreamListenerMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<StreamListener> sentryInsightsStreamListenerMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(StreamListener.class, RedisMessagingAutoConfiguration::streamListener,
				context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsStreamContainerMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<StreamMessageListenerContainer> sentryInsightsStreamContainerMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(StreamMessageListenerContainer.class,
				RedisMessagingAutoConfiguration::streamContainer, context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsMessageListenerMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<MessageListener> sentryInsightsMessageListenerMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(MessageListener.class, RedisMessagingAutoConfiguration::messageListener,
				context);
	}

	private static Object template(RedisTemplate template, Operations operations,
			InsightsProperties.RedisMessaging properties) {
		return BeanProxy.isProxy(template) ? template : BeanProxy.of(template, new Publishing.Methods(),
				new Publishing(template, new Destinations(operations), properties.isTraceFields()));
	}

	private static Object streamListener(StreamListener listener, Operations operations,
			InsightsProperties.RedisMessaging properties) {
		if (BeanProxy.isProxy(listener)) {
			return listener;
		}
		StreamListener traced = new TracedStreamListener(listener, new Receiving(new Destinations(operations)));
		return BeanProxy.of(listener, new TracedStreamListener.OnMessage(), (proxy, method, arguments) -> {
			traced.onMessage((Record) arguments[0]);
			return null;
		});
	}

	private static Object streamContainer(StreamMessageListenerContainer container, Operations operations,
			InsightsProperties.RedisMessaging properties) {
		if (BeanProxy.isProxy(container)) {
			return container;
		}
		Receiving receiving = new Receiving(new Destinations(operations));
		return BeanProxy.of(container, new Registration(), (proxy, method, arguments) -> {
			@Nullable Object[] given = arguments.clone();
			int last = given.length - 1;
			if (given[last] instanceof StreamListener listener) {
				given[last] = TracedStreamListener.of(listener, receiving);
			}
			return AopUtils.invokeJoinpointUsingReflection(container, method, given);
		});
	}

	private static Object messageListener(MessageListener listener, Operations operations,
			InsightsProperties.RedisMessaging properties) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(listener);
		if (listener.getClass() == MessageListenerAdapter.class) {
			return new TracedListenerAdapter((MessageListenerAdapter) listener,
					new Receiving(new Destinations(operations)));
		}
		// Spring's own listen to the expiry of keys, which is no message.
		if (BeanProxy.isProxy(listener) || listener instanceof TracedListenerAdapter
				|| type.getName().startsWith("org.springframework.")) {
			return listener;
		}
		MessageListener traced = new TracedMessageListener(listener, new Receiving(new Destinations(operations)));
		return BeanProxy.of(listener, new TracedStreamListener.OnMessage(), (proxy, method, arguments) -> {
			traced.onMessage((Message) arguments[0], (byte[]) arguments[1]);
			return null;
		});
	}

	/**
	 * The methods of a container that take a listener.
	 */
	private record Registration() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return Arrays.asList(method.getParameterTypes()).contains(StreamListener.class);
		}

	}

}
