package io.github.sentryinsights.scrub;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.Breadcrumb;
import io.sentry.Hint;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.ReplayRecording;
import io.sentry.Sentry;
import io.sentry.SentryAttribute;
import io.sentry.SentryAttributes;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryLogLevel;
import io.sentry.SentryOptions;
import io.sentry.SentryReplayEvent;
import io.sentry.SpanContext;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionOptions;
import io.sentry.logger.SentryLogParameters;
import io.sentry.protocol.Feedback;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.User;
import io.sentry.rrweb.RRWebEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RedactionCounts;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScrubbingHooks} with the real SDK, over HTTP.
 */
class ScrubbingHooksTests {

	private static final String CARD = "4111 1111 1111 1111";

	private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";

	private static final String[] SECRETS = { "hunter2", "bob@example.com", CARD, JWT, "203.0.113.7", "s3ss10n" };

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
		.withPropertyValues("sentry.logs.enabled=true");

	@Test
	void noSecretIsLeftInAnEvent() {
		this.contextRunner.run((context) -> {
			Sentry.configureScope((scope) -> {
				scope.setUser(user());
				scope.setRequest(request());
				scope.setTag("mail", "bob@example.com");
				scope.setTag("password", "hunter2");
				scope.setExtra("dsn", "//app:hunter2@db");
				scope.setContexts("order", Map.of("card", List.of(Map.of("n", CARD)), "apiKey", "hunter2"));
				scope.setFingerprint(List.of("{{ default }}", "bob@example.com"));
				Breadcrumb breadcrumb = new Breadcrumb("mail to bob@example.com");
				breadcrumb.setData("header", "Bearer hunter2");
				breadcrumb.setData("token", "hunter2");
				scope.addBreadcrumb(breadcrumb);
			});
			SentryEvent event = new SentryEvent(new IllegalStateException("password=hunter2",
					new IllegalArgumentException("Key (email)=(bob@example.com) " + JWT)));
			Message message = new Message();
			message.setMessage("login of {} with password={}");
			message.setFormatted("login of bob@example.com with password=hunter2");
			message.setParams(List.of("bob@example.com", "hunter2"));
			event.setMessage(message);
			Sentry.captureEvent(event);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(received.toString()).doesNotContain(SECRETS);
			assertThat(received.at("/exception/values/1/value").asText()).isEqualTo("password=[Filtered]");
			assertThat(received.at("/exception/values/1/type").asText()).isEqualTo("IllegalStateException");
			assertThat(received.at("/message/message").asText()).isEqualTo("login of {} with password={}");
			assertThat(received.at("/message/params/1").asText()).isEqualTo("[Filtered]");
			assertThat(received.at("/user/id").asText()).isEqualTo("u-1");
			assertThat(received.at("/request/method").asText()).isEqualTo("POST");
			assertThat(received.at("/breadcrumbs/0/message").asText()).isEqualTo("mail to [email]");
			assertThat(received.at("/tags/mail").asText()).isEqualTo("[email]");
			assertThat(received.at("/fingerprint/0").asText()).isEqualTo("{{ default }}");
		});
	}

	@Test
	void whatTheScopeHoldsIsNotChanged() {
		this.contextRunner.run((context) -> {
			User user = user();
			Breadcrumb breadcrumb = new Breadcrumb("mail to bob@example.com");
			Map<String, Object> order = new HashMap<>(Map.of("apiKey", "hunter2"));
			Feedback feedback = new Feedback("mail bob@example.com");
			Sentry.configureScope((scope) -> {
				scope.setUser(user);
				scope.addBreadcrumb(breadcrumb);
				scope.setContexts("order", order);
			});
			Sentry.captureMessage("x");
			Sentry.captureFeedback(feedback);
			Sentry.flush(5000);
			assertThat(this.receiver.item("event").toString()).doesNotContain(SECRETS);
			assertThat(user.getEmail()).isEqualTo("bob@example.com");
			assertThat(breadcrumb.getMessage()).isEqualTo("mail to bob@example.com");
			assertThat(order).containsEntry("apiKey", "hunter2");
			assertThat(feedback.getMessage()).isEqualTo("mail bob@example.com");
		});
	}

