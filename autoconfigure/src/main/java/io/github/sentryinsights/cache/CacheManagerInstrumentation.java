package io.github.sentryinsights.cache;

import java.lang.reflect.Method;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.CacheManager;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Puts a proxy in front of each {@link CacheManager}, whose caches report their accesses.
 * <p>
 * Leaves alone what Sentry's own cache tracing has wrapped already, and a manager that
 * promises caches of a more specific type.
 */
final class CacheManagerInstrumentation extends BeanInstrumentation<CacheManager> {

	private static final String TECHNOLOGY = "cache";

	CacheManagerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, CacheManager.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getCache();
	}

	@Override
	protected Object instrument(CacheManager manager, String beanName, InstrumentationContext context) {
		if (CacheManagerProxy.isProxy(manager)) {
			return manager;
		}
		if (AopProxyUtils.ultimateTargetClass(manager).getName().startsWith("io.sentry.")) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "sentry.enable-cache-tracing is on");
			return manager;
		}
		if (!returnsAnyCache(manager.getClass())) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "getCache returns a type of its own");
			return manager;
		}
		Object proxy = CacheManagerProxy.of(manager, new InstrumentedCaches(context.operations(), context.keys()));
		context.beans().instrumented(TECHNOLOGY, beanName);
		return proxy;
	}

	private static boolean returnsAnyCache(Class<?> type) {
		for (Method method : type.getMethods()) {
			if (CacheManagerProxy.isGetCache(method)
					&& !method.getReturnType().isAssignableFrom(InstrumentedCache.class)) {
				return false;
			}
		}
		return true;
	}

}
