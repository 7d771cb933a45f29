package io.github.sentryinsights.jdbc;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application with a pool, Flyway, JPA and Actuator.
 */
class JdbcApplicationTests {

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.datasource.url=jdbc:h2:mem:jdbc-application",
					"spring.jpa.hibernate.ddl-auto=create-drop", "spring.jpa.open-in-view=false",
					"spring.flyway.enabled=false")
			.run();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void thePoolIsInstrumented() throws Exception {
		assertThat(context.getBean(HikariDataSource.class).isWrapperFor(InstrumentedDataSource.class)).isTrue();
	}

	@Test
	void thePoolHasItsGauges() throws Exception {
		context.getBean(DataSource.class).getConnection().close();
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		assertThat(registry.get("hikaricp.connections").gauge().value()).isPositive();
		assertThat(registry.get("jdbc.connections.max").gauge().value()).isEqualTo(10);
		assertThat(context.getBean(HikariDataSource.class).getHikariPoolMXBean()).isNotNull();
		HikariDataSource pool = DataSourceUnwrapper.unwrap(context.getBean(DataSource.class), HikariConfigMXBean.class,
				HikariDataSource.class);
		assertThat(new DirectFieldAccessor(pool).getPropertyValue("pool")).isNotNull();
	}

	@Test
	void aDataSourceWithAnotherUserIsDerivedFromThePool() {
		SimpleDriverDataSource derived = DataSourceBuilder.derivedFrom(context.getBean(DataSource.class))
			.type(SimpleDriverDataSource.class)
			.username("migrations")
			.build();
		assertThat(derived.getUrl()).isEqualTo(context.getBean(HikariDataSource.class).getJdbcUrl());
		assertThat(derived.getUsername()).isEqualTo("migrations");
	}

	@Test
	void entitiesAreStoredAndFound() {
		EntityManager entities = context.getBean(EntityManager.class);
		TransactionTemplate transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		transactions.executeWithoutResult(status -> {
			Order order = new Order();
			order.id = 1L;
			entities.persist(order);
		});
		Long found = transactions.execute(status -> {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM orders", Integer.class))
				.isEqualTo(1);
			return entities.find(Order.class, 1L).id;
		});
		assertThat(found).isEqualTo(1L);
	}

	@Test
	void flywayMigrates() {
		DataSource dataSource = context.getBean(DataSource.class);
		Flyway.configure()
			.dataSource(dataSource)
			.locations("classpath:io/github/sentryinsights/jdbc/migration")
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.load()
			.migrate();
		assertThat(new JdbcTemplate(dataSource).queryForObject("SELECT name FROM migrated", String.class))
			.isEqualTo("done");
	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Application {

	}

	@Entity(name = "orders")
	static class Order {

		@Id
		Long id;

	}

}
