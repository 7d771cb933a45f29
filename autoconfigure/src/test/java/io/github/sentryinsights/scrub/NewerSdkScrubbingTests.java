package io.github.sentryinsights.scrub;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryAttribute;
import io.sentry.SentryAttributes;
import io.sentry.SentryLogEventAttributeValue;
import io.sentry.SentryOptions;
import io.sentry.SentryReplayEvent;
import io.sentry.metrics.SentryMetricsParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScrubbingHooks} with what the oldest supported SDK does not send yet:
 * metrics, and the names of a replay's segments.
 */
class NewerSdkScrubbingTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
		.withPropertyValues("sentry.metrics.enabled=true");

	@Test
	void noSecretIsLeftInAMetric() {
		this.contextRunner.run((context) -> {
			SentryAttributes attributes = SentryAttributes.of(SentryAttribute.stringAttribute("password", "hunter2"),
					SentryAttribute.stringAttribute("to", "bob@example.com"));
			Sentry.metrics().count("orders", 1.0, "order", SentryMetricsParameters.create(attributes));
			Sentry.flush(5000);
			JsonNode metric = this.receiver.item("trace_metric").at("/items/0");
			assertThat(metric.toString()).doesNotContain("hunter2", "bob@example.com");
			assertThat(metric.at("/name").asText()).isEqualTo("orders");
			assertThat(metric.at("/attributes/to/value").asText()).isEqualTo("[email]");
		});
	}

	@Test
	void noPlantedSecretLeavesInAMetric() {
		PlantedSecrets plant = new PlantedSecrets();
		SentryAttributes attributes = SentryAttributes.of(SentryAttribute.stringAttribute("note", plant.in("note")),
				SentryAttribute.stringAttribute("token", plant.alone("token")));
		this.contextRunner.run((context) -> {
			Sentry.metrics().gauge(plant.in("name"), 2.0, "order", SentryMetricsParameters.create(attributes));
			Sentry.flush(5000);
			JsonNode metric = this.receiver.item("trace_metric").at("/items/0");
			plant.assertNoneIn(this.receiver.bytes());
			assertThat(metric.at("/value").asDouble()).isEqualTo(2.0);
		});
	}

	@Test
	void aCallbackForMetricsThatIsSetLaterRunsFirst() {
		this.contextRunner.run((context) -> {
			Sentry.getCurrentScopes().getOptions().getMetrics().setBeforeSend((metric, hint) -> {
				metric.setAttribute("late", new SentryLogEventAttributeValue("string", "bob@example.com"));
				return metric;
			});
			Sentry.metrics().count("orders");
			Sentry.flush(5000);
			assertThat(this.receiver.item("trace_metric").at("/items/0/attributes/late/value").asText())
				.isEqualTo("[email]");
		});
	}

	@Test
	void theHookForMetricsIsNeverWrappedTwice() {
		this.contextRunner.run((context) -> {
			SentryOptions options = Sentry.getCurrentScopes().getOptions();
			SentryOptions.Metrics.BeforeSendMetricCallback before = options.getMetrics().getBeforeSend();
			assertThat(before).isNotNull();
			new ScrubbingHooks(PiiRules.of(new InsightsProperties.Pii(), List.of()),
					InsightsProperties.Pii.AttachmentPolicy.SCRUB, InsightsProperties.Pii.UserDataPolicy.AUTO)
				.configure(options);
			assertThat(options.getMetrics().getBeforeSend()).isSameAs(before);
		});
	}

	@Test
	void noSecretIsLeftInTheSegmentNamesOfAReplay() {
		this.contextRunner.run((context) -> {
			SentryReplayEvent event = new SentryReplayEvent();
			event.setSegmentNames(List.of("GET /users/bob@example.com"));
			Sentry.getCurrentScopes().captureReplay(event, new Hint());
			Sentry.flush(5000);
			assertThat(this.receiver.item("replay_video").asText()).contains("GET /users/[email]")
				.doesNotContain("bob@example.com");
		});
	}

}
