package io.github.sentryinsights.cache;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.target.SingletonTargetSource;

import io.github.sentryinsights.BeanProxy;

/**
 * The proxy of a bean that hands out caches, which come from it in their wrappers.
 */
final class CacheBeanProxy {

	private CacheBeanProxy() {
	}

	static Object of(Object bean, BeanProxy.Answered answered, BeanProxy.Answer answer) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTargetSource(new BeanSource(bean));
		return BeanProxy.of(bean, advised, answered, answer);
	}

	static boolean isProxy(Object bean) {
		return bean instanceof Advised proxy && proxy.getTargetSource() instanceof BeanSource;
	}

	/**
	 * Return whether a bean or a cache belongs to Sentry's own cache tracing.
	 * @param instance the bean or the cache
	 * @return whether it reports accesses already
	 */
	static boolean isOfSentry(Object instance) {
		return AopProxyUtils.ultimateTargetClass(instance).getName().startsWith("io.sentry.");
	}

	/**
	 * Marks the proxies made here.
	 */
	private static final class BeanSource extends SingletonTargetSource {

		private static final long serialVersionUID = 1L;

		BeanSource(Object target) {
			super(target);
		}

	}

}
