package io.github.sentryinsights.redis;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Lets each {@link LettuceConnectionFactory} that connects while it starts do so once its
 * client has a listener. What fails then fails the start, as it would have.
 */
final class LettuceEagerConnections implements BeanPostProcessor, Ordered {

	private final ObjectProvider<LettuceClients> clients;

	LettuceEagerConnections(ObjectProvider<LettuceClients> clients) {
		this.clients = clients;
	}

	/**
	 * Behind the instrumentation.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 10;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof LettuceConnectionFactory factory) {
			this.clients.getObject().hold(factory);
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof LettuceConnectionFactory factory) {
			Object target = AopProxyUtils.getSingletonTarget(factory);
			this.clients.getObject().release((target instanceof LettuceConnectionFactory held) ? held : factory);
		}
		return bean;
	}

}
