package io.github.sentryinsights.cache;

import org.springframework.aop.framework.AopProxyUtils;

/**
 * What Sentry's own cache tracing has made.
 */
final class SentryCacheTracing {

	private SentryCacheTracing() {
	}

	/**
	 * Return whether a bean or a cache belongs to Sentry's own cache tracing.
	 * @param instance the bean or the cache
	 * @return whether it reports accesses already
	 */
	static boolean isMadeOf(Object instance) {
		return AopProxyUtils.ultimateTargetClass(instance).getName().startsWith("io.sentry.");
	}

}
