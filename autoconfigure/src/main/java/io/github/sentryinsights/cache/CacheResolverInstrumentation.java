package io.github.sentryinsights.cache;

import java.lang.reflect.Method;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheResolver;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsProperties;

/**
 * Puts a proxy in front of each {@link CacheResolver}, as its caches need not come from
 * any manager that is a bean. Those which do have their wrappers already.
 * <p>
 * Leaves alone a resolver that promises a more specific collection than a list.
 */
final class CacheResolverInstrumentation extends BeanInstrumentation<CacheResolver> {

	private static final String TECHNOLOGY = CacheManagerInstrumentation.TECHNOLOGY;

	CacheResolverInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, CacheResolver.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getCache();
	}

	@Override
	protected Object instrument(CacheResolver resolver, String beanName, InstrumentationContext context) {
		if (BeanProxy.isProxy(resolver)) {
			return resolver;
		}
		if (!returnsAnyList(resolver.getClass())) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "resolveCaches returns a type of its own");
			return resolver;
		}
		InstrumentedCaches caches = new InstrumentedCaches(context.operations(), context.keys());
		Object proxy = BeanProxy.of(resolver, new ResolveCaches(), (itself, method, arguments) -> caches
			.all(resolver.resolveCaches((CacheOperationInvocationContext<?>) arguments[0])));
		context.beans().instrumented(TECHNOLOGY, beanName);
		return proxy;
	}

	private static boolean returnsAnyList(Class<?> type) {
		ResolveCaches resolveCaches = new ResolveCaches();
		for (Method method : type.getMethods()) {
			if (resolveCaches.includes(method) && !method.getReturnType().isAssignableFrom(List.class)) {
				return false;
			}
		}
		return true;
	}

	private record ResolveCaches() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return method.getName().equals("resolveCaches") && method.getParameterCount() == 1
					&& method.getParameterTypes()[0] == CacheOperationInvocationContext.class;
		}

	}

}