	@Test
	void noSecretIsLeftInATransaction() {
		this.contextRunner.run((context) -> {
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = Sentry.startTransaction("GET /users/bob@example.com", "http.server", options);
			transaction.getSpanContext().setOrigin("auto.http");
			transaction.setData("password", "hunter2");
			transaction.setTag("mail", "bob@example.com");
			ISpan span = transaction.startChild("http.client", "GET https://x.example/?token=hunter2&a=1");
			span.setData("db.system", "h2");
			span.setData("http.request.header.cookie", List.of("s3ss10n"));
			span.setData("url.full", "https://app:hunter2@x.example");
			span.setData("thread.name", "main");
			span.setData("cache.item_size", 4111111111111112L);
			span.setTag("token", "hunter2");
			span.finish(SpanStatus.OK);
			ISpan clean = transaction.startChild("db.query", "select * from users where password = ?");
			clean.finish(SpanStatus.OK);
			transaction.finish(SpanStatus.OK);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("transaction");
			assertThat(received.toString()).doesNotContain(SECRETS);
			assertThat(received.at("/transaction").asText()).isEqualTo("GET /users/[email]");
			assertThat(received.at("/contexts/trace/origin").asText()).isEqualTo("auto.http");
			assertThat(received.at("/contexts/trace/trace_id").asText())
				.isEqualTo(transaction.getSpanContext().getTraceId().toString());
			JsonNode client = received.at("/spans/0");
			assertThat(client.at("/description").asText()).isEqualTo("GET https://x.example/?token=[Filtered]&a=1");
			assertThat(client.at("/span_id").asText()).isEqualTo(span.getSpanContext().getSpanId().toString());
			assertThat(client.at("/status").asText()).isEqualTo("ok");
			assertThat(client.at("/data/thread.name").asText()).isEqualTo("main");
			assertThat(client.at("/data/cache.item_size").asLong()).isEqualTo(4111111111111112L);
			assertThat(received.at("/spans/1/description").asText())
				.isEqualTo("select * from users where password = ?");
		});
	}

	@Test
	void statementsWithoutLiteralsKeepWhatStandsBesideAColumn() {
		String sql = "select u.id from users u join sessions s on s.token = u.token where u.password = crypt(?, u.salt)";
		this.contextRunner.run((context) -> {
			ITransaction transaction = Sentry.startTransaction("t", "test");
			statement(transaction, "auto.db.insights.jdbc", "SELECT", sql);
			statement(transaction, "auto.db.jdbc", "SELECT", "select 1 from users where password = hunter2");
			statement(transaction, "auto.db.insights.jdbc", "MODIFY", "modify user bob as password = hunter2");
			transaction.finish(SpanStatus.OK);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("transaction");
			assertThat(received.toString()).doesNotContain(SECRETS);
			assertThat(received.at("/spans/0/description").asText()).isEqualTo(sql);
		});
	}

	private static void statement(ITransaction transaction, String origin, String command, String sql) {
		SpanOptions options = new SpanOptions();
		options.setOrigin(origin);
		ISpan span = transaction.startChild("db.query", sql, options);
		span.setData("db.operation", command);
		span.finish(SpanStatus.OK);
	}

	@Test
	void noSecretIsLeftInFeedback() {
		this.contextRunner.run((context) -> {
			Feedback feedback = new Feedback("my card " + CARD + " fails");
			feedback.setContactEmail("bob@example.com");
			feedback.setName("bob@example.com");
			feedback.setUrl("https://x.example/?token=hunter2");
			Sentry.captureFeedback(feedback);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("feedback");
			assertThat(received.toString()).doesNotContain(SECRETS);
			assertThat(received.at("/contexts/feedback/message").asText()).isEqualTo("my card [creditcard] fails");
		});
	}

	@Test
	void noSecretIsLeftInAReplay() {
		this.contextRunner.run((context) -> {
			SentryReplayEvent event = new SentryReplayEvent();
			event.setUrls(List.of("https://x.example/?token=hunter2&a=1"));
			event.setTag("mail", "bob@example.com");
			Sentry.getCurrentScopes().captureReplay(event, new Hint());
			Sentry.flush(5000);
			assertThat(this.receiver.item("replay_video").asText()).contains("token=[Filtered]&a=1")
				.contains("[email]")
				.doesNotContain(SECRETS);
		});
	}

