package io.github.sentryinsights.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import org.h2.jdbcx.JdbcDataSource;
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
 * Tests for {@link DataSourceTypeFailureAnalyzer} in applications that ask for data
 * sources by their class.
 */
@ExtendWith(OutputCaptureExtension.class)
class DataSourceTypeFailureAnalyzerTests {

	@Test
	void thePoolCanBeAskedFor() {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			assertThat(context.getBean("poolSize")).isEqualTo(10);
		}
	}

	@Test
	void askingForAFinalClassIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Final.class));
		assertThat(output).contains("The bean 'h2' was asked for as a org.h2.jdbcx.JdbcDataSource")
			.contains("add the bean to 'sentry.insights.jdbc.exclude'");
	}

	@Test
	void askingForAFinalClassAfterItsCreationIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Late.class));
		assertThat(output).contains("The bean 'h2' was asked for as a org.h2.jdbcx.JdbcDataSource");
	}

	@Test
	void askingForADataSourceThatDoesNotExistIsNotExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Mistaken.class));
		assertThat(output).doesNotContain("sentry.insights.jdbc.exclude");
	}

	@Test
	void anExcludedDataSourceCanBeAskedFor() {
		try (ConfigurableApplicationContext context = start(Final.class, "--sentry.insights.jdbc.exclude=h2")) {
			assertThat(context.getBean("url")).isEqualTo("jdbc:h2:mem:final");
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
	static class Final {

		@Bean
		JdbcDataSource h2() {
			JdbcDataSource dataSource = new JdbcDataSource();
			dataSource.setUrl("jdbc:h2:mem:final");
			return dataSource;
		}

		@Bean
		String url(JdbcDataSource h2) {
			return h2.getUrl();
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Late {

		@Bean
		JdbcDataSource h2() {
			return new Final().h2();
		}

		@Bean
		String url(javax.sql.DataSource first, org.springframework.beans.factory.BeanFactory beans) {
			return beans.getBean(JdbcDataSource.class).getUrl();
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Mistaken {

		@Bean
		Integer missing(JdbcDataSource dataSource) {
			return 0;
		}

	}

}
