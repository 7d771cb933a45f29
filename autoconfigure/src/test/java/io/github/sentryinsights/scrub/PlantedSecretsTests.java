package io.github.sentryinsights.scrub;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.Attachment;
import io.sentry.Breadcrumb;
import io.sentry.Hint;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.ReplayRecording;
import io.sentry.Sentry;
import io.sentry.SentryAttribute;
import io.sentry.SentryAttributes;
import io.sentry.SentryEvent;
import io.sentry.SentryLogLevel;
import io.sentry.SentryReplayEvent;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.UserFeedback;
import io.sentry.logger.SentryLogParameters;
import io.sentry.protocol.Feedback;
import io.sentry.protocol.Geo;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.Response;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryThread;
import io.sentry.protocol.TransactionNameSource;
import io.sentry.protocol.User;
import io.sentry.rrweb.RRWebBreadcrumbEvent;
import io.sentry.rrweb.RRWebMetaEvent;
import io.sentry.rrweb.RRWebSpanEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plants secrets in every field of what the SDK sends and looks for them in the bytes
 * that arrive.
 */
class PlantedSecretsTests {

	private final PlantedSecrets plant = new PlantedSecrets();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class))
		.withPropertyValues("sentry.logs.enabled=true");

	@Test
	void noneLeavesInAnEvent() {
		SentryEvent event = new SentryEvent();
		event.setMessage(message());
		event.setTransaction(this.plant.in("transaction"));
		event.setFingerprints(List.of("{{ default }}", this.plant.in("fingerprint")));
		event.setUser(user());
		event.setRequest(request());
		event.setTag("tag", this.plant.in("tag"));
		event.setTag("api_key", this.plant.alone("tagKey"));
		event.setExtra("extra", Map.of("list", List.of(this.plant.in("extra"), Map.of("k", this.plant.in("deep")))));
		event.setExtra("record", new Login(this.plant.in("record"), this.plant.alone("recordField")));
		event.setExtra(this.plant.in("extraKey"), 1);
		event.getContexts().put("MDC", Map.of("k", this.plant.in("mdc"), "secret", this.plant.alone("mdcKey")));
		event.getContexts().setResponse(response());
		event.setUnknown(new HashMap<>(Map.of("more", this.plant.in("unknown"))));
		event.setExceptions(List.of(exception()));
		SentryThread thread = new SentryThread();
		thread.setId(1L);
		thread.setName(this.plant.in("threadName"));
		thread.setStacktrace(stackTrace("thread"));
		event.setThreads(List.of(thread));
		Breadcrumb breadcrumb = new Breadcrumb(this.plant.in("breadcrumb"));
		breadcrumb.setCategory("auth.login");
		breadcrumb.setData("a", Map.of("b", List.of(this.plant.in("breadcrumbData"))));
		breadcrumb.setData("token", this.plant.alone("breadcrumbKey"));
		event.addBreadcrumb(breadcrumb);
		Hint hint = new Hint();
		hint.addAttachment(new Attachment(this.plant.in("attachment").getBytes(StandardCharsets.UTF_8), "a.txt"));
		this.contextRunner.run((context) -> {
			Sentry.captureEvent(event, hint);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("event");
			this.plant.assertNoneIn(this.receiver.bytes());
			String scrubbed = "mail to [email] with password=[Filtered] was sent";
			for (String field : List.of("/message/formatted", "/transaction", "/fingerprint/1", "/tags/tag",
					"/extra/extra/list/0", "/extra/extra/list/1/k", "/extra/record/note", "/contexts/MDC/k", "/more",
					"/exception/values/0/value", "/exception/values/0/stacktrace/frames/0/vars/v",
					"/threads/values/0/name", "/threads/values/0/stacktrace/frames/0/vars/v", "/breadcrumbs/0/message",
					"/breadcrumbs/0/data/a/b/0", "/user/data/note")) {
				assertThat(received.at(field).asText()).as(field).isEqualTo(scrubbed);
			}
			assertThat(received.at("/breadcrumbs/0/category").asText()).isEqualTo("auth.login");
			assertThat(received.at("/exception/values/0/type").asText()).isEqualTo("AuthTokenException");
			assertThat(received.at("/exception/values/0/stacktrace/frames/0/function").asText())
				.isEqualTo("checkPassword");
			assertThat(received.at("/request/data").asText()).startsWith("{\"note\":\"mail to [email]");
		});
	}

	@Test
	void noneLeavesInTheBodyOfARequest() {
		String value = this.plant.alone("body");
		List<Object> bodies = List.of("{\"user\":{\"password\":\"" + value + "\"},\"n\":1}", "n=1&password=" + value,
				"<user n=\"1\"><password>" + value + "</password></user>", "n=1\npassword: " + value + "\n",
				Map.of("n", 1, "password", value));
		this.contextRunner.run((context) -> {
			for (Object body : bodies) {
				SentryEvent event = new SentryEvent();
				Request request = new Request();
				request.setData(body);
				event.setRequest(request);
				Sentry.captureEvent(event);
			}
			Sentry.flush(5000);
			this.receiver.item("event");
			assertThat(this.receiver.items("event")).hasSameSizeAs(bodies);
			this.plant.assertNoneIn(this.receiver.bytes());
		});
	}

	@Test
	void noneLeavesInATransaction() {
		this.contextRunner.run((context) -> {
			Sentry.configureScope((scope) -> {
				scope.setUser(user());
				scope.setRequest(request());
				scope.setTag("tag", this.plant.in("tag"));
				scope.setExtra("extra", this.plant.in("extra"));
				scope.setContexts("order", Map.of("note", this.plant.in("context")));
			});
			TransactionContext name = new TransactionContext(this.plant.in("name"), TransactionNameSource.URL,
					"http.server");
			ITransaction transaction = Sentry.startTransaction(name);
			transaction.setDescription(this.plant.in("description"));
			transaction.setTag("root", this.plant.in("rootTag"));
			transaction.setData("root", this.plant.in("rootData"));
			ISpan span = transaction.startChild("http.client", this.plant.in("span"));
			span.setTag("tag", this.plant.in("spanTag"));
			span.setTag("password", this.plant.alone("spanTagKey"));
			span.setData("note", Map.of("a", List.of(this.plant.in("spanData"))));
			span.setData("thread.name", this.plant.in("spanThread"));
			span.setData("db.password", this.plant.alone("spanDataKey"));
			span.finish(SpanStatus.PERMISSION_DENIED);
			transaction.finish(SpanStatus.OK);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("transaction");
			this.plant.assertNoneIn(this.receiver.bytes());
			String scrubbed = "mail to [email] with password=[Filtered] was sent";
			assertThat(received.at("/transaction").asText()).isEqualTo(scrubbed);
			assertThat(received.at("/spans/0/description").asText()).isEqualTo(scrubbed);
			assertThat(received.at("/spans/0/data/note/a/0").asText()).isEqualTo(scrubbed);
			assertThat(received.at("/spans/0/status").asText()).isEqualTo("permission_denied");
			assertThat(received.at("/contexts/trace/op").asText()).isEqualTo("http.server");
		});
	}

	@Test
	void noneLeavesInTheHeaderOfAnEnvelope() {
		this.contextRunner.run((context) -> {
			TransactionContext name = new TransactionContext(this.plant.in("name"), TransactionNameSource.CUSTOM,
					"task");
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = Sentry.startTransaction(name, options);
			Sentry.captureMessage("within");
			transaction.finish(SpanStatus.OK);
			Sentry.flush(5000);
			this.receiver.item("event");
			JsonNode received = this.receiver.item("transaction");
			this.plant.assertNoneIn(this.receiver.bytes());
			assertThat(this.receiver.headers()).hasSize(2).allSatisfy((header) -> {
				assertThat(header.at("/trace/transaction").asText())
					.isEqualTo("mail to [email] with password=[Filtered] was sent");
				assertThat(header.at("/trace/trace_id").asText())
					.isEqualTo(transaction.getSpanContext().getTraceId().toString());
				assertThat(header.at("/trace/public_key").asText()).isEqualTo("test");
				assertThat(header.at("/trace/sampled").asText()).isEqualTo("true");
			});
			assertThat(received.at("/transaction").asText())
				.isEqualTo("mail to [email] with password=[Filtered] was sent");
		});
	}

	@Test
	void noneLeavesInTheRecordingOfAReplay() {
		RRWebBreadcrumbEvent breadcrumb = new RRWebBreadcrumbEvent();
		breadcrumb.setMessage(this.plant.in("replayMessage"));
		breadcrumb.setCategory("ui.click");
		breadcrumb.setData(new HashMap<>(Map.of("token", this.plant.alone("replayData"))));
		RRWebSpanEvent span = new RRWebSpanEvent();
		span.setOp("resource.http");
		span.setDescription(this.plant.in("replaySpan"));
		span.setData(new HashMap<>(Map.of("note", this.plant.in("replaySpanData"))));
		RRWebMetaEvent meta = new RRWebMetaEvent();
		meta.setHref("https://x.example/?token=" + this.plant.alone("replayHref"));
		ReplayRecording recording = new ReplayRecording();
		recording.setSegmentId(0);
		recording.setPayload(List.of(breadcrumb, span, meta));
		Hint hint = new Hint();
		hint.setReplayRecording(recording);
		this.contextRunner.run((context) -> {
			Sentry.getCurrentScopes().captureReplay(new SentryReplayEvent(), hint);
			Sentry.flush(5000);
			assertThat(this.receiver.item("replay_video").asText()).contains("ui.click", "resource.http")
				.contains("mail to [email] with password=[Filtered] was sent")
				.contains("https://x.example/?token=[Filtered]");
			this.plant.assertNoneIn(this.receiver.bytes());
		});
	}

	@Test
	void noneLeavesInALog() {
		SentryAttributes attributes = SentryAttributes.of(
				SentryAttribute.stringAttribute("note", this.plant.in("attribute")),
				SentryAttribute.stringAttribute("mdc.note", this.plant.in("mdc")),
				SentryAttribute.stringAttribute("api.key", this.plant.alone("attributeKey")));
		this.contextRunner.withPropertyValues("sentry.release=shop@1.0.final").run((context) -> {
			Sentry.logger()
				.log(SentryLogLevel.WARN, SentryLogParameters.create(attributes), "%s, token=%s",
						this.plant.in("parameter"), this.plant.alone("parameter"));
			Sentry.flush(5000);
			JsonNode log = this.receiver.item("log").at("/items/0");
			this.plant.assertNoneIn(this.receiver.bytes());
			assertThat(log.at("/body").asText())
				.isEqualTo("mail to [email] with password=[Filtered] was sent, token=[Filtered]");
			assertThat(log.at("/attributes/sentry.release/value").asText()).isEqualTo("shop@1.0.final");
		});
	}

	@Test
	void noneLeavesInFeedback() {
		Feedback feedback = new Feedback(this.plant.in("message"));
		feedback.setName(this.plant.in("name"));
		feedback.setContactEmail(this.plant.in("email"));
		feedback.setUrl("https://x.example/?token=" + this.plant.alone("url"));
		this.contextRunner.run((context) -> {
			Sentry.captureFeedback(feedback);
			Sentry.flush(5000);
			assertThat(this.receiver.item("feedback").at("/contexts/feedback/message").asText())
				.isEqualTo("mail to [email] with password=[Filtered] was sent");
			this.plant.assertNoneIn(this.receiver.bytes());
		});
	}

	@Test
	@SuppressWarnings("deprecation")
	void noneLeavesInFeedbackThatPassesNoHook() {
		UserFeedback feedback = new UserFeedback(new SentryId(), this.plant.in("name"), this.plant.in("email"),
				this.plant.in("comments"));
		feedback.setUnknown(new HashMap<>(Map.of("more", this.plant.in("unknown"))));
		this.contextRunner.run((context) -> {
			Sentry.captureUserFeedback(feedback);
			Sentry.flush(5000);
			JsonNode received = this.receiver.item("user_report");
			assertThat(received.at("/comments").asText())
				.isEqualTo("mail to [email] with password=[Filtered] was sent");
			assertThat(received.at("/event_id").asText()).isEqualTo(feedback.getEventId().toString());
			this.plant.assertNoneIn(this.receiver.bytes());
		});
	}

	private Message message() {
		Message message = new Message();
		String parameter = this.plant.alone("parameter");
		String text = this.plant.in("message");
		message.setMessage("{} and token={}");
		message.setParams(List.of(text, parameter));
		message.setFormatted(text);
		return message;
	}

	private SentryException exception() {
		SentryException exception = new SentryException();
		exception.setType("AuthTokenException");
		exception.setModule("com.example.password");
		exception.setValue(this.plant.in("exception"));
		exception.setStacktrace(stackTrace("exception"));
		Mechanism mechanism = new Mechanism();
		mechanism.setType("generic");
		mechanism.setDescription(this.plant.in("mechanism"));
		mechanism.setHelpLink("https://x.example/?token=" + this.plant.alone("helpLink"));
		mechanism.setData(Map.of("note", this.plant.in("mechanismData")));
		mechanism.setMeta(Map.of("note", this.plant.in("mechanismMeta")));
		exception.setMechanism(mechanism);
		return exception;
	}

	private SentryStackTrace stackTrace(String of) {
		SentryStackFrame frame = new SentryStackFrame();
		frame.setFunction("checkPassword");
		frame.setModule("com.example.Login");
		frame.setVars(new HashMap<>(Map.of("v", this.plant.in(of + "Frame"), "pwd", this.plant.alone(of + "Frame"))));
		frame.setContextLine(this.plant.in(of + "Line"));
		frame.setPreContext(List.of(this.plant.in(of + "Before")));
		frame.setPostContext(List.of(this.plant.in(of + "After")));
		return new SentryStackTrace(List.of(frame));
	}

	private User user() {
		User user = new User();
		user.setId("u-1");
		user.setEmail(this.plant.in("userEmail"));
		user.setUsername(this.plant.in("userName"));
		user.setName(this.plant.in("userFullName"));
		user.setIpAddress("203.0.113.7");
		user.setData(Map.of("note", this.plant.in("userData"), "secret", this.plant.alone("userKey")));
		Geo geo = new Geo();
		geo.setCity(this.plant.in("city"));
		user.setGeo(geo);
		return user;
	}

	private Request request() {
		Request request = new Request();
		request.setMethod("POST");
		request.setUrl("https://x.example/reset?token=" + this.plant.alone("url"));
		request.setQueryString("n=1&access_token=" + this.plant.alone("query"));
		request.setFragment("id_token=" + this.plant.alone("fragment"));
		request.setCookies("theme=" + this.plant.alone("cookie"));
		request.setHeaders(Map.of("Authorization", this.plant.alone("header"), "X-Note", this.plant.in("headerText")));
		request.setEnvs(Map.of("DB_PASSWORD", this.plant.alone("env")));
		request.setOthers(Map.of("note", this.plant.in("other")));
		request.setData("{\"note\":\"" + this.plant.in("body") + "\"}");
		return request;
	}

	private Response response() {
		Response response = new Response();
		response.setCookies(this.plant.alone("responseCookie"));
		response.setHeaders(Map.of("Set-Cookie", this.plant.alone("setCookie")));
		response.setData(Map.of("token", this.plant.alone("responseToken")));
		return response;
	}

	private record Login(String note, String password) {
	}

}
