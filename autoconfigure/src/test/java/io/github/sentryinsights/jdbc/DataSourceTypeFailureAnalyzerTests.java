package io.github.sentryinsights.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link DataSourceTypeFailureAnalyzer} in applications that ask for a pool.
 */
@ExtendWith(OutputCaptureExtension.class)
class DataSourceTypeFailureAnalyzerTests {

	@Test
	void askingForThePoolIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Application.class));
		assertThat(output).contains("The bean 'dataSource' was asked for as a com.zaxxer.hikari.HikariDataSource")
			.contains("add the bean to 'sentry.insights.jdbc.exclude'");
	}

	@Test
	void askingForThePoolAfterItsCreationIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Late.class));
		assertThat(output).contains("The bean 'dataSource' was asked for as a com.zaxxer.hikari.HikariDataSource");
	}

	@Test
	void askingForADataSourceThatDoesNotExistIsNotExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Mistaken.class));
		assertThat(output).doesNotContain("sentry.insights.jdbc.exclude");
	}

	@Test
	void anExcludedPoolCanBeAskedFor() {
		try (ConfigurableApplicationContext context = start(Application.class,
				"--sentry.insights.jdbc.exclude=dataSource")) {
			assertThat(context.getBean("poolSize")).isEqualTo(10);
		}
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
		SpringApplication springApplication = new SpringApplication(application);
		springApplication.setDefaultProperties(java.util.Map.of("spring.main.web-application-type", "none",
				"spring.main.banner-mode", "off", "spring.datasource.generate-unique-name", "true"));
		return springApplication.run(arguments);
	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Integer poolSize(HikariDataSource dataSource) {
			return dataSource.getMaximumPoolSize();
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Late {

		@Bean
		Integer poolSize(javax.sql.DataSource first, org.springframework.beans.factory.BeanFactory beans) {
			return beans.getBean(HikariDataSource.class).getMaximumPoolSize();
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Mistaken {

		@Bean
		Integer missing(org.h2.jdbcx.JdbcDataSource dataSource) {
			return 0;
		}

	}

}
