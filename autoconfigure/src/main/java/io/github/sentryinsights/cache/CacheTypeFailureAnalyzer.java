package io.github.sentryinsights.cache;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheResolver;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.BeanTypeFailureAnalyzer;

/**
 * Explains why a cache manager or a cache resolver cannot be injected by its type, which
 * may be final.
 */
final class CacheTypeFailureAnalyzer extends BeanTypeFailureAnalyzer {

	CacheTypeFailureAnalyzer(BeanFactory beans) {
		super(beans);
	}

	@Override
	protected boolean isInstrumented(Class<?> type) {
		return BeanProxy.Untyped.class.isAssignableFrom(type);
	}

	@Override
	protected @Nullable Explanation explain(Class<?> type) {
		if (CacheManager.class.isAssignableFrom(type)) {
			return explanation("cache manager", CacheManager.class);
		}
		return CacheResolver.class.isAssignableFrom(type) ? explanation("cache resolver", CacheResolver.class) : null;
	}

	private static Explanation explanation(String replacement, Class<?> type) {
		return new Explanation(replacement, "the accesses to its caches", "Inject it as a " + type.getName(),
				"sentry.insights.cache.exclude");
	}

}
