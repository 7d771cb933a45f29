package io.github.sentryinsights;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.sentry.Sentry;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;

import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications with JPA, Redis, Kafka, RabbitMQ, JMS, a cache, Actuator and
 * Security at once.
 */
@ExtendWith(OutputCaptureExtension.class)
class WholeApplicationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void noBeanIsCreatedTooEarly(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("sentry.dsn=" + this.receiver.dsn(),
				"sentry.traces-sample-rate=1.0")) {
			assertThat(output).doesNotContain("not eligible for getting processed by all BeanPostProcessors");
			assertThat(output).contains("Sentry Insights instruments cache (cacheManager), jdbc (dataSource), "
					+ "jms (jmsConnectionFactory, jmsListenerContainerFactory), "
					+ "kafka (kafkaListenerContainerFactory, kafkaProducerFactory), "
					+ "rabbit (rabbitConnectionFactory, rabbitListenerContainerFactory), "
					+ "redis (redisConnectionFactory)");
			assertThat(output).doesNotContain("Instrumentation failed");
		}
	}

	@Test
	void oneLineSaysThatNothingIsInstrumented(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("sentry.insights.cache.enabled=false",
				"sentry.insights.jdbc.exclude=dataSource", "sentry.insights.kafka.enabled=false",
				"sentry.insights.jms.enabled=false", "sentry.insights.rabbit.enabled=false",
				"sentry.insights.redis.enabled=false", "sentry.insights.redis-messaging.enabled=false")) {
			assertThat(output).containsOnlyOnce("Sentry Insights instruments");
			assertThat(output).contains("Sentry Insights instruments nothing, not jdbc dataSource (excluded)");
			assertThat(context.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class);
		}
	}

	@Test
	void operationsAreCountedWithoutSentry(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start()) {
			context.getBean(JdbcTemplate.class).queryForObject("SELECT 1", Integer.class);
			assertThat(context.getBean(MeterRegistry.class)
				.get("sentry.insights.db.query")
				.tags("name", "dataSource", "outcome", "success")
				.timer()
				.count()).isEqualTo(1);
			assertThat(output).doesNotContain("Instrumentation failed");
		}
	}

	@Test
	void twoContextsDoNotSeeEachOther() {
		try (ConfigurableApplicationContext first = start()) {
			try (ConfigurableApplicationContext second = start()) {
				second.getBean(JdbcTemplate.class).queryForObject("SELECT 1", Integer.class);
				assertThat(first.getBean(MeterRegistry.class).find("sentry.insights.db.query").timer()).isNull();
			}
			first.getBean(JdbcTemplate.class).queryForObject("SELECT 1", Integer.class);
			assertThat(first.getBean(MeterRegistry.class).get("sentry.insights.db.query").timer().count()).isEqualTo(1);
		}
	}

	private static ConfigurableApplicationContext start(String... properties) {
		SpringApplication application = new SpringApplication(Application.class);
		String[] arguments = new String[properties.length + 9];
		System.arraycopy(properties, 0, arguments, 0, properties.length);
		System.arraycopy(new String[] { "server.port=0", "spring.main.banner-mode=off",
				"spring.jpa.hibernate.ddl-auto=create-drop", "spring.jpa.open-in-view=false",
				"spring.datasource.generate-unique-name=true", "spring.kafka.listener.auto-startup=false",
				"spring.flyway.enabled=false", "logging.level.org.springframework=INFO",
				"logging.level.io.github.sentryinsights=INFO" }, 0, arguments, properties.length, 9);
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = "--" + arguments[i];
		}
		return application.run(arguments);
	}

	@EnableAutoConfiguration
	@EnableCaching
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@KafkaListener(topics = "orders", groupId = "test")
		void receive(String order) {
		}

	}

	@Entity
	static class Product {

		@Id
		Long id = 0L;

	}

}
