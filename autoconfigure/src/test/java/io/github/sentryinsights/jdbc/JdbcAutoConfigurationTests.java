package io.github.sentryinsights.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.Sentry;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class JdbcAutoConfigurationTests {

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry()
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class)
		.withBean("dataSource", DataSource.class, () -> h2("one"));

	@AfterEach
	void closeSentry() {
		Sentry.close();
	}

	@Test
	void dataSourcesAreInstrumented() {
		this.runner.run(context -> {
			assertThat(context.getBean(DataSource.class).isWrapperFor(InstrumentedDataSource.class)).isTrue();
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("jdbc (dataSource)");
		});
	}

	@Test
	void nothingIsInstrumentedWhenDisabled() {
		this.runner.withPropertyValues("sentry.insights.jdbc.enabled=false")
			.run(context -> assertThat(context.getBean(DataSource.class)).isInstanceOf(JdbcDataSource.class));
		this.runner.withPropertyValues("sentry.insights.enabled=false")
			.run(context -> assertThat(context.getBean(DataSource.class)).isInstanceOf(JdbcDataSource.class));
	}

	@Test
	void excludedDataSourcesAreLeftAlone() {
		this.runner.withBean("other", DataSource.class, () -> h2("two"))
			.withPropertyValues("sentry.insights.jdbc.exclude=other")
			.run(context -> {
				assertThat(context.getBean("dataSource", DataSource.class).isWrapperFor(InstrumentedDataSource.class))
					.isTrue();
				assertThat(context.getBean("other")).isInstanceOf(JdbcDataSource.class);
				assertThat(context.getBean(InstrumentedBeans.class))
					.hasToString("jdbc (dataSource), not jdbc other (excluded)");
			});
	}

	@Test
	void whatARoutersTargetsReportIsReportedOnce() {
		this.runner.withUserConfiguration(RoutingConfiguration.class).run(context -> {
			assertThat(context.getBean("router")).isInstanceOf(AbstractRoutingDataSource.class);
			query(context.getBean("router", DataSource.class));
			assertCounted(context, "dataSource", 1);
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.db.query").timers()).hasSize(1);
		});
	}

	@Test
	void wrappersOfInstrumentedDataSourcesAreLeftAlone() {
		this.runner.withUserConfiguration(WrappingConfiguration.class).run(context -> {
			assertThat(context.getBean("lazy")).isInstanceOf(LazyConnectionDataSourceProxy.class);
			assertThat(context.getBean("delegating")).isInstanceOf(DelegatingDataSource.class);
			assertThat(context.getBean("pool")).isInstanceOf(HikariDataSource.class);
			query(context.getBean("lazy", DataSource.class));
			query(context.getBean("delegating", DataSource.class));
			query(context.getBean("pool", DataSource.class));
			assertCounted(context, "dataSource", 3);
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.db.query").timers()).hasSize(1);
		});
	}

	@Test
	void whatAnotherDataSourceReportsIsReportedOnce() {
		this.runner.withUserConfiguration(ChoosingConfiguration.class).run(context -> {
			query(context.getBean("choosing", DataSource.class));
			assertCounted(context, "dataSource", 1);
			assertThat(context.getBean(MeterRegistry.class).find("sentry.insights.db.query").timers()).hasSize(1);
		});
	}

	@Test
	void aProxyThatIsMadeLaterIsPossible() {
		this.runner.withUserConfiguration(ProxyingConfiguration.class).run(context -> {
			DataSource proxy = context.getBean(DataSource.class);
			assertThat(AopProxyUtils.getSingletonTarget(proxy)).isInstanceOf(SpringProxy.class);
			query(proxy);
			assertCounted(context, "dataSource", 1);
		});
	}

	@Test
	void wrappersOfOtherDataSourcesAreInstrumented() {
		this.runner.withBean("lazy", DataSource.class, () -> new LazyConnectionDataSourceProxy(h2("two")))
			.run(context -> {
				query(context.getBean("lazy", DataSource.class));
				assertCounted(context, "lazy", 1);
			});
	}

	@Test
	void scopedDataSourcesAreInstrumentedOnce() {
		this.runner.withInitializer(context -> {
			RootBeanDefinition target = new RootBeanDefinition(DriverManagerDataSource.class,
					() -> new DriverManagerDataSource("jdbc:h2:mem:two"));
			target.setScope("prototype");
			target.setAutowireCandidate(false);
			RootBeanDefinition proxy = new RootBeanDefinition(ScopedProxyFactoryBean.class);
			proxy.getPropertyValues().add("targetBeanName", "scopedTarget.scoped");
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			registry.registerBeanDefinition("scopedTarget.scoped", target);
			registry.registerBeanDefinition("scoped", proxy);
		}).run(context -> {
			assertThat(context.getBean("scopedTarget.scoped")).isInstanceOf(DriverManagerDataSource.class);
			query(context.getBean("scoped", DataSource.class));
			assertCounted(context, "scoped", 1);
		});
	}

	@Test
	void whatSentryRecordsThroughP6SpyIsLeftAlone() {
		this.runner.withBean("spied", DataSource.class, JdbcAutoConfigurationTests::spied).run(context -> {
			assertThat(context.getBean("spied")).isInstanceOf(HikariDataSource.class);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("jdbc (dataSource), not jdbc spied (recorded by sentry-jdbc through p6spy)");
		});
	}

	@Test
	void whatP6SpyOnlyLogsIsReported() {
		this.runner.withClassLoader(new FilteredClassLoader("io.sentry.jdbc"))
			.withBean("spied", DataSource.class, JdbcAutoConfigurationTests::spied)
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("jdbc (dataSource, spied)"));
	}

	private static DataSource spied() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:p6spy:h2:mem:one");
		return dataSource;
	}

	@Test
	void statementsAreCountedWithoutSentryOnTheClasspath() {
		this.runner.withClassLoader(new FilteredClassLoader("io.sentry")).run(context -> {
			query(context.getBean(DataSource.class));
			assertCounted(context, "dataSource", 1);
		});
	}

	@Test
	void nothingIsSentWithoutDsn() {
		try (SentryReceiver receiver = SentryReceiver.start()) {
			InsightsContextRunner.sendingTo(receiver)
				.withConfiguration(
						InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
				.withBean(SimpleMeterRegistry.class)
				.withBean("dataSource", DataSource.class, () -> h2("one"))
				.withPropertyValues("sentry.dsn=")
				.run(context -> {
					query(context.getBean(DataSource.class));
					assertCounted(context, "dataSource", 1);
					assertThat(receiver.text()).isEmpty();
				});
		}
	}

	@Test
	void theOriginalIsFoundBehindTheProxy() {
		this.runner.run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			assertThat(AopUtils.isAopProxy(dataSource)).isTrue();
			assertThat(AopUtils.getTargetClass(dataSource)).isEqualTo(JdbcDataSource.class);
			assertThat(AopProxyUtils.getSingletonTarget(dataSource)).isInstanceOf(JdbcDataSource.class);
			assertThat(dataSource.isWrapperFor(JdbcDataSource.class)).isTrue();
			assertThat(dataSource.unwrap(DataSource.class)).isInstanceOf(JdbcDataSource.class);
			assertThat(DataSourceUnwrapper.unwrap(dataSource, JdbcDataSource.class)).isNotNull();
			assertThat(dataSource).hasToString(dataSource.unwrap(JdbcDataSource.class).toString());
		});
	}

	@Test
	void theOriginalTakesPartInTransactions() {
		this.runner.run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			DataSource original = dataSource.unwrap(JdbcDataSource.class);
			new TransactionTemplate(new DataSourceTransactionManager(dataSource)).executeWithoutResult(status -> {
				Connection connection = DataSourceUtils.getConnection(dataSource);
				assertThat(DataSourceUtils.getConnection(original)).isSameAs(connection);
			});
		});
	}

	@Test
	void everyOtherCallReachesTheOriginal() {
		this.runner.run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			DataSource original = dataSource.unwrap(JdbcDataSource.class);
			PrintWriter writer = new PrintWriter(System.err);
			dataSource.setLogWriter(writer);
			dataSource.setLoginTimeout(7);
			assertThat(dataSource.getLogWriter()).isSameAs(writer).isSameAs(original.getLogWriter());
			assertThat(dataSource.getLoginTimeout()).isEqualTo(7).isEqualTo(original.getLoginTimeout());
			try (Connection connection = dataSource.getConnection("", "")) {
				assertThat(connection).isInstanceOf(InstrumentedConnection.class);
			}
		});
	}

	@Test
	void thePoolIsClosedWithTheContext() {
		HikariDataSource[] pool = new HikariDataSource[1];
		this.runner.withBean("pool", HikariDataSource.class, () -> {
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl("jdbc:h2:mem:pool");
			pool[0] = new HikariDataSource(config);
			return pool[0];
		}).run(context -> {
			query(context.getBean("pool", DataSource.class));
			assertThat(pool[0].isClosed()).isFalse();
		});
		assertThat(pool[0].isClosed()).isTrue();
	}

	private static JdbcDataSource h2(String name) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:" + name);
		return dataSource;
	}

	private static void query(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
		}
	}

	private static void assertCounted(ApplicationContext context, String name, int count) {
		assertThat(context.getBean(MeterRegistry.class)
			.get("sentry.insights.db.query")
			.tags("name", name, "outcome", "success")
			.timer()
			.count()).isEqualTo(count);
	}

	@Configuration(proxyBeanMethods = false)
	static class RoutingConfiguration {

		@Bean
		AbstractRoutingDataSource router(@Qualifier("dataSource") DataSource dataSource) {
			AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "key";
				}

			};
			router.setTargetDataSources(Map.of("key", dataSource));
			return router;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappingConfiguration {

		@Bean
		DataSource lazy(@Qualifier("dataSource") DataSource dataSource) {
			return new LazyConnectionDataSourceProxy(dataSource);
		}

		@Bean
		DataSource delegating(@Qualifier("dataSource") DataSource dataSource) {
			return new DelegatingDataSource(dataSource);
		}

		@Bean
		DataSource pool(@Qualifier("dataSource") DataSource dataSource) {
			HikariDataSource pool = new HikariDataSource();
			pool.setDataSource(dataSource);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ChoosingConfiguration {

		@Bean
		DataSource choosing(@Qualifier("dataSource") DataSource dataSource) {
			return new AbstractDataSource() {

				@Override
				public Connection getConnection() throws SQLException {
					return dataSource.getConnection();
				}

				@Override
				public Connection getConnection(String username, String password) throws SQLException {
					return dataSource.getConnection(username, password);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxyingConfiguration {

		@Bean
		static BeanNameAutoProxyCreator proxyCreator() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("dataSource");
			creator.setProxyTargetClass(true);
			creator.setInterceptorNames("interceptor");
			return creator;
		}

		@Bean
		static MethodInterceptor interceptor() {
			return MethodInvocation::proceed;
		}

	}

}
