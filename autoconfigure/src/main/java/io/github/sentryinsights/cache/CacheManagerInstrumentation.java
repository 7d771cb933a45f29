package io.github.sentryinsights.cache;

import java.lang.reflect.Method;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.CacheManager;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsProperties;

/**
 * Puts a proxy in front of each {@link CacheManager}, whose caches report their accesses.
 * <p>
 * Leaves alone what Sentry's own cache tracing has wrapped already, and a manager that
 * promises caches of a more specific type.
 */
final class CacheManagerInstrumentation extends BeanInstrumentation<CacheManager> {

	static final String TECHNOLOGY = "cache";

	CacheManagerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, CacheManager.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getCache();
	}

	@Override
	protected Object instrument(CacheManager manager, String beanName, InstrumentationContext context) {
		if (BeanProxy.isProxy(manager)) {
			return manager;
		}
		if (SentryCacheTracing.isMadeOf(manager)) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "sentry.enable-cache-tracing is on");
			return manager;
		}
		if (!returnsAnyCache(manager.getClass())) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "getCache returns a type of its own");
			return manager;
		}
		InstrumentedCaches caches = new InstrumentedCaches(context.operations(), context.keys());
		Object proxy = BeanProxy.of(manager, new GetCache(),
				(itself, method, arguments) -> caches.get(manager, (String) arguments[0]));
		context.beans().instrumented(TECHNOLOGY, beanName);
		return proxy;
	}

	private static boolean returnsAnyCache(Class<?> type) {
		GetCache getCache = new GetCache();
		for (Method method : type.getMethods()) {
			if (getCache.includes(method) && !method.getReturnType().isAssignableFrom(InstrumentedCaches.type())) {
				return false;
			}
		}
		return true;
	}

	private record GetCache() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return method.getName().equals("getCache") && method.getParameterCount() == 1
					&& method.getParameterTypes()[0] == String.class;
		}

	}

}
