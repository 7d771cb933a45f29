package io.github.sentryinsights.scrub;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.Attachment;
import io.sentry.Breadcrumb;
import io.sentry.Hint;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLogLevel;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.sentryinsights.RedactionCounts;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DryRun}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DryRunTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
		.withPropertyValues("sentry.insights.pii.dry-run=true", "sentry.logs.enabled=true");

	private final Logger logger = (Logger) LoggerFactory.getLogger(DryRun.class);

	@BeforeEach
	void logReports() {
		this.logger.setLevel(Level.INFO);
	}

	@AfterEach
	void logAsBefore() {
		this.logger.setLevel(null);
	}

	@Test
	void everythingIsSentAsItIsAndReported(CapturedOutput output) {
		this.contextRunner.run((context) -> {
			SentryEvent event = event();
			Hint hint = new Hint();
			hint.addAttachment(new Attachment("password=hunter2".getBytes(StandardCharsets.UTF_8), "a.txt"));
			hint.addAttachment(new Attachment(new byte[] { 1, 2 }, "a.bin"));
			Sentry.captureEvent(event, hint);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(received.at("/message/formatted").asText()).isEqualTo("mail bob@example.com password=hunter2");
			assertThat(received.at("/message/params/1").asText()).isEqualTo("hunter2");
			assertThat(received.at("/user/email").asText()).isEqualTo("bob@example.com");
			assertThat(received.at("/user/ip_address").asText()).isEqualTo("203.0.113.7");
			assertThat(received.at("/request/cookies").asText()).isEqualTo("a=s3ss10n");
			assertThat(received.at("/extra/bob@example.com").asText()).isEqualTo("4111 1111 1111 1111");
			assertThat(received.at("/extra/login/password").asText()).isEqualTo("hunter2");
			assertThat(received.at("/breadcrumbs/0/data/token").asText()).isEqualTo("t0ken");
			assertThat(this.receiver.bytes()).contains("password=hunter2");
			assertThat(reports(output)).contains("key at message.formatted", "email at message.formatted",
					"key at message.params", "user-data at user.email", "user-data at user.ip_address",
					"key at request.cookies", "email at extra", "credit-card at extra.[email]",
					"key at extra.login.password", "key at breadcrumbs.data.token", "email at exception.value",
					"key at attachments", "attachment at attachments");
			assertThat(output).doesNotContain("hunter2", "bob@example.com", "4111", "t0ken", "203.0.113.7");
			RedactionCounts counts = context.getBean(RedactionCounts.class);
			assertThat(counts.isDryRun()).isTrue();
			assertThat(counts.snapshot()).containsEntry("user-data", 2L).containsEntry("attachment", 1L);
		});
	}

	@Test
	void aStartWarnsThatNothingIsRemoved(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(output).contains("WARN")
			.contains("NOT removed from what is sent to Sentry, as 'sentry.insights.pii.dry-run' is true"));
	}

	@Test
	void transactionsAndLogsAreSentAsTheyAreAndReported(CapturedOutput output) {
		this.contextRunner.run((context) -> {
			ITransaction transaction = Sentry.startTransaction("mail bob@example.com", "task");
			ISpan span = transaction.startChild("http.client", "GET https://x.example/?token=hunter2");
			span.setData("password", "hunter2");
			span.finish();
			transaction.finish();
			Sentry.logger().log(SentryLogLevel.INFO, "mail %s password=%s", "bob@example.com", "hunter2");
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("transaction");
			assertThat(received.at("/transaction").asText()).isEqualTo("mail bob@example.com");
			assertThat(received.at("/spans/0/description").asText()).isEqualTo("GET https://x.example/?token=hunter2");
			assertThat(received.at("/spans/0/data/password").asText()).isEqualTo("hunter2");
			JsonNode log = this.receiver.item("log").at("/items/0");
			assertThat(log.at("/body").asText()).isEqualTo("mail bob@example.com password=hunter2");
			assertThat(log.at("/attributes/sentry.message.parameter.1/value").asText()).isEqualTo("hunter2");
			assertThat(reports(output)).contains("email at transaction", "key at span.description",
					"key at span.data.password", "email at log.body", "key at log.body",
					"key at log.attributes.sentry.message.parameter.1");
			assertThat(output).doesNotContain("hunter2");
		});
	}

	@Test
	void eachPairIsReportedOnceAndTheirNumberIsBounded(CapturedOutput output) {
		this.contextRunner.run((context) -> {
			for (int i = 0; i < 2; i++) {
				SentryEvent event = new SentryEvent();
				for (int n = 0; n < DryRun.MAX_REPORTS + 100; n++) {
					event.setExtra("k" + n, "bob@example.com");
				}
				Sentry.captureEvent(event);
			}
			Sentry.flush(5000);
			this.receiver.item("event");
			assertThat(reports(output)).hasSizeBetween(DryRun.MAX_REPORTS, DryRun.MAX_REPORTS + 10)
				.doesNotHaveDuplicates();
			assertThat(output).contains("; what else is found is only counted");
			assertThat(context.getBean(RedactionCounts.class).of("email")).isEqualTo(2L * (DryRun.MAX_REPORTS + 100));
		});
	}

	@Test
	void whatTheApplicationScrubsItselfIsReplacedAllTheSame() {
		this.contextRunner.run((context) -> assertThat(context.getBean(PiiScrubber.class).scrub("password=hunter2"))
			.isEqualTo("password=[Filtered]"));
	}

	private static List<String> reports(CapturedOutput output) {
		String mark = "Would replace ";
		return output.getAll()
			.lines()
			.filter((line) -> line.contains(mark))
			.map((line) -> line.substring(line.indexOf(mark) + mark.length()))
			.toList();
	}

	private static SentryEvent event() {
		SentryEvent event = new SentryEvent(new IllegalStateException("no bob@example.com"));
		Message message = new Message();
		message.setMessage("mail {} password={}");
		message.setFormatted("mail bob@example.com password=hunter2");
		message.setParams(List.of("bob@example.com", "hunter2"));
		event.setMessage(message);
		User user = new User();
		user.setEmail("bob@example.com");
		user.setIpAddress("203.0.113.7");
		event.setUser(user);
		Request request = new Request();
		request.setCookies("a=s3ss10n");
		event.setRequest(request);
		event.setExtra("bob@example.com", "4111 1111 1111 1111");
		event.setExtra("login", Map.of("password", "hunter2"));
		Breadcrumb breadcrumb = new Breadcrumb("clean");
		breadcrumb.setData("token", "t0ken");
		event.addBreadcrumb(breadcrumb);
		return event;
	}

}
