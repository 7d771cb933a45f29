package io.github.sentryinsights.redismessaging;

import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.operation.Operations;

/**
 * Has the beans of one type report the messages that they send or handle.
 *
 * @param <T> the type of the beans
 */
final class MessagingInstrumentation<T> extends BeanInstrumentation<T> {

	static final String TECHNOLOGY = "redis-messaging";

	private final Class<T> type;

	private final Wrapping<T> wrapping;

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
		Object wrapped = this.wrapping.wrap(bean, context.operations(), context.properties().getRedisMessaging());
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
	 * Puts something in the place of a bean.
	 *
	 * @param <T> the type of the bean
	 */
	@FunctionalInterface
	interface Wrapping<T> {

		/**
		 * Wrap a bean.
		 * @param bean the bean
		 * @param operations starts operations
		 * @param properties the properties
		 * @return what takes the place of the bean, or the bean itself
		 */
		Object wrap(T bean, Operations operations, InsightsProperties.RedisMessaging properties);

	}

}