	@Test
	void noSecretIsLeftInALog() {
		this.contextRunner.run((context) -> {
			SentryAttributes attributes = SentryAttributes.of(SentryAttribute.stringAttribute("password", "hunter2"),
					SentryAttribute.stringAttribute("to", "bob@example.com"),
					SentryAttribute.integerAttribute("pin", 1234),
					SentryAttribute.integerAttribute("total_tokens", 17));
			Sentry.logger()
				.log(SentryLogLevel.INFO, SentryLogParameters.create(attributes), "mail %s password=%s",
						"bob@example.com", "hunter2");
			Sentry.flush(5000);
			JsonNode log = this.receiver.item("log").at("/items/0");
			assertThat(log.toString()).doesNotContain(SECRETS);
			assertThat(log.at("/body").asText()).isEqualTo("mail [email] password=[Filtered]");
			assertThat(log.at("/attributes/pin/value").asText()).isEqualTo("[Filtered]");
			assertThat(log.at("/attributes/pin/type").asText()).isEqualTo("string");
			assertThat(log.at("/attributes/total_tokens/value").isInt()).isTrue();
		});
	}

	@Test
	void userDataStaysWhenItMayBeSent() {
		this.contextRunner.withPropertyValues("sentry.send-default-pii=true").run((context) -> {
			SentryEvent event = new SentryEvent();
			event.setUser(user());
			Sentry.captureEvent(event);
			Sentry.flush(5000);
			JsonNode user = this.receiver.item("event").at("/user");
			assertThat(user.at("/email").asText()).isEqualTo("bob@example.com");
			assertThat(user.at("/ip_address").asText()).isEqualTo("203.0.113.7");
			assertThat(user.at("/data/token").asText()).isEqualTo("[Filtered]");
		});
	}

