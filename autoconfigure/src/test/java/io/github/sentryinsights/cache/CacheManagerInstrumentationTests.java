package io.github.sentryinsights.cache;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.CompositeCacheManager;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;
import org.springframework.cache.transaction.TransactionAwareCacheManagerProxy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CacheManagerInstrumentation}.
 */
class CacheManagerInstrumentationTests {

	private final CacheRecorder recorder = new CacheRecorder();

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void annotatedMethodsAreReportedWithAConcurrentMap() {
		annotatedMethodsAreReported(new ConcurrentMapCacheManager());
	}

	@Test
	void annotatedMethodsAreReportedWithCaffeine() {
		annotatedMethodsAreReported(new CaffeineCacheManager());
	}

	private void annotatedMethodsAreReported(CacheManager manager) {
		ReceivedTransaction received = this.recorder.record(shop(manager), context -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.price(1)).isEqualTo(10);
			assertThat(shop.price(1)).isEqualTo(10);
			assertThat(shop.change(1)).isEqualTo(11);
			shop.forget(1);
			shop.forgetAll();
			assertThat(shop.once(2)).isEqualTo(20);
			assertThat(shop.once(2)).isEqualTo(20);
		});
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true, false, true);
		assertThat(received.spans("cache.put")).hasSize(3);
		assertThat(received.span("cache.remove").description()).isEqualTo("{id}");
		assertThat(received.spans("cache.flush")).hasSize(1);
	}

	@Test
	void futuresAndMonosAreReported() {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setAsyncCacheMode(true);
		ReceivedTransaction received = this.recorder.record(shop(manager), context -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.future(1).get(5, TimeUnit.SECONDS)).isEqualTo(10);
			assertThat(shop.future(1).get(5, TimeUnit.SECONDS)).isEqualTo(10);
			assertThat(shop.mono(2).block()).isEqualTo(20);
			assertThat(shop.mono(2).block()).isEqualTo(20);
			assertThat(shop.futureOnce(3).get(5, TimeUnit.SECONDS)).isEqualTo(30);
			assertThat(shop.futureOnce(3).get(5, TimeUnit.SECONDS)).isEqualTo(30);
		});
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true, false, true, false, true);
	}

	@Test
	void everyOperationOfAMethodIsReported() {
		ReceivedTransaction received = this.recorder.record(shop(new ConcurrentMapCacheManager()), context -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.move(1, 2)).isEqualTo(10);
			assertThat(shop.move(1, 2)).isEqualTo(10);
			assertThat(shop.unless(3)).isEqualTo(30);
		});
		assertThat(received.spans()).extracting(span -> span.op())
			.containsExactly("cache.get", "cache.put", "cache.put", "cache.remove", "cache.get", "cache.put",
					"cache.put", "cache.remove", "cache.get");
	}

	@Test
	void aFluxIsReported() {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setAsyncCacheMode(true);
		ReceivedTransaction received = this.recorder.record(shop(manager), context -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.flux(1).collectList().block()).containsExactly(10, 11);
			assertThat(shop.flux(1).collectList().block()).containsExactly(10, 11);
			assertThat(shop.fluxOnce(2).collectList().block()).containsExactly(20, 21);
			assertThat(shop.fluxOnce(2).collectList().block()).containsExactly(20, 21);
		});
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true, false, true);
		assertThat(received.spans("cache.put")).hasSize(1);
		assertThat(received.span("function").description()).isEqualTo("load prices");
	}

	@Test
	void aManagerIsStillInjectedByItsType() {
		this.recorder.runner()
			.withUserConfiguration(ConcreteType.class)
			.run(context -> assertThat(context).hasNotFailed()
				.getBean(Consumer.class)
				.satisfies(consumer -> assertThat(consumer.manager()).isSameAs(context.getBean("cacheManager"))));
	}

	@Test
	void aManagerLooksLikeItself() {
		CaffeineCacheManager manager = new CaffeineCacheManager("a", "b");
		manager.setAllowNullValues(false);
		run(manager, proxy -> {
			assertThat(proxy).isNotSameAs(manager).isEqualTo(proxy).isEqualTo(manager).isNotEqualTo("x");
			assertThat(proxy).hasSameHashCodeAs(manager).hasToString(manager.toString());
			assertThat(AopUtils.getTargetClass(proxy)).isEqualTo(CaffeineCacheManager.class);
			assertThat(AopProxyUtils.getSingletonTarget(proxy)).isSameAs(manager);
			assertThat(AopUtils.isCglibProxy(proxy)).isTrue();
			assertThat(proxy.getCacheNames()).containsExactly("a", "b");
			assertThat(((CaffeineCacheManager) proxy).isAllowNullValues()).isFalse();
			((CaffeineCacheManager) proxy).registerCustomCache("own", Caffeine.newBuilder().build());
			assertThat(manager.getCacheNames()).contains("own");
		});
	}

	@Test
	void aCacheHasOneWrapperForItsLife() {
		ConcurrentMapCacheManager manager = new ConcurrentMapCacheManager();
		run(manager, proxy -> {
			Cache cache = proxy.getCache("a");
			assertThat(cache).isInstanceOf(DiscoverableCache.class).isSameAs(proxy.getCache("a"));
			assertThat(cache.getName()).isEqualTo("a");
			assertThat(cache.getNativeCache()).isSameAs(manager.getCache("a").getNativeCache());
			manager.removeCache("a");
			assertThat(proxy.getCache("a")).isNotSameAs(cache);
		});
	}

	@Test
	void aCacheThatIsMissingIsMissing() {
		run(new ConcurrentMapCacheManager("a"), proxy -> assertThat(proxy.getCache("b")).isNull());
	}

	@Test
	void aManagerWhoseClassIsFinalKeepsItsInterfaces() {
		FinalManager manager = new FinalManager();
		run(manager, proxy -> {
			assertThat(proxy).isInstanceOf(Named.class).isEqualTo(proxy).isEqualTo(manager).isNotEqualTo("x");
			assertThat(((Named) proxy).name()).isEqualTo("final");
			assertThat(AopUtils.getTargetClass(proxy)).isEqualTo(FinalManager.class);
			assertThat(AopProxyUtils.getSingletonTarget(proxy)).isSameAs(manager);
			assertThat(proxy.getCache("a")).isInstanceOf(DiscoverableCache.class).isSameAs(proxy.getCache("a"));
		});
	}

	@Test
	void aManagerWithAFinalMethodIsNotSubclassed() {
		run(new FinalMethodManager(), proxy -> assertThat(AopUtils.isJdkDynamicProxy(proxy)).isTrue());
	}

	@Test
	void aManagerThatIsAProxyAlreadyKeepsItsAdvice() {
		int[] calls = new int[1];
		ProxyFactory factory = new ProxyFactory(new ConcurrentMapCacheManager());
		factory.setProxyTargetClass(true);
		factory.addAdvice((org.aopalliance.intercept.MethodInterceptor) invocation -> {
			if (invocation.getMethod().getName().equals("getCache")) {
				calls[0]++;
			}
			return invocation.proceed();
		});
		run((CacheManager) factory.getProxy(), proxy -> {
			assertThat(proxy).isInstanceOf(ConcurrentMapCacheManager.class);
			assertThat(proxy.getCache("a")).isInstanceOf(DiscoverableCache.class);
			assertThat(calls[0]).isEqualTo(1);
		});
	}

	@Test
	void aManagerWithCachesOfItsOwnTypeIsLeftAlone() {
		OwnCacheManager manager = new OwnCacheManager();
		run(manager, bean -> assertThat(bean).isSameAs(manager));
	}

	@Test
	void anAliasOfAManagerIsNotInstrumentedTwice() {
		this.recorder.runner()
			.withUserConfiguration(Alias.class)
			.run(context -> assertThat(context.getBean("alias")).isSameAs(context.getBean("cacheManager")));
	}

	@Test
	void anAccessThroughACompositeIsOneSpan() {
		ReceivedTransaction received = this.recorder.record(
				this.recorder.runner().withUserConfiguration(Composite.class),
				context -> context.getBean("composite", CacheManager.class).getCache("a").get("k"));
		assertThat(received.spans()).hasSize(1);
	}

	@Test
	void aCompositeOfManagersThatAreNoBeansIsReported() {
		CompositeCacheManager composite = new CompositeCacheManager(new ConcurrentMapCacheManager("a"));
		ReceivedTransaction received = this.recorder.record(with(composite),
				context -> context.getBean(CacheManager.class).getCache("a").get("k"));
		assertThat(received.spans("cache.get")).hasSize(1);
	}

	@Test
	void aWriteIsReportedWhenItsTransactionCommits() {
		TransactionAwareCacheManagerProxy manager = new TransactionAwareCacheManagerProxy(
				new ConcurrentMapCacheManager());
		ReceivedTransaction received = this.recorder.record(with(manager), context -> {
			Cache cache = context.getBean(CacheManager.class).getCache("a");
			assertThat(context.getBean(CacheManager.class).getCache("a")).isSameAs(cache);
			assertThat(((TransactionAwareCacheDecorator) cache).getTargetCache())
				.isInstanceOf(ConcurrentMapCache.class);
			TransactionSynchronizationManager.initSynchronization();
			try {
				cache.put("k", "v");
				assertThat(cache.get("k")).isNull();
				TransactionSynchronizationUtils.triggerAfterCommit();
			}
			finally {
				TransactionSynchronizationManager.clearSynchronization();
			}
			assertThat(cache.get("k")).isNotNull();
		});
		assertThat(received.spans()).extracting(span -> span.op())
			.containsExactly("cache.get", "cache.put", "cache.get");
	}

	@Test
	void aTransactionAwareProxyOfAnInstrumentedManagerIsReportedOnce() {
		ReceivedTransaction received = this.recorder
			.record(this.recorder.runner().withUserConfiguration(Transactional.class), context -> {
				Cache cache = context.getBean("transactional", CacheManager.class).getCache("a");
				cache.put("k", "v");
				assertThat(((TransactionAwareCacheDecorator) cache).getTargetCache())
					.isInstanceOf(ConcurrentMapCache.class);
			});
		assertThat(received.spans()).hasSize(1);
	}

	private void run(CacheManager manager, java.util.function.Consumer<CacheManager> work) {
		with(manager).run(context -> {
			assertThat(context).hasNotFailed();
			work.accept(context.getBean(CacheManager.class));
		});
	}

	private ApplicationContextRunner with(CacheManager manager) {
		return this.recorder.runner().withBean("cacheManager", CacheManager.class, () -> manager);
	}

	private ApplicationContextRunner shop(CacheManager manager) {
		return with(manager).withUserConfiguration(CachedShop.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class CachedShop {

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		@Cacheable("prices")
		public int price(int id) {
			return id * 10;
		}

		@Cacheable(cacheNames = "prices", sync = true)
		public int once(int id) {
			return id * 10;
		}

		@CachePut("prices")
		public int change(int id) {
			return id * 10 + 1;
		}

		@CacheEvict("prices")
		public void forget(int id) {
		}

		@CacheEvict(cacheNames = "prices", allEntries = true)
		public void forgetAll() {
		}

		@Cacheable("prices")
		public CompletableFuture<Integer> future(int id) {
			return CompletableFuture.supplyAsync(() -> id * 10);
		}

		@Cacheable(cacheNames = "prices", sync = true)
		public CompletableFuture<Integer> futureOnce(int id) {
			return CompletableFuture.supplyAsync(() -> id * 10);
		}

		@Caching(cacheable = @Cacheable(cacheNames = "prices", key = "#from"),
				put = @CachePut(cacheNames = "prices", key = "#to"),
				evict = @CacheEvict(cacheNames = "prices", key = "#from"))
		public int move(int from, int to) {
			return from * 10;
		}

		@Cacheable(cacheNames = "prices", unless = "#result > 0")
		public int unless(int id) {
			return id * 10;
		}

		@Cacheable("prices")
		public Flux<Integer> flux(int id) {
			return Flux.just(id * 10, id * 10 + 1);
		}

		@Cacheable(cacheNames = "prices", sync = true)
		public Flux<Integer> fluxOnce(int id) {
			return Flux.just(id * 10, id * 10 + 1);
		}

		@Cacheable("prices")
		public Mono<Integer> mono(int id) {
			return Mono.fromSupplier(() -> id * 10);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ConcreteType {

		@Bean
		CaffeineCacheManager cacheManager() {
			return new CaffeineCacheManager();
		}

		@Bean
		Consumer consumer(CaffeineCacheManager manager) {
			return new Consumer(manager);
		}

	}

	record Consumer(CaffeineCacheManager manager) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Alias {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		CacheManager alias(ConcurrentMapCacheManager cacheManager) {
			return cacheManager;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Composite {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		CompositeCacheManager composite(ConcurrentMapCacheManager cacheManager) {
			return new CompositeCacheManager(cacheManager);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Transactional {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		TransactionAwareCacheManagerProxy transactional(ConcurrentMapCacheManager cacheManager) {
			return new TransactionAwareCacheManagerProxy(cacheManager);
		}

	}

	interface Named {

		String name();

	}

	static final class FinalManager implements CacheManager, Named, InitializingBean {

		private final Cache cache = new ConcurrentMapCache("a");

		@Override
		public Cache getCache(String name) {
			return this.cache;
		}

		@Override
		public Collection<String> getCacheNames() {
			return List.of("a");
		}

		@Override
		public String name() {
			return "final";
		}

		@Override
		public void afterPropertiesSet() {
		}

	}

	static class FinalMethodManager extends ConcurrentMapCacheManager {

		public final String name() {
			return "final";
		}

	}

	static class OwnCacheManager implements CacheManager {

		@Override
		public ConcurrentMapCache getCache(String name) {
			return new ConcurrentMapCache(name);
		}

		@Override
		public Collection<String> getCacheNames() {
			return List.of();
		}

	}

}
