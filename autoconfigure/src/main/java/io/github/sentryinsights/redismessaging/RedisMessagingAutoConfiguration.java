package io.github.sentryinsights.redismessaging;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.integration.redis.outbound.RedisPublishingMessageHandler;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.operation.PublisherInstrumentation;

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
	@ConditionalOnMissingBean(name = "sentryInsightsStreamContainerMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<StreamMessageListenerContainer> sentryInsightsStreamContainerMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(StreamMessageListenerContainer.class,
				RedisMessagingAutoConfiguration::streamContainer, context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsChannelContainerMessaging")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessagingInstrumentation<RedisMessageListenerContainer> sentryInsightsChannelContainerMessaging(
			ObjectProvider<InstrumentationContext> context) {
		return new MessagingInstrumentation<>(RedisMessageListenerContainer.class,
				RedisMessagingAutoConfiguration::channelContainer, context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RedisPublishingMessageHandler.class)
	static class IntegrationConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsRedisAdapterMessaging")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static AdapterInstrumentation sentryInsightsRedisAdapterMessaging(
				ObjectProvider<InstrumentationContext> context, ObjectProvider<PublisherInstrumentation> publishers) {
			return new AdapterInstrumentation(context, publishers);
		}

	}

	private static Object template(RedisTemplate template, Destinations destinations,
			InsightsProperties.RedisMessaging properties) {
		return BeanProxy.isProxy(template) ? template : BeanProxy.of(template, new Publishing.Methods(),
				new Publishing(template, destinations, properties.isTraceFields()));
	}

	private static Object streamContainer(StreamMessageListenerContainer container, Destinations destinations,
			InsightsProperties.RedisMessaging properties) {
		if (BeanProxy.isProxy(container)) {
			return container;
		}
		Receiving receiving = new Receiving(destinations);
		return BeanProxy.of(container, new Registration(), (proxy, method, arguments) -> {
			@Nullable Object[] given = arguments.clone();
			int last = given.length - 1;
			if (given[last] instanceof StreamListener listener) {
				given[last] = new TracedStreamListener(listener, receiving);
			}
			return AopUtils.invokeJoinpointUsingReflection(container, method, given);
		});
	}

	private static Object channelContainer(RedisMessageListenerContainer container, Destinations destinations,
			InsightsProperties.RedisMessaging properties) {
		if (BeanProxy.isProxy(container)) {
			return container;
		}
		ChannelListeners listeners = new ChannelListeners(container, new Receiving(destinations));
		Object proxy = BeanProxy.of(container, new ChannelListeners.Methods(), listeners);
		if (proxy instanceof RedisMessageListenerContainer) {
			listeners.takeOver();
		}
		return proxy;
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
