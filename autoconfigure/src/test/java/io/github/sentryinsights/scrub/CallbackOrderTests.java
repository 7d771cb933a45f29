package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryLogEventAttributeValue;
import io.sentry.SentryOptions;
import io.sentry.SentryReplayEvent;
import io.sentry.protocol.Feedback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the application's callbacks run before the scrubber in every hook, wherever
 * they come from.
 */
class CallbackOrderTests {

	private static final Map<String, String> PLACES = Map.of("event", "/tags/added", "transaction", "/tags/added",
			"feedback", "/tags/added", "log", "/items/0/attributes/added/value");

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void callbacksThatAreBeans() {
		assertRunFirst(contextRunner().withUserConfiguration(Beans.class), (options) -> {
		});
	}

	@Test
	void callbacksOfAnOptionsConfiguration() {
		assertRunFirst(contextRunner().withUserConfiguration(Options.class), (options) -> {
		});
	}

	@Test
	void callbacksSetInCodeAfterTheStart() {
		assertRunFirst(contextRunner(), CallbackOrderTests::setCallbacks);
	}

	@Test
	void callbacksOfAnApplicationThatStartsSentryItself() {
		Sentry.init((options) -> {
			options.setDsn(this.receiver.dsn());
			options.setTracesSampleRate(1.0);
			options.getLogs().setEnabled(true);
			setCallbacks(options);
		});
		assertRunFirst(
				new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class)),
				(options) -> {
				});
	}

	private void assertRunFirst(ApplicationContextRunner contextRunner, Consumer<SentryOptions> started) {
		contextRunner.run((context) -> {
			started.accept(Sentry.getCurrentScopes().getOptions());
			Sentry.captureMessage("m");
			Sentry.startTransaction("t", "test").finish();
			Sentry.captureFeedback(new Feedback("f"));
			Sentry.logger().info("l");
			Sentry.getCurrentScopes().captureReplay(new SentryReplayEvent(), new Hint());
			Sentry.flush(5000);
			PLACES.forEach((type, field) -> assertThat(this.receiver.item(type).at(field).asText()).as(type)
				.isEqualTo("by [email]"));
			assertThat(this.receiver.item("replay_video").asText()).contains("by [email]");
			assertThat(this.receiver.bytes()).doesNotContain("bob@example.com");
		});
	}

	private ApplicationContextRunner contextRunner() {
		return InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
			.withPropertyValues("sentry.logs.enabled=true");
	}

	private static void setCallbacks(SentryOptions options) {
		Beans beans = new Beans();
		options.setBeforeSend(beans.events());
		options.setBeforeSendFeedback(beans.events());
		options.setBeforeSendTransaction(beans.transactions());
		options.setBeforeSendReplay(beans.replays());
		options.getLogs().setBeforeSend(beans.logs());
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		private static final String ADDED = "by bob@example.com";

		@Bean
		SentryOptions.BeforeSendCallback events() {
			return (event, hint) -> {
				event.setTag("added", ADDED);
				return event;
			};
		}

		@Bean
		SentryOptions.BeforeSendTransactionCallback transactions() {
			return (transaction, hint) -> {
				transaction.setTag("added", ADDED);
				return transaction;
			};
		}

		SentryOptions.BeforeSendReplayCallback replays() {
			return (event, hint) -> {
				event.setUrls(List.of(ADDED));
				return event;
			};
		}

		@Bean
		SentryOptions.Logs.BeforeSendLogCallback logs() {
			return (event) -> {
				event.setAttribute("added", new SentryLogEventAttributeValue("string", ADDED));
				return event;
			};
		}

		// Sentry's starter looks for no beans of these.
		@Bean
		Sentry.OptionsConfiguration<SentryOptions> feedbackAndReplays() {
			return (options) -> {
				options.setBeforeSendFeedback(events());
				options.setBeforeSendReplay(replays());
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Options {

		@Bean
		Sentry.OptionsConfiguration<SentryOptions> callbacks() {
			return CallbackOrderTests::setCallbacks;
		}

	}

}
