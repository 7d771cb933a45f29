package io.github.sentryinsights.r2dbc;

import java.time.Duration;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Wrapped;
import io.sentry.Sentry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.TransactionAwareConnectionFactoryProxy;
import org.springframework.r2dbc.connection.lookup.AbstractRoutingConnectionFactory;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link R2dbcAutoConfiguration}.
 */
class R2dbcAutoConfigurationTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry()
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.r2dbc.R2dbcAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class)
		.withBean("connectionFactory", ConnectionFactory.class, () -> h2("one"));

	@AfterEach
	void closeSentry() {
		Sentry.close();
	}

	@Test
	void connectionFactoriesAreInstrumented() {
		this.runner.run(context -> {
			assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(InstrumentedConnectionFactory.class);
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("r2dbc (connectionFactory)");
		});
	}

	@Test
	void nothingIsInstrumentedWhenDisabled() {
		this.runner.withPropertyValues("sentry.insights.r2dbc.enabled=false")
			.run(context -> assertThat(context.getBean(ConnectionFactory.class))
				.isInstanceOf(H2ConnectionFactory.class));
		this.runner.withPropertyValues("sentry.insights.enabled=false")
			.run(context -> assertThat(context.getBean(ConnectionFactory.class))
				.isInstanceOf(H2ConnectionFactory.class));
	}

	@Test
	void excludedConnectionFactoriesAreLeftAlone() {
		this.runner.withBean("other", ConnectionFactory.class, () -> h2("two"))
			.withPropertyValues("sentry.insights.r2dbc.exclude=other")
			.run(context -> {
				assertThat(context.getBean("connectionFactory")).isInstanceOf(InstrumentedConnectionFactory.class);
				assertThat(context.getBean("other")).isInstanceOf(H2ConnectionFactory.class);
				assertThat(context.getBean(InstrumentedBeans.class))
					.hasToString("r2dbc (connectionFactory), not r2dbc other (excluded)");
			});
	}

	@Test
	void connectionFactoriesAreLeftAloneWithoutTheProxyLibrary() {
		this.runner.withClassLoader(new FilteredClassLoader("io.r2dbc.proxy")).run(context -> {
			assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(H2ConnectionFactory.class);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("nothing, not r2dbc connectionFactory (io.r2dbc:r2dbc-proxy is missing)");
		});
	}

	@Test
	void connectionFactoriesAreInstrumentedWithoutThePool() {
		this.runner.withClassLoader(new FilteredClassLoader("io.r2dbc.pool")).run(context -> {
			query(context.getBean(ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 1);
		});
	}

	@Test
	void backsOffWithoutR2dbc() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(
					InsightsContextRunner.autoConfigurations("io.github.sentryinsights.r2dbc.R2dbcAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("io.r2dbc"))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionFactoryInstrumentation.class));
	}

	@Test
	void thePoolStaysInjectableByItsType() {
		ConnectionPool[] original = new ConnectionPool[1];
		this.runner.withUserConfiguration(PoolConfiguration.class).run(context -> {
			ConnectionPool injected = context.getBean(PoolUser.class).pool();
			ConnectionPool pool = (ConnectionPool) injected.unwrap();
			original[0] = pool;
			assertThat(injected).isInstanceOf(InstrumentedConnectionPool.class);
			assertThat(pool.getClass()).isEqualTo(ConnectionPool.class);
			query(injected);
			assertCounted(context, "pool", 1);
			assertThat(injected.unwrap(ConnectionPool.class)).isNotNull();
			assertThat(injected.warmup().block(LIMIT)).isNotNull();
			assertThat(injected.getMetrics().orElseThrow().allocatedSize())
				.isEqualTo(pool.getMetrics().orElseThrow().allocatedSize())
				.isPositive();
			assertThat(injected).hasToString(pool.toString());
			assertThat(injected.getMetadata().getName()).isEqualTo("H2");
			assertThat(injected.isDisposed()).isFalse();
		});
		assertThat(original[0].isDisposed()).isTrue();
	}

	@Test
	void thePoolIsDisposedThroughTheBean() {
		ConnectionPool pool = pool(h2("disposed"));
		this.runner.withBean("pool", ConnectionPool.class, () -> pool).run(context -> {
			context.getBean(ConnectionPool.class).disposeLater().block(LIMIT);
			assertThat(context.getBean(ConnectionPool.class).isDisposed()).isTrue();
			assertThat(pool.isDisposed()).isTrue();
		});
	}

	@Test
	void routersAreLeftAloneAndTheirTargetsInstrumented() {
		this.runner.withUserConfiguration(RoutingConfiguration.class).run(context -> {
			assertThat(context.getBean("router")).isInstanceOf(AbstractRoutingConnectionFactory.class);
			query(context.getBean("router", ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 1);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("r2dbc (connectionFactory), not r2dbc router (routes to other connection factories)");
		});
	}

	@Test
	void wrappersOfInstrumentedConnectionFactoriesAreLeftAlone() {
		this.runner.withUserConfiguration(WrappingConfiguration.class).run(context -> {
			assertThat(context.getBean("aware")).isInstanceOf(TransactionAwareConnectionFactoryProxy.class);
			assertThat(context.getBean("pool").getClass()).isEqualTo(ConnectionPool.class);
			query(context.getBean("aware", ConnectionFactory.class));
			query(context.getBean("pool", ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 2);
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.db.query").timers()).hasSize(1);
		});
	}

	@Test
	void whatAnotherConnectionFactoryReportsIsReportedOnce() {
		this.runner.withUserConfiguration(ChoosingConfiguration.class).run(context -> {
			query(context.getBean("choosing", ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 1);
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.db.query").timers()).hasSize(1);
		});
	}

	@Test
	void everyConnectionFactoryIsCountedUnderItsOwnName() {
		this.runner.withBean("other", ConnectionFactory.class, () -> h2("two")).run(context -> {
			query(context.getBean("connectionFactory", ConnectionFactory.class));
			query(context.getBean("other", ConnectionFactory.class));
			query(context.getBean("other", ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 1);
			assertCounted(context, "other", 2);
		});
	}

	@Test
	void scopedConnectionFactoriesAreInstrumentedOnce() {
		this.runner.withInitializer(context -> {
			RootBeanDefinition target = new RootBeanDefinition(ConnectionFactory.class, () -> h2("two"));
			target.setScope("prototype");
			target.setAutowireCandidate(false);
			RootBeanDefinition proxy = new RootBeanDefinition(ScopedProxyFactoryBean.class);
			proxy.getPropertyValues().add("targetBeanName", "scopedTarget.scoped");
			proxy.getPropertyValues().add("proxyTargetClass", false);
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			registry.registerBeanDefinition("scopedTarget.scoped", target);
			registry.registerBeanDefinition("scoped", proxy);
		}).run(context -> {
			assertThat(context.getBean("scopedTarget.scoped")).isInstanceOf(H2ConnectionFactory.class);
			query(context.getBean("scoped", ConnectionFactory.class));
			assertCounted(context, "scoped", 1);
		});
	}

	@Test
	void aProxyOfAConnectionFactoryIsInstrumented() {
		this.runner
			.withBean("proxy", ConnectionFactory.class,
					() -> (ConnectionFactory) new ProxyFactory(h2("two")).getProxy())
			.run(context -> {
				query(context.getBean("proxy", ConnectionFactory.class));
				assertCounted(context, "proxy", 1);
			});
	}

	@Test
	void statementsAreCountedWithoutSentryOnTheClasspath() {
		this.runner.withClassLoader(new FilteredClassLoader("io.sentry")).run(context -> {
			query(context.getBean(ConnectionFactory.class));
			assertCounted(context, "connectionFactory", 1);
		});
	}

	@Test
	void nothingIsSentWithoutDsn() {
		try (SentryReceiver receiver = SentryReceiver.start()) {
			InsightsContextRunner.sendingTo(receiver)
				.withConfiguration(InsightsContextRunner
					.autoConfigurations("io.github.sentryinsights.r2dbc.R2dbcAutoConfiguration"))
				.withBean(SimpleMeterRegistry.class)
				.withBean("connectionFactory", ConnectionFactory.class, () -> h2("one"))
				.withPropertyValues("sentry.dsn=")
				.run(context -> {
					query(context.getBean(ConnectionFactory.class));
					assertCounted(context, "connectionFactory", 1);
					assertThat(receiver.text()).isEmpty();
				});
		}
	}

	@Test
	void theOriginalIsFoundBehindTheWrapper() {
		H2ConnectionFactory original = h2("one");
		this.runner.withBean("other", ConnectionFactory.class, () -> original).run(context -> {
			ConnectionFactory factory = context.getBean("other", ConnectionFactory.class);
			assertThat(factory).isInstanceOf(Wrapped.class).hasToString(original.toString());
			assertThat(((Wrapped<?>) factory).unwrap()).isSameAs(original);
			assertThat(((Wrapped<?>) factory).unwrap(H2ConnectionFactory.class)).isSameAs(original);
			assertThat(((Wrapped<?>) factory).unwrap(ConnectionPool.class)).isNull();
			assertThat(factory.getMetadata().getName()).isEqualTo("H2");
		});
	}

	@Test
	void theOriginalTakesPartInTransactions() {
		ConnectionPool original = pool(h2("transactions"));
		this.runner.withBean("pool", ConnectionPool.class, () -> original).run(context -> {
			ConnectionFactory factory = context.getBean(ConnectionPool.class);
			TransactionalOperator transactional = TransactionalOperator.create(new R2dbcTransactionManager(factory));
			Boolean same = Mono
				.zip(ConnectionFactoryUtils.getConnection(factory), ConnectionFactoryUtils.getConnection(original))
				.map(connections -> connections.getT1() == connections.getT2())
				.as(transactional::transactional)
				.block(LIMIT);
			assertThat(same).isTrue();
		});
	}

	@Test
	void aConnectionKeepsItsLifecycle() {
		LifecycleConnections original = new LifecycleConnections(h2("lifecycle"));
		this.runner.withBean("other", ConnectionFactory.class, () -> original).run(context -> {
			ConnectionFactory factory = context.getBean("other", ConnectionFactory.class);
			Connection connection = Mono.from(factory.create()).cast(Connection.class).block(LIMIT);
			assertThat(connection).isInstanceOf(Lifecycle.class);
			Mono.from(((Lifecycle) connection).postAllocate()).block(LIMIT);
			assertThat(original.allocated).isEqualTo(1);
			Mono.from(connection.close()).block(LIMIT);
		});
	}

	@Test
	void rowsAreThoseOfTheDriver() {
		this.runner.run(context -> {
			Mono<Class<?>> type = Mono.usingWhen(context.getBean(ConnectionFactory.class).create(),
					connection -> Flux.from(connection.createStatement("SELECT 1").execute())
						.<Class<?>>flatMap(result -> result.map((row, metadata) -> row.getClass()))
						.single(),
					Connection::close);
			assertThat(type.block(LIMIT).getName()).startsWith("io.r2dbc.h2.");
		});
	}

	private static H2ConnectionFactory h2(String name) {
		return new H2ConnectionFactory(H2ConnectionConfiguration.builder().inMemory(name).build());
	}

	private static ConnectionPool pool(ConnectionFactory factory) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(factory).initialSize(1).maxSize(2).build());
	}

	private static void query(ConnectionFactory factory) {
		Mono.usingWhen(factory.create(),
				connection -> Flux.from(connection.createStatement("SELECT 1").execute())
					.flatMap(result -> result.map((row, metadata) -> row.get(0)))
					.then(),
				Connection::close)
			.block(LIMIT);
	}

	private static void assertCounted(ApplicationContext context, String name, int count) {
		assertThat(context.getBean(MeterRegistry.class)
			.get("sentry.insights.db.query")
			.tags("name", name, "outcome", "success")
			.timer()
			.count()).isEqualTo(count);
	}

	record PoolUser(ConnectionPool pool) {
	}

	@Configuration(proxyBeanMethods = false)
	static class PoolConfiguration {

		@Bean(destroyMethod = "dispose")
		ConnectionPool pool() {
			return R2dbcAutoConfigurationTests.pool(h2("pooled"));
		}

		@Bean
		PoolUser poolUser(ConnectionPool pool) {
			return new PoolUser(pool);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RoutingConfiguration {

		@Bean
		AbstractRoutingConnectionFactory router(@Qualifier("connectionFactory") ConnectionFactory factory) {
			AbstractRoutingConnectionFactory router = new AbstractRoutingConnectionFactory() {

				@Override
				protected Mono<Object> determineCurrentLookupKey() {
					return Mono.just("key");
				}

			};
			router.setTargetConnectionFactories(Map.of("key", factory));
			router.setDefaultTargetConnectionFactory(factory);
			return router;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappingConfiguration {

		@Bean
		ConnectionFactory aware(@Qualifier("connectionFactory") ConnectionFactory factory) {
			return new TransactionAwareConnectionFactoryProxy(factory);
		}

		@Bean
		ConnectionPool pool(@Qualifier("connectionFactory") ConnectionFactory factory) {
			return R2dbcAutoConfigurationTests.pool(factory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ChoosingConfiguration {

		@Bean
		ConnectionFactory choosing(@Qualifier("connectionFactory") ConnectionFactory factory) {
			return new ConnectionFactory() {

				@Override
				public Publisher<? extends Connection> create() {
					return factory.create();
				}

				@Override
				public ConnectionFactoryMetadata getMetadata() {
					return factory.getMetadata();
				}

			};
		}

	}

	/**
	 * Connections that want to know when a pool hands them out.
	 */
	private static final class LifecycleConnections implements ConnectionFactory {

		private final ConnectionFactory delegate;

		private int allocated;

		LifecycleConnections(ConnectionFactory delegate) {
			this.delegate = delegate;
		}

		@Override
		public Publisher<? extends Connection> create() {
			return Mono.from(this.delegate.create()).map(connection -> {
				ProxyFactory proxy = new ProxyFactory(connection);
				proxy.addInterface(Lifecycle.class);
				proxy.addAdvice((org.aopalliance.intercept.MethodInterceptor) invocation -> {
					if (invocation.getMethod().getDeclaringClass() != Lifecycle.class) {
						return invocation.proceed();
					}
					this.allocated++;
					return Mono.empty();
				});
				return (Connection) proxy.getProxy();
			});
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return this.delegate.getMetadata();
		}

	}

}
