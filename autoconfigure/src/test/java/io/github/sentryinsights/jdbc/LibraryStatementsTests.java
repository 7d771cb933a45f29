package io.github.sentryinsights.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.sentry.ITransaction;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import liquibase.integration.spring.SpringLiquibase;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.flywaydb.core.Flyway;
import org.hibernate.SessionFactory;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.PostgresServer;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a statement is one span whichever library runs it, through a stack of data
 * sources that are all beans: proxy before router before proxy before pool.
 */
class LibraryStatementsTests {

	@RegisterExtension
	static final PostgresServer postgres = new PostgresServer();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withUserConfiguration(StackConfiguration.class);

	@ParameterizedTest
	@MethodSource
	void aStatementIsOneSpan(String system, Library library) {
		List<ReceivedSpan> spans = record(system, library).stream()
			.filter(span -> span.description().contains("books"))
			.toList();
		assertThat(spans).extracting(span -> span.description().substring(0, 6).toUpperCase(Locale.ROOT))
			.containsExactly("INSERT", "SELECT");
		assertThat(spans).extracting(span -> span.data("db.operation").asText()).containsExactly("INSERT", "SELECT");
		assertThat(spans).allSatisfy(span -> {
			InsightsContract.verify(span);
			assertThat(span.status()).isEqualTo("ok");
			assertThat(span.data("db.system").asText()).isEqualTo(system);
			assertThat(span.data("db.client.connection.pool.name").asText()).isEqualTo("pool");
		});
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	static Stream<Arguments> aStatementIsOneSpan() {
		return Stream.of("h2", "postgresql")
			.flatMap(system -> Stream.of(Library.values()).map(library -> Arguments.of(system, library)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql" })
	void aChangeOfLiquibaseIsOneSpan(String system) {
		List<ReceivedSpan> spans = record(system, dataSource -> {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(dataSource);
			liquibase.setChangeLog("classpath:io/github/sentryinsights/jdbc/changelog.sql");
			liquibase.setResourceLoader(new DefaultResourceLoader());
			liquibase.setAnalyticsEnabled(false);
			liquibase.afterPropertiesSet();
		});
		assertThat(spans).extracting(ReceivedSpan::description)
			.filteredOn(description -> description.contains("lent_books"))
			.containsExactly("CREATE TABLE lent_books (id INT PRIMARY KEY, reader VARCHAR(?))",
					"INSERT INTO lent_books VALUES (?, ?)");
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	@Test
	void aMigrationOfFlywayIsOneSpan() {
		List<ReceivedSpan> spans = record("h2",
				dataSource -> Flyway.configure()
					.dataSource(dataSource)
					.locations("classpath:io/github/sentryinsights/jdbc/migration")
					.baselineOnMigrate(true)
					.baselineVersion("0")
					.load()
					.migrate());
		assertThat(spans).extracting(ReceivedSpan::description)
			.filteredOn(description -> description.startsWith("CREATE TABLE migrated"))
			.hasSize(1);
	}

	private List<ReceivedSpan> record(String system, Work work) {
		this.runner.withPropertyValues("url=" + url(system)).run(context -> {
			JdbcTemplate pool = new JdbcTemplate(context.getBean("pool", DataSource.class));
			pool.execute(system.equals("h2") ? "DROP ALL OBJECTS" : "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
			pool.execute("CREATE TABLE books (id INT PRIMARY KEY, title VARCHAR(20))");
			ITransaction transaction = CurrentTransaction.start("work");
			try {
				work.run(context.getBean("aware", DataSource.class));
			}
			finally {
				transaction.finish();
			}
		});
		return this.receiver.transaction("work").spans("db.query");
	}

	private static String url(String system) {
		return system.equals("h2") ? "jdbc:h2:mem:libraries" : postgres.url();
	}

	private interface Work {

		void run(DataSource dataSource) throws Exception;

	}

	enum Library implements Work {

		JDBC_TEMPLATE {

			@Override
			public void run(DataSource dataSource) {
				JdbcTemplate template = new JdbcTemplate(dataSource);
				TransactionTemplate transactions = new TransactionTemplate(
						new DataSourceTransactionManager(dataSource));
				transactions
					.executeWithoutResult(status -> template.update("INSERT INTO books VALUES (?, ?)", 1, "secret"));
				assertThat(template.queryForObject("SELECT title FROM books WHERE id = 1", String.class))
					.isEqualTo("secret");
			}

		},

		JDBC_CLIENT {

			@Override
			public void run(DataSource dataSource) {
				JdbcClient client = JdbcClient.create(dataSource);
				client.sql("INSERT INTO books VALUES (:id, :title)").param("id", 1).param("title", "secret").update();
				assertThat(client.sql("SELECT title FROM books WHERE id = ?").param(1).query(String.class).single())
					.isEqualTo("secret");
			}

		},

		JOOQ {

			@Override
			public void run(DataSource dataSource) {
				DSLContext create = DSL.using(dataSource, SQLDialect.DEFAULT);
				create.transaction(transaction -> transaction.dsl()
					.insertInto(DSL.table("books"), DSL.field("id", Integer.class), DSL.field("title", String.class))
					.values(1, "secret")
					.execute());
				assertThat(create.select(DSL.field("title", String.class))
					.from("books")
					.where(DSL.field("id", Integer.class).eq(1))
					.fetchOne(0)).isEqualTo("secret");
			}

		},

		MYBATIS {

			@Override
			public void run(DataSource dataSource) {
				Configuration configuration = new Configuration(
						new Environment("test", new JdbcTransactionFactory(), dataSource));
				configuration.addMapper(BookMapper.class);
				try (SqlSession session = new SqlSessionFactoryBuilder().build(configuration).openSession()) {
					BookMapper books = session.getMapper(BookMapper.class);
					books.add(1, "secret");
					assertThat(books.title(1)).isEqualTo("secret");
					session.commit();
				}
			}

		},

		HIBERNATE {

			@Override
			public void run(DataSource dataSource) {
				org.hibernate.cfg.Configuration configuration = new org.hibernate.cfg.Configuration();
				configuration.getProperties().put("hibernate.connection.datasource", dataSource);
				configuration.addAnnotatedClass(Book.class);
				try (SessionFactory sessions = configuration.buildSessionFactory()) {
					sessions.inTransaction(session -> {
						Book book = new Book();
						book.id = 1;
						book.title = "secret";
						session.persist(book);
					});
					sessions
						.inTransaction(session -> assertThat(session.find(Book.class, 1).title).isEqualTo("secret"));
				}
			}

		}

	}

	interface BookMapper {

		@Insert("INSERT INTO books VALUES (#{id}, #{title})")
		void add(@Param("id") int id, @Param("title") String title);

		@Select("SELECT title FROM books WHERE id = #{id}")
		String title(int id);

	}

	@Entity(name = "Book")
	@Table(name = "books")
	static class Book {

		@Id
		int id;

		String title;

	}

	@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
	static class StackConfiguration {

		@Bean
		HikariDataSource pool(org.springframework.core.env.Environment environment) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(environment.getRequiredProperty("url"));
			return pool;
		}

		@Bean
		DataSource lazy(HikariDataSource pool) {
			return new LazyConnectionDataSourceProxy(pool);
		}

		@Bean
		AbstractRoutingDataSource router(@Qualifier("lazy") DataSource lazy) {
			AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "key";
				}

			};
			router.setTargetDataSources(Map.of("key", lazy));
			return router;
		}

		@Bean
		DataSource aware(AbstractRoutingDataSource router) {
			return new TransactionAwareDataSourceProxy(router);
		}

	}

}
