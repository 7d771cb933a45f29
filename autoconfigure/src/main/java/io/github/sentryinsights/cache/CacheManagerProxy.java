package io.github.sentryinsights.cache;

import java.lang.reflect.Method;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.cache.CacheManager;

import io.github.sentryinsights.BeanProxy;

/**
 * The proxy of one manager, whose {@code getCache} answers with caches that report their
 * accesses.
 */
final class CacheManagerProxy {

	private CacheManagerProxy() {
	}

	static Object of(CacheManager manager, InstrumentedCaches caches) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTargetSource(new ManagerSource(manager));
		return BeanProxy.of(manager, advised, new GetCache(),
				(proxy, method, arguments) -> caches.get(manager, (String) arguments[0]));
	}

	static boolean isProxy(CacheManager manager) {
		return manager instanceof Advised proxy && proxy.getTargetSource() instanceof ManagerSource;
	}

	static boolean isGetCache(Method method) {
		return method.getName().equals("getCache") && method.getParameterCount() == 1
				&& method.getParameterTypes()[0] == String.class;
	}

	private record GetCache() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return isGetCache(method);
		}

	}

	/**
	 * Marks the proxies made here.
	 */
	private static final class ManagerSource extends SingletonTargetSource {

		private static final long serialVersionUID = 1L;

		ManagerSource(Object target) {
			super(target);
		}

	}

}
