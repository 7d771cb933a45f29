package io.github.sentryinsights.scrub;

import io.sentry.Sentry;
import io.sentry.SentryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link ScrubAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScrubAutoConfigurationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class));

	@Test
	void scrubsByDefault() {
		this.contextRunner.run((context) -> assertThat(received()).contains("[Filtered]").doesNotContain("hunter2"));
	}

	@Test
	void scrubsWhenBeansAreLazy() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				context.getBean("sentryHub");
				assertThat(received()).contains("[Filtered]").doesNotContain("hunter2");
			});
	}

	@Test
	void doesNothingWhenScrubbingIsDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(ScrubbingHooks.class);
			assertThat(received()).contains("hunter2");
		});
	}

	@Test
	void doesNothingWhenInsightsAreDisabled() {
		this.contextRunner.withPropertyValues("sentry.insights.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ScrubbingHooks.class));
	}

	@Test
	void doesNothingWithoutSentry() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.sentry"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("sentryInsightsScrubbingHooks"));
	}

	@Test
	void doesNoHarmWhenSentryIsNotConfigured() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(Sentry.getCurrentScopes().getOptions().getBeforeSend()).isNull();
			});
	}

	@Test
	void replacesTheValuesOfAdditionalKeys() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.keys=tenant-code,colour").run((context) -> {
			Sentry.captureMessage("colour=red tenantCode: 17 size=3");
			assertThat(flushed()).contains("colour=[Filtered] tenantCode: [Filtered] size=3");
		});
	}

	@Test
	void strategiesAreBoundFromProperties() {
		this.contextRunner
			.withPropertyValues("sentry.insights.pii.strategies.credit-card=keep-last-four",
					"sentry.insights.pii.key-strategies.customer-number=mask", "sentry.insights.pii.allowed-keys=otp")
			.run((context) -> assertThat(
					context.getBean(PiiScrubber.class).scrub("4111111111111111 customer_number=17 otp=1234"))
				.isEqualTo("************1111 customer_number=** otp=1234"));
	}

	@Test
	void patternsOptionalDetectorsAndBeansAreBound() {
		this.contextRunner
			.withPropertyValues("sentry.insights.pii.patterns.order=ORD-\\d+",
					"sentry.insights.pii.optional-detectors=ip-address,home-directory")
			.withBean(PiiDetector.class, () -> new PiiDetector() {

				@Override
				public String name() {
					return "codename";
				}

				@Override
				public void detect(String text, Findings findings) {
					int at = text.indexOf("Blue");
					findings.add(at, at + 4);
				}

			})
			.run((context) -> assertThat(
					context.getBean(PiiScrubber.class).scrub("ORD-17 Blue 203.0.113.7 /home/ann/x"))
				.isEqualTo("[order] [codename] [ip] /home/[user]/x"));
	}

	@Test
	void aPropertyThatCannotBeMeantStopsTheStart() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.strategies.email=hmac")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidInsightsPropertyException.class));
	}

	@Test
	void aStrategyThatDoesNotExistIsExplained(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Scrubbing.class);
		assertThatException().isThrownBy(() -> application.run("--sentry.insights.pii.strategies.email=maskk",
				"--spring.main.web-application-type=none"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("sentry.insights.pii.strategies.email", "maskk")
			.contains("The following values are valid:")
			.contains("KEEP_LAST_FOUR", "REPLACE");
	}

	@Test
	void aBeanOfTheSameNameReplacesIt() {
		this.contextRunner.withUserConfiguration(Replacement.class).run((context) -> {
			assertThat(context).doesNotHaveBean(ScrubbingHooks.class);
			assertThat(received()).contains("hunter2");
		});
	}

	@Test
	void runsAfterOptionsThatTheApplicationConfigures() {
		this.contextRunner.withUserConfiguration(Options.class).run((context) -> {
			assertThat(received()).contains("added to")
				.contains("[email]")
				.doesNotContain("bob@example.com", "hunter2");
		});
	}

	@Test
	void twoContextsDoNotWrapEachOther() {
		this.contextRunner.run((first) -> {
			Object hook = Sentry.getCurrentScopes().getOptions().getBeforeSend();
			new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
				.run((second) -> assertThat(Sentry.getCurrentScopes().getOptions().getBeforeSend()).isSameAs(hook));
			assertThat(received()).doesNotContain("hunter2");
		});
	}

	private String received() {
		Sentry.captureMessage("password=hunter2");
		return flushed();
	}

	private String flushed() {
		Sentry.flush(5000);
		return this.receiver.item("event").toString();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ScrubAutoConfiguration.class)
	static class Scrubbing {

	}

	@Configuration(proxyBeanMethods = false)
	static class Replacement {

		@Bean
		Sentry.OptionsConfiguration<SentryOptions> sentryInsightsScrubbingHooks() {
			return (options) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Options {

		@Bean
		Sentry.OptionsConfiguration<SentryOptions> options() {
			return (options) -> options.setBeforeSend((event, hint) -> {
				event.setExtra("added", "added to bob@example.com");
				return event;
			});
		}

	}

}
