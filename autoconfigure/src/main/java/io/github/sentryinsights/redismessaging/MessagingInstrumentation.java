package io.github.sentryinsights.redismessaging;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.key.CacheKeys;

/**
 * Has the beans of one type report the messages that they send or handle.
 *
 * @param <T> the type of the beans
 */
final class MessagingInstrumentation<T> extends BeanInstrumentation<T> {

	static final String TECHNOLOGY = "redis-messaging";

	private final Class<T> type;

	private final Wrapping<T> wrapping;

	private @Nullable CacheKeys names;

	MessagingInstrumentation(Class<T> type, Wrapping<T> wrapping, ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, type, context);
		this.type = type;
		this.wrapping = wrapping;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedisMessaging();
	}

	@Override
	protected Object instrument(T bean, String beanName, InstrumentationContext context) {
		Destinations destinations = new Destinations(context.operations(), names(context.properties()));
		Object wrapped = this.wrapping.wrap(bean, destinations, context.properties().getRedisMessaging());
		if (wrapped == bean) {
			return bean;
		}
		if (!this.type.isInstance(wrapped)) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "its class cannot be extended");
			return bean;
		}
		context.beans().instrumented(TECHNOLOGY, beanName);
		return wrapped;
	}

	/**
	 * Names are masked whatever is shown of keys, as a name tells what belongs together.
	 */
	private synchronized CacheKeys names(InsightsProperties properties) {
		CacheKeys names = this.names;
		if (names == null) {
			names = CacheKeys.masked(properties.getCache().getKeyWords());
			this.names = names;
		}
		return names;
	}

	/**
	 * Puts something in the place of a bean.
	 *
	 * @param <T> the type of the bean
	 */
	@FunctionalInterface
	interface Wrapping<T> {

		/**
		 * Wrap a bean.
		 * @param bean the bean
		 * @param destinations starts operations
		 * @param properties the properties
		 * @return what takes the place of the bean, or the bean itself
		 */
		Object wrap(T bean, Destinations destinations, InsightsProperties.RedisMessaging properties);

	}

}
