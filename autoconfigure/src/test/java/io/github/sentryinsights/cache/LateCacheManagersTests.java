package io.github.sentryinsights.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.type.AnnotationMetadata;

import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for cache managers that are not there from the start.
 */
class LateCacheManagersTests {

	private final CacheRecorder recorder = new CacheRecorder();

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void aLazyManagerIsReported() {
		isReported(context -> context.getBean("lazy", ConcurrentMapCacheManager.class));
	}

	@Test
	void eachManagerOfAPrototypeIsReported() {
		isReported(context -> {
			ConcurrentMapCacheManager manager = context.getBean("prototype", ConcurrentMapCacheManager.class);
			assertThat(manager).isNotSameAs(context.getBean("prototype"));
			return manager;
		});
	}

	@Test
	void aManagerThatAFactoryMakesIsReported() {
		isReported(context -> context.getBean("made", ConcurrentMapCacheManager.class));
	}

	@Test
	void aManagerOfARegistrarIsReported() {
		isReported(context -> context.getBean("registered", CaffeineCacheManager.class));
	}

	@Test
	void aManagerThatIsRegisteredAfterTheStartIsReported() {
		isReported(context -> {
			((BeanDefinitionRegistry) context.getAutowireCapableBeanFactory()).registerBeanDefinition("late",
					new RootBeanDefinition(ConcurrentMapCacheManager.class));
			return context.getBean("late", ConcurrentMapCacheManager.class);
		});
	}

	@Test
	void theManagerOfEachScopeIsReportedOnce() {
		isReported(context -> context.getBean("scoped", CacheManager.class));
	}

	@Test
	void theCachesOfEachScopeHaveOneWrapperEach() {
		runner().run(context -> {
			CacheManager manager = context.getBean("scoped", CacheManager.class);
			List<Cache> other = new ArrayList<>();
			Thread thread = new Thread(() -> other.add(manager.getCache("things")));
			Cache own = manager.getCache("things");
			thread.start();
			thread.join(TimeUnit.SECONDS.toMillis(10));
			assertThat(other).singleElement().isInstanceOf(DiscoverableCache.class).isNotSameAs(own);
			assertThat(manager.getCache("things")).isSameAs(own);
		});
	}

	private void isReported(Function<ApplicationContext, CacheManager> manager) {
		ReceivedTransaction received = this.recorder.record(runner(),
				context -> manager.apply(context).getCache("things").get("k"));
		assertThat(received.spans()).hasSize(1);
	}

	private ApplicationContextRunner runner() {
		return this.recorder.runner()
			.withInitializer(context -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.withUserConfiguration(Managers.class);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Registrar.class)
	static class Managers {

		@Bean
		@Lazy
		ConcurrentMapCacheManager lazy() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		@Scope("prototype")
		ConcurrentMapCacheManager prototype() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		ConcurrentMapCacheManager scoped() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		FactoryBean<ConcurrentMapCacheManager> made() {
			return new FactoryBean<>() {

				@Override
				public ConcurrentMapCacheManager getObject() {
					return new ConcurrentMapCacheManager();
				}

				@Override
				public Class<?> getObjectType() {
					return ConcurrentMapCacheManager.class;
				}

			};
		}

	}

	static class Registrar implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			registry.registerBeanDefinition("registered", new RootBeanDefinition(CaffeineCacheManager.class));
		}

	}

}
