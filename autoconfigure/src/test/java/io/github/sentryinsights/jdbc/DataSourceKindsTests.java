package io.github.sentryinsights.jdbc;

import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;
import javax.sql.XADataSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.sentry.ITransaction;
import org.apache.commons.dbcp2.BasicDataSource;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.xa.PGXADataSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.Scope;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.UserCredentialsDataSourceAdapter;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with every kind of data source: one statement is one span with its own database.
 */
class DataSourceKindsTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"));

	@AfterEach
	void stop() {
		Router.key.remove();
	}

	@ParameterizedTest
	@MethodSource
	void oneStatementIsOneSpan(Kind kind) {
		this.runner.withBean("pool", DataSource.class, kind::create).run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			ReceivedTransaction transaction = record(() -> {
				try (Connection connection = dataSource.getConnection()) {
					connection.setAutoCommit(false);
					try (Statement statement = connection.createStatement()) {
						assertThat(statement.executeQuery("SELECT 1").next()).isTrue();
					}
					connection.commit();
				}
			});
			ReceivedSpan span = transaction.span("db.query");
			InsightsContract.verify(span);
			assertThat(location(span))
				.isEqualTo("pool h2 " + (kind.type() == EmbeddedDatabase.class ? "embedded" : "shop"));
			assertThat(span.origin()).isEqualTo("auto.db.insights.jdbc");
			assertThat(transaction.spans("db")).extracting(ReceivedSpan::description).contains("COMMIT");
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("jdbc (pool)");
		});
	}

	@ParameterizedTest
	@MethodSource("oneStatementIsOneSpan")
	void theTypeIsKept(Kind kind) {
		DataSource[] original = new DataSource[1];
		this.runner.withBean("pool", DataSource.class, () -> original[0] = kind.create()).run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			assertThat(dataSource.unwrap(DataSource.class)).isSameAs(original[0]);
			Class<?> type = kind.type();
			if (type != null) {
				assertThat(context.getBean(type)).isSameAs(dataSource);
				assertThat(dataSource.unwrap(type)).isSameAs(original[0]);
			}
			assertThat(dataSource).isEqualTo(dataSource).isNotEqualTo(kind).isNotEqualTo(null);
			assertThat(dataSource).hasToString(original[0].toString());
		});
	}

	static Stream<Kind> oneStatementIsOneSpan() {
		return Stream.of(new Kind("HikariCP", DataSourceKindsTests::hikari, HikariDataSource.class),
				new Kind("Tomcat", DataSourceKindsTests::tomcat, org.apache.tomcat.jdbc.pool.DataSource.class),
				new Kind("DBCP2", DataSourceKindsTests::dbcp2, BasicDataSource.class),
				new Kind("H2's pool", () -> JdbcConnectionPool.create(h2("shop")), null),
				new Kind("driver's own, final", () -> h2("shop"), XADataSource.class),
				new Kind("SimpleDriverDataSource",
						() -> new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:shop"),
						SimpleDriverDataSource.class),
				new Kind("DriverManagerDataSource", () -> new DriverManagerDataSource("jdbc:h2:mem:shop"),
						DriverManagerDataSource.class),
				new Kind("SingleConnectionDataSource", () -> new SingleConnectionDataSource("jdbc:h2:mem:shop", true),
						SingleConnectionDataSource.class),
				new Kind("EmbeddedDatabase",
						() -> new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
							.setName("embedded")
							.build(),
						EmbeddedDatabase.class),
				new Kind("LazyConnectionDataSourceProxy", () -> new LazyConnectionDataSourceProxy(hikari()),
						LazyConnectionDataSourceProxy.class),
				new Kind("TransactionAwareDataSourceProxy", () -> new TransactionAwareDataSourceProxy(hikari()),
						TransactionAwareDataSourceProxy.class),
				new Kind("DelegatingDataSource", () -> new DelegatingDataSource(hikari()), DelegatingDataSource.class),
				new Kind("UserCredentialsDataSourceAdapter", DataSourceKindsTests::withCredentials,
						UserCredentialsDataSourceAdapter.class),
				new Kind("router", () -> new Router(Map.of("one", hikari())), Router.class),
				new Kind("lazy router", () -> new LazyConnectionDataSourceProxy(new Router(Map.of("one", hikari()))),
						LazyConnectionDataSourceProxy.class),
				new Kind("Spring's proxy of an interface", DataSourceKindsTests::interfaceProxy, null),
				new Kind("more specific connections", OwnConnections::new, null),
				new Kind("class that does not see Spring", DataSourceKindsTests::ofServer, null));
	}

	@Test
	void everyTargetOfARouterHasItsOwnDatabase() {
		this.runner.withBean("router", Router.class, () -> new Router(Map.of("one", h2("one"), "two", h2("two"))))
			.run(context -> {
				Router router = context.getBean(Router.class);
				ReceivedTransaction transaction = record(() -> {
					for (String key : List.of("one", "two", "one", "three")) {
						Router.key.set(key);
						if (key.equals("three")) {
							router.setTargetDataSources(Map.of("three", h2("three")));
							router.afterPropertiesSet();
						}
						query(router);
					}
				});
				assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
					.containsExactly("router h2 one", "router h2 two", "router h2 one", "router h2 three");
			});
	}

	@Test
	void targetsOfARouterMayBeBeansOrNot() {
		this.runner.withBean("one", DataSource.class, () -> h2("one"))
			.withUserConfiguration(RouterConfiguration.class)
			.run(context -> {
				ReceivedTransaction transaction = record(() -> {
					for (String key : List.of("one", "two")) {
						Router.key.set(key);
						query(context.getBean(Router.class));
					}
				});
				assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
					.containsExactly("one h2 one", "router h2 two");
			});
	}

	@Test
	void aLazyConnectionConnectsWithItsFirstStatement() {
		AtomicInteger connections = new AtomicInteger();
		this.runner.withBean("lazy", DataSource.class, () -> lazy(new Counting("writing", connections), h2("reading")))
			.run(context -> {
				DataSource lazy = context.getBean(DataSource.class);
				// The first one tells it what connections are like.
				lazy.getConnection().close();
				connections.set(0);
				ReceivedTransaction transaction = record(() -> {
					try (Connection connection = lazy.getConnection()) {
						connection.setAutoCommit(false);
						connection.commit();
					}
					assertThat(connections).hasValue(0);
					try (Connection connection = lazy.getConnection()) {
						connection.setReadOnly(true);
						connection.createStatement().execute("SELECT 1");
					}
					assertThat(connections).hasValue(0);
					query(lazy);
				});
				assertThat(connections).hasValue(1);
				assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
					.containsExactly("lazy h2 reading", "lazy h2 writing");
				assertThat(transaction.spans("db")).isEmpty();
			});
	}

	@Test
	void targetsOfALazyProxyMayBeBeansOrNot() {
		this.runner.withBean("one", DataSource.class, () -> h2("one"))
			.withUserConfiguration(LazyConfiguration.class)
			.run(context -> {
				ReceivedTransaction transaction = record(() -> {
					for (boolean readOnly : new boolean[] { true, false }) {
						try (Connection connection = context.getBean("lazy", DataSource.class).getConnection()) {
							connection.setReadOnly(readOnly);
							connection.setAutoCommit(false);
							connection.prepareStatement("SELECT 1").execute();
							connection.commit();
						}
					}
				});
				assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
					.containsExactly("lazy h2 reading", "one h2 one");
				assertThat(transaction.spans("db")).extracting(span -> span.description() + " " + location(span))
					.contains("COMMIT lazy h2 reading", "COMMIT one h2 one")
					.doesNotHaveDuplicates();
			});
	}

	@Test
	void aDataSourceThatIsRefreshedHasItsNewDatabase() {
		RefreshScope scope = new RefreshScope();
		AtomicInteger created = new AtomicInteger();
		this.runner.withInitializer(context -> {
			ConfigurableListableBeanFactory beans = context.getBeanFactory();
			beans.registerScope("refresh", scope);
			RootBeanDefinition definition = new RootBeanDefinition(HikariDataSource.class,
					() -> hikari("shop" + created.incrementAndGet()));
			definition.setScope("refresh");
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
			registry.registerBeanDefinition("pool",
					ScopedProxyUtils.createScopedProxy(new BeanDefinitionHolder(definition, "pool"), registry, true)
						.getBeanDefinition());
		}).run(context -> {
			HikariDataSource pool = context.getBean(HikariDataSource.class);
			assertThat(created).hasValue(0);
			ReceivedTransaction transaction = record(() -> {
				query(pool);
				scope.refresh();
				query(pool);
			});
			assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
				.containsExactly("pool h2 shop1", "pool h2 shop2");
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("jdbc (pool)");
		});
	}

	@Test
	void ofSeveralDataSourcesEachHasItsOwnDatabase() {
		this.runner.withUserConfiguration(SeveralConfiguration.class).run(context -> {
			ReceivedTransaction transaction = record(() -> {
				JdbcClient.create(context.getBean(DataSource.class)).sql("SELECT 1").query(Integer.class).single();
				new JdbcTemplate(context.getBean("second", DataSource.class)).execute("SELECT 2");
				new JdbcTemplate(context.getBean("first", DataSource.class)).execute("SELECT 3");
			});
			assertThat(transaction.spans("db.query")).extracting(DataSourceKindsTests::location)
				.containsExactly("first h2 one", "second h2 two", "first h2 one");
		});
	}

	@Test
	void whatHandsOutXaConnectionsAloneIsLeftAlone() {
		this.runner.withBean("xa", XADataSource.class, PGXADataSource::new).run(context -> {
			assertThat(context.getBean(XADataSource.class)).isExactlyInstanceOf(PGXADataSource.class);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("nothing, not jdbc xa (hands out no plain connections)");
		});
	}

	@Test
	void aPoolThatIsInjectedByItsTypeIsClosed() {
		HikariDataSource[] original = new HikariDataSource[1];
		this.runner.withBean("pool", HikariDataSource.class, () -> original[0] = hikari()).run(context -> {
			HikariDataSource pool = context.getBean(HikariDataSource.class);
			query(pool);
			assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isPositive();
			pool.getHikariConfigMXBean().setMaximumPoolSize(3);
			assertThat(original[0].getMaximumPoolSize()).isEqualTo(3);
			pool.close();
			assertThat(original[0].isClosed()).isTrue();
			assertThat(pool.isClosed()).isTrue();
		});
	}

	@Test
	void aDataSourceThatIsGivenAConnectionKnowsItForItsOwn() {
		SingleConnectionDataSource single = new SingleConnectionDataSource("jdbc:h2:mem:single", false);
		this.runner.withBean("single", SingleConnectionDataSource.class, () -> single)
			.withBean("pool", HikariDataSource.class, DataSourceKindsTests::hikari)
			.run(context -> {
				JdbcTemplate template = new JdbcTemplate(context.getBean(SingleConnectionDataSource.class));
				template.execute("CREATE TABLE t (id INT)");
				assertThat(template.queryForObject("SELECT COUNT(*) FROM t", Integer.class)).isZero();
				HikariDataSource pool = context.getBean(HikariDataSource.class);
				Connection connection = pool.getConnection();
				Connection physical = connection.unwrap(JdbcConnection.class);
				pool.evictConnection(connection);
				connection.close();
				try (Connection next = pool.getConnection()) {
					assertThat(next.unwrap(JdbcConnection.class)).isNotSameAs(physical);
				}
			});
		single.destroy();
	}

	private ReceivedTransaction record(Step step) throws Exception {
		ITransaction transaction = CurrentTransaction.start("work");
		try {
			step.run();
		}
		finally {
			transaction.finish();
		}
		return this.receiver.transaction("work");
	}

	private static String location(ReceivedSpan span) {
		JsonNode data = span.data();
		return data.path("db.client.connection.pool.name").asText() + " " + data.path("db.system").asText() + " "
				+ data.path("db.name").asText();
	}

	private static void query(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
		}
	}

	private static JdbcDataSource h2(String name) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:" + name);
		return dataSource;
	}

	private static HikariDataSource hikari() {
		return hikari("shop");
	}

	private static HikariDataSource hikari(String name) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:h2:mem:" + name);
		dataSource.setMaximumPoolSize(2);
		return dataSource;
	}

	private static DataSource tomcat() {
		org.apache.tomcat.jdbc.pool.DataSource dataSource = new org.apache.tomcat.jdbc.pool.DataSource();
		dataSource.setUrl("jdbc:h2:mem:shop");
		dataSource.setDriverClassName("org.h2.Driver");
		return dataSource;
	}

	private static DataSource dbcp2() {
		BasicDataSource dataSource = new BasicDataSource();
		dataSource.setUrl("jdbc:h2:mem:shop");
		return dataSource;
	}

	private static DataSource withCredentials() {
		UserCredentialsDataSourceAdapter dataSource = new UserCredentialsDataSourceAdapter();
		dataSource.setTargetDataSource(h2("shop"));
		dataSource.setUsername("");
		dataSource.setPassword("");
		return dataSource;
	}

	private static DataSource interfaceProxy() {
		ProxyFactory factory = new ProxyFactory(h2("shop"));
		factory.setInterfaces(DataSource.class);
		return (DataSource) factory.getProxy();
	}

	/**
	 * A data source whose class comes from elsewhere, as those of application servers do.
	 */
	private static DataSource ofServer() {
		URL jar = JdbcDataSource.class.getProtectionDomain().getCodeSource().getLocation();
		ClassLoader server = new URLClassLoader(new URL[] { jar }, ClassLoader.getPlatformClassLoader());
		try {
			Object dataSource = server.loadClass(JdbcDataSource.class.getName()).getConstructor().newInstance();
			dataSource.getClass().getMethod("setURL", String.class).invoke(dataSource, "jdbc:h2:mem:shop");
			return (DataSource) dataSource;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static LazyConnectionDataSourceProxy lazy(DataSource writing, DataSource reading) {
		LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy();
		lazy.setTargetDataSource(writing);
		lazy.setReadOnlyDataSource(reading);
		return lazy;
	}

	private interface Step {

		void run() throws Exception;

	}

	private interface Factory {

		DataSource create();

	}

	record Kind(String name, Factory factory, @Nullable Class<?> type) {

		DataSource create() {
			return this.factory.create();
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static class Router extends AbstractRoutingDataSource {

		static final ThreadLocal<String> key = ThreadLocal.withInitial(() -> "one");

		Router(Map<String, DataSource> targets) {
			setTargetDataSources(new HashMap<>(targets));
			afterPropertiesSet();
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return key.get();
		}

	}

	static class Counting extends DelegatingDataSource {

		private final AtomicInteger connections;

		Counting(String name, AtomicInteger connections) {
			super(h2(name));
			this.connections = connections;
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.connections.incrementAndGet();
			return super.getConnection();
		}

	}

	/**
	 * A data source whose connections are of a type of its own, as some drivers' are.
	 */
	static class OwnConnections extends AbstractDataSource {

		private final DataSource target = h2("shop");

		@Override
		public OwnConnection getConnection() throws SQLException {
			Connection connection = this.target.getConnection();
			return (OwnConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { OwnConnection.class },
					(proxy, method, arguments) -> method.invoke(connection, arguments));
		}

		@Override
		public OwnConnection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

	interface OwnConnection extends Connection {

	}

	/**
	 * Does what Spring Cloud's scope of that name does.
	 */
	static class RefreshScope implements Scope {

		private final Map<String, Object> beans = new LinkedHashMap<>();

		private final Map<String, Runnable> destructions = new HashMap<>();

		@Override
		public Object get(String name, ObjectFactory<?> factory) {
			Object bean = this.beans.get(name);
			if (bean == null) {
				bean = factory.getObject();
				this.beans.put(name, bean);
			}
			return bean;
		}

		@Override
		public @Nullable Object remove(String name) {
			return this.beans.remove(name);
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
			this.destructions.put(name, callback);
		}

		@Override
		public @Nullable Object resolveContextualObject(String key) {
			return null;
		}

		@Override
		public @Nullable String getConversationId() {
			return null;
		}

		void refresh() {
			this.beans.clear();
			this.destructions.values().forEach(Runnable::run);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RouterConfiguration {

		@Bean
		Router router(ApplicationContext context) {
			return new Router(Map.of("one", context.getBean("one", DataSource.class), "two", h2("two")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Bean
		DataSource lazy(ApplicationContext context) {
			return DataSourceKindsTests.lazy(context.getBean("one", DataSource.class), h2("reading"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralConfiguration {

		@Bean
		@Primary
		HikariDataSource first() {
			return hikari("one");
		}

		@Bean
		DataSource second() {
			return hikari("two");
		}

	}

}
