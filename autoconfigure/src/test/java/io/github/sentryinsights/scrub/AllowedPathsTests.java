package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.protocol.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AllowedPaths}.
 */
class AllowedPathsTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "contexts.order.reference, contexts.order.reference, true",
			"contexts.order.reference, contexts.order.reference.code, true",
			"contexts.order.reference, contexts.order.references, false",
			"contexts.order.reference, contexts.order, false", "extra.*.token, extra.a.token, true",
			"extra.*.token, extra.token, false", "extra.*.token, extra.a.b.token, false",
			"extra.**.token, extra.a.b.token, true", "extra.**.token, extra.token, true",
			"extra.**.token, extra.a.b, false", "**.token, extra.a.token.b, true",
			"span.data.db.query.text, span.data.db.query.text, true",
			"span.data.*.query, span.data.db.query.text, true", "TAGS.Token, tags.token, true",
			"*.token, tags.token, true", "extra.*, extra, false" })
	void aPathMatchesWhatItNamesAndWhatLiesUnderIt(String allowed, String path, boolean expected) {
		assertThat(AllowedPaths.of("p", Set.of(allowed)).match(path)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "extra.", ".extra", "extra..a", "ex tra.a", "extra.a*", "*", "**", "*.**",
			"order.a", "extra.**.a.**" })
	void aPathThatCannotBeMeantIsInvalid(String path) {
		assertThatExceptionOfType(InvalidInsightsPropertyException.class)
			.isThrownBy(() -> AllowedPaths.of("sentry.insights.pii.allowed-paths", List.of(path)))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("sentry.insights.pii.allowed-paths"))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("'" + path + "'").endsWith("."))
			.satisfies((ex) -> assertThat(ex.getAction()).endsWith("."));
	}

	@Test
	void aPathThatCannotBeMeantStopsTheStart() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.allowed-paths=order.reference")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidInsightsPropertyException.class)
				.hasMessageContaining("begins with none of"));
	}

	@Test
	void onlyWhatIsAllowedStaysInAnEvent() {
		this.contextRunner
			.withPropertyValues(
					"sentry.insights.pii.allowed-paths=contexts.order.reference,extra.*.token,exception.value,"
							+ "breadcrumbs.data,tags.owner,message.params,request.headers.X-Test-Token")
			.run((context) -> {
				SentryEvent event = new SentryEvent(new IllegalStateException("password=hunter2"));
				event.getContexts().put("order", Map.of("reference", "bob@example.com", "other", "bob@example.com"));
				event.setExtra("a", Map.of("token", "t0ken", "password", "hunter2"));
				event.setExtra("token", "hunter2");
				event.setTag("owner", "bob@example.com");
				event.setTag("other", "bob@example.com");
				Message message = new Message();
				message.setMessage("login with password={}");
				message.setFormatted("login with password=hunter2");
				message.setParams(List.of("hunter2"));
				event.setMessage(message);
				Sentry.captureEvent(event);
				Sentry.flush(5000);
				JsonNode received = this.receiver.item("event");
				assertThat(received.at("/contexts/order/reference").asText()).isEqualTo("bob@example.com");
				assertThat(received.at("/contexts/order/other").asText()).isEqualTo("[email]");
				assertThat(received.at("/extra/a/token").asText()).isEqualTo("t0ken");
				assertThat(received.at("/extra/a/password").asText()).isEqualTo("[Filtered]");
				assertThat(received.at("/extra/token").asText()).isEqualTo("[Filtered]");
				assertThat(received.at("/exception/values/0/value").asText()).isEqualTo("password=hunter2");
				assertThat(received.at("/tags/owner").asText()).isEqualTo("bob@example.com");
				assertThat(received.at("/tags/other").asText()).isEqualTo("[email]");
				assertThat(received.at("/message/params/0").asText()).isEqualTo("hunter2");
				assertThat(received.at("/message/formatted").asText()).isEqualTo("login with password=[Filtered]");
			});
	}

	@Test
	void onlyWhatIsAllowedStaysInATransaction() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.allowed-paths=span.data.db.query.text,transaction")
			.run((context) -> {
				ITransaction transaction = Sentry.startTransaction("mail bob@example.com", "task");
				ISpan span = transaction.startChild("db.query", "password=hunter2");
				span.setData("db.query.text", "password=hunter2");
				span.setData("db.query", "password=hunter2");
				span.finish();
				transaction.finish();
				Sentry.flush(5000);
				JsonNode received = this.receiver.item("transaction");
				assertThat(received.at("/transaction").asText()).isEqualTo("mail bob@example.com");
				assertThat(received.at("/spans/0/description").asText()).isEqualTo("password=[Filtered]");
				assertThat(received.at("/spans/0/data/db.query.text").asText()).isEqualTo("password=hunter2");
				assertThat(received.at("/spans/0/data/db.query").asText()).isEqualTo("password=[Filtered]");
			});
	}

}