	@Test
	void userDataGoesByItsOwnPolicyWhenThereIsOne() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.user-data=keep").run((context) -> {
			JsonNode user = capturedUser();
			assertThat(user.at("/id").asText()).isEqualTo("u-1");
			assertThat(user.at("/email").asText()).isEqualTo("bob@example.com");
			assertThat(user.at("/ip_address").asText()).isEqualTo("203.0.113.7");
		});
		this.receiver.clear();
		this.contextRunner.withPropertyValues("sentry.insights.pii.user-data=replace", "sentry.send-default-pii=true")
			.run((context) -> {
				JsonNode user = capturedUser();
				assertThat(user.at("/id").asText()).isEqualTo("u-1");
				assertThat(user.at("/email").asText()).isEqualTo("[email]");
				assertThat(user.at("/ip_address").isMissingNode()).isTrue();
			});
	}

	private JsonNode capturedUser() {
		SentryEvent event = new SentryEvent();
		event.setUser(user());
		Sentry.captureEvent(event);
		Sentry.flush(5000);
		return this.receiver.item("event").at("/user");
	}

	@Test
	void theCallbackOfTheApplicationRunsFirst() {
		AtomicReference<@Nullable String> seen = new AtomicReference<>();
		this.contextRunner.withBean("callback", SentryOptions.BeforeSendCallback.class, () -> (event, hint) -> {
			List<SentryException> exceptions = event.getExceptions();
			seen.set((exceptions != null) ? exceptions.get(0).getValue() : null);
			event.setExtra("added", "password=hunter2");
			return event;
		}).run((context) -> {
			Sentry.captureException(new IllegalStateException("password=hunter2"));
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(seen).hasValue("password=hunter2");
			assertThat(received.toString()).doesNotContain("hunter2");
			assertThat(received.at("/extra/added").asText()).isEqualTo("password=[Filtered]");
		});
	}

	@Test
	void anEventTheApplicationDropsStaysDropped() {
		this.contextRunner.withBean("callback", SentryOptions.BeforeSendCallback.class, () -> (event, hint) -> null)
			.run((context) -> assertNothingArrives(new SentryEvent()));
	}

	@Test
	void anEventWhoseCallbackThrowsIsDropped() {
		this.contextRunner.withBean("callback", SentryOptions.BeforeSendCallback.class, () -> (event, hint) -> {
			throw new IllegalStateException("callback");
		}).run((context) -> assertNothingArrives(new SentryEvent()));
	}

	@Test
	void whatCannotBeReadIsReplacedAndTheEventIsSent() {
		SentryEvent event = new SentryEvent();
		event.setLevel(SentryLevel.FATAL);
		event.setTag("size", "3");
		event.setUnknown(new AbstractMap<>() {

			@Override
			public Set<Map.Entry<String, Object>> entrySet() {
				throw new IllegalStateException("hunter2");
			}

		});
		this.contextRunner.run((context) -> {
			Sentry.captureEvent(event);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(received.toString()).doesNotContain("hunter2");
			assertThat(received.at("/level").asText()).isEqualTo("fatal");
			assertThat(received.at("/tags/size").asText()).isEqualTo("3");
			assertThat(received.at("/[Filtered]").asText()).isEqualTo("[Filtered]");
		});
	}

	@Test
	void textsThatADetectorFailsOnAreReplacedAndTheEventIsSent() {
		this.contextRunner.withBean(PiiDetector.class, FailingDetector::new).run((context) -> {
			Sentry.captureException(new IllegalStateException("unknown hunter2"));
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(received.toString()).doesNotContain("hunter2");
			assertThat(received.at("/exception/values/0/type").asText()).isEqualTo("IllegalStateException");
			assertThat(received.at("/exception/values/0/value").asText()).isEqualTo("[Filtered]");
		});
	}

	@Test
	void anEventWhoseScrubbingFailsIsSentWithoutContent() {
		SentryEvent event = new SentryEvent(new IllegalStateException("password=hunter2"));
		event.getContexts().put("broken", unreadableContext());
		event.setExtra("x", "hunter2");
		event.setUser(user());
		this.contextRunner.withPropertyValues("sentry.release=1.2").run((context) -> {
			SentryId id = Sentry.captureEvent(event);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			assertThat(received.toString()).doesNotContain(SECRETS);
			assertThat(received.at("/event_id").asText()).isEqualTo(id.toString());
			assertThat(received.at("/release").asText()).isEqualTo("1.2");
			assertThat(received.at("/user/id").asText()).isEqualTo("u-1");
			assertThat(received.at("/contexts/trace/trace_id").isTextual()).isTrue();
			JsonNode exception = received.at("/exception/values/0");
			assertThat(exception.at("/type").asText()).isEqualTo("IllegalStateException");
			assertThat(exception.at("/value").asText()).isEqualTo("[Filtered]");
			assertThat(exception.at("/stacktrace/frames").findValuesAsText("module"))
				.contains(ScrubbingHooksTests.class.getName());
		});
	}

	@Test
	void aTransactionWhoseScrubbingFailsIsSentWithoutContent() {
		SentryOptions.BeforeSendTransactionCallback callback = (transaction, hint) -> {
			transaction.getContexts().put("broken", unreadableContext());
			return transaction;
		};
		this.contextRunner.withBean(SentryOptions.BeforeSendTransactionCallback.class, () -> callback)
			.run((context) -> {
				ITransaction transaction = Sentry.startTransaction("password=hunter2", "test");
				transaction.setMeasurement("size", 3);
				transaction.startChild("db.query", "select 'hunter2'").finish(SpanStatus.OK);
				transaction.finish(SpanStatus.OK);
				Sentry.flush(5000);
				JsonNode received = this.receiver.item("transaction");
				assertThat(received.toString()).doesNotContain(SECRETS);
				assertThat(received.at("/contexts/trace/op").asText()).isEqualTo("test");
				assertThat(received.at("/measurements/size/value").asInt()).isEqualTo(3);
				assertThat(received.at("/spans/0/op").asText()).isEqualTo("db.query");
				assertThat(received.at("/spans/0/status").asText()).isEqualTo("ok");
				assertThat(received.at("/spans/0/description").asText()).isEqualTo("[Filtered]");
			});
	}

	@Test
	void aReplayWhoseScrubbingFailsIsSentWithoutItsRecording() {
		ReplayRecording recording = new ReplayRecording();
		recording.setSegmentId(0);
		recording.setUnknown(Map.of("note", "hunter2"));
		recording.setPayload(new AbstractList<RRWebEvent>() {

			@Override
			public RRWebEvent get(int index) {
				throw new IllegalStateException("hunter2");
			}

			@Override
			public int size() {
				return 1;
			}

		});
		Hint hint = new Hint();
		hint.setReplayRecording(recording);
		SentryReplayEvent event = new SentryReplayEvent();
		event.setUrls(List.of("https://x.example/?token=hunter2"));
		event.setReplayId(new SentryId());
		this.contextRunner.run((context) -> {
			Sentry.getCurrentScopes().captureReplay(event, hint);
			Sentry.flush(5000);
			assertThat(this.receiver.item("replay_video").asText()).contains(event.getReplayId().toString())
				.doesNotContain(SECRETS);
			assertThat(context.getBean(RedactionCounts.class).of("failure")).isEqualTo(1);
		});
	}

	@Test
	void hooksOfOptionsTheApplicationMadeAreWrapped() {
		Sentry.init((options) -> {
			options.setDsn(this.receiver.dsn());
			options.setBeforeSend((event, hint) -> {
				event.setExtra("added", "bob@example.com");
				return event;
			});
		});
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
			.run((context) -> {
				Sentry.captureMessage("password=hunter2");
				Sentry.flush(5000);
				JsonNode received = this.receiver.item("event");
				assertThat(received.at("/message/formatted").asText()).isEqualTo("password=[Filtered]");
				assertThat(received.at("/extra/added").asText()).isEqualTo("[email]");
			});
	}

	@Test
	void aHookIsNeverWrappedTwice() {
		this.contextRunner.run((context) -> {
			SentryOptions options = Sentry.getCurrentScopes().getOptions();
			List<@Nullable Object> before = hooks(options);
			assertThat(before).doesNotContainNull();
			context.getBean(ScrubbingHooks.class).afterSingletonsInstantiated();
			new ScrubbingHooks(PiiRules.of(new InsightsProperties.Pii(), List.of()),
					InsightsProperties.Pii.AttachmentPolicy.SCRUB, InsightsProperties.Pii.UserDataPolicy.AUTO)
				.configure(options);
			assertThat(hooks(options)).containsExactlyElementsOf(before);
		});
	}

	private static List<@Nullable Object> hooks(SentryOptions options) {
		List<@Nullable Object> hooks = new ArrayList<>();
		hooks.add(options.getBeforeSend());
		hooks.add(options.getBeforeSendTransaction());
		hooks.add(options.getBeforeSendFeedback());
		hooks.add(options.getBeforeSendReplay());
		hooks.add(options.getLogs().getBeforeSend());
		return hooks;
	}

	private void assertNothingArrives(SentryEvent event) {
		Sentry.captureEvent(event);
		Sentry.captureFeedback(new Feedback("the last to be sent"));
		Sentry.flush(5000);
		this.receiver.item("feedback");
		assertThat(this.receiver.items("event")).isEmpty();
		assertThat(this.receiver.text()).doesNotContain("hunter2");
	}

	private static User user() {
		User user = new User();
		user.setId("u-1");
		user.setEmail("bob@example.com");
		user.setUsername("bob@example.com");
		user.setIpAddress("203.0.113.7");
		user.setData(Map.of("token", "hunter2"));
		return user;
	}

	private static SpanContext unreadableContext() {
		return new SpanContext("test") {

			@Override
			public Map<String, Object> getData() {
				throw new IllegalStateException("hunter2");
			}

		};
	}

	private static Request request() {
		Request request = new Request();
		request.setMethod("POST");
		request.setUrl("https://app:hunter2@x.example/users/bob@example.com");
		request.setQueryString("access_token=hunter2&a=1");
		request.setCookies("a=s3ss10n");
		request
			.setHeaders(Map.of("Authorization", "Bearer hunter2", "X-Forwarded-For", "203.0.113.7", "Accept", "*/*"));
		request.setEnvs(Map.of("REMOTE_ADDR", "203.0.113.7"));
		request.setOthers(Map.of("password", "hunter2"));
		request.setData("{\"card\":\"" + CARD + "\",\"password\":\"hunter2\"}");
		return request;
	}

	private static final class FailingDetector implements PiiDetector {

		@Override
		public String name() {
			return "failing";
		}

		@Override
		public void detect(String text, Findings findings) {
			throw new IllegalArgumentException(text);
		}

	}

}
