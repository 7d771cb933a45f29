package io.github.sentryinsights.logging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InsightsProperties.Pii;
import io.github.sentryinsights.InsightsProperties.Pii.Strategy;
import io.github.sentryinsights.scrub.PiiScrubber;
import io.github.sentryinsights.scrub.ScrubAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScrubbingConverter} in a configuration that Logback reads, and in what
 * it writes.
 */
class ScrubbingConverterTests {

	private final LoggerContext logback = new LoggerContext();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ScrubAutoConfiguration.class, LogbackScrubbingAutoConfiguration.class));

	@TempDir
	private Path directory;

	@AfterEach
	void stop() {
		this.logback.stop();
	}

	@Test
	void messagesAreScrubbed() {
		Logger logger = configured("%level %scrub(%msg%n)");
		logger.info("mail {} password={}", "bob@example.com", "hunter2");
		logger.warn("order 17");
		assertThat(written()).isEqualTo("INFO mail [email] password=[Filtered]\nWARN order 17\n");
	}

	@Test
	void exceptionsAreScrubbedWithTheirCauses() {
		configured("%scrub(%msg%n%ex)").error("failed",
				new IllegalStateException("password=hunter2", new IllegalArgumentException("no bob@example.com")));
		assertThat(written()).contains("failed")
			.contains("IllegalStateException: password=[Filtered]")
			.contains("Caused by: java.lang.IllegalArgumentException: no [email]")
			.contains("at " + getClass().getName())
			.doesNotContain("hunter2", "bob@");
	}

	@Test
	void itGoesByTheRulesOfTheApplicationOnceTheyAreThere() {
		Pii pii = new Pii();
		pii.setStrategies(Map.of("email", Strategy.MASK));
		Logger logger = configured("%scrub(%msg%n)");
		logger.info("bob@example.com");
		this.logback.putObject(ScrubbingConverter.SCRUBBER, PiiScrubber.of(pii));
		logger.info("bob@example.com");
		this.logback.removeObject(ScrubbingConverter.SCRUBBER);
		logger.info("bob@example.com");
		assertThat(written()).isEqualTo("[email]\n***@*******.***\n[email]\n");
	}

	@Test
	void theContextHandsItsScrubberToLogbackAndTakesItBack() {
		LoggerContext global = (LoggerContext) LoggerFactory.getILoggerFactory();
		this.contextRunner.run((context) -> {
			assertThat(global.getObject(ScrubbingConverter.SCRUBBER)).isSameAs(context.getBean(PiiScrubber.class));
			this.contextRunner.run((later) -> {
				assertThat(global.getObject(ScrubbingConverter.SCRUBBER)).isSameAs(later.getBean(PiiScrubber.class));
				context.close();
				assertThat(global.getObject(ScrubbingConverter.SCRUBBER)).isSameAs(later.getBean(PiiScrubber.class));
			});
		});
		assertThat(global.getObject(ScrubbingConverter.SCRUBBER)).isNull();
	}

	@Test
	void thereIsNothingToHandWithoutLogbackOrWithoutAScrubber() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("ch.qos.logback"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("sentryInsightsLogbackScrubber"));
		this.contextRunner.withPropertyValues("sentry.insights.pii.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("sentryInsightsLogbackScrubber"));
	}

	private Logger configured(String pattern) {
		String configuration = """
				<configuration>
					<conversionRule conversionWord="scrub" class="%s"/>
					<appender name="file" class="ch.qos.logback.core.FileAppender">
						<file>%s</file>
						<encoder><pattern>%s</pattern></encoder>
					</appender>
					<root level="INFO"><appender-ref ref="file"/></root>
				</configuration>
				""".formatted(ScrubbingConverter.class.getName(), file(), pattern);
		this.logback.setMDCAdapter(new LogbackMDCAdapter());
		JoranConfigurator configurator = new JoranConfigurator();
		configurator.setContext(this.logback);
		try {
			configurator.doConfigure(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8)));
		}
		catch (JoranException ex) {
			throw new IllegalStateException(ex);
		}
		return this.logback.getLogger("test");
	}

	private Path file() {
		return this.directory.resolve("test.log");
	}

	private String written() {
		this.logback.stop();
		try {
			return Files.readString(file()).replace(System.lineSeparator(), "\n");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
