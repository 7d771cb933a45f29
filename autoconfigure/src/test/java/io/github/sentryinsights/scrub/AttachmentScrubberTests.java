package io.github.sentryinsights.scrub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.sentry.Attachment;
import io.sentry.Hint;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AttachmentScrubber} with the real SDK, over HTTP.
 */
class AttachmentScrubberTests {

	private static final String TEXT = "sent to bob@example.com with password=hunter2";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(AutoConfigurations.of(ScrubAutoConfiguration.class));

	@Test
	void textIsScrubbedWhereverItComesFrom(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("mail.log"), TEXT);
		Attachment json = new Attachment(bytes("{\"password\":\"hunter2\"}"), "body", "application/problem+json");
		this.contextRunner.run((context) -> {
			capture(new Attachment(file.toString()), new Attachment(bytes(TEXT), "a.TXT"), json,
					Attachment.fromByteProvider(() -> bytes(TEXT), "b", "text/plain; charset=utf-8", false));
			assertThat(contents()).containsExactly("sent to [email] with password=[Filtered]",
					"sent to [email] with password=[Filtered]", "{\"password\":\"[Filtered]\"}",
					"sent to [email] with password=[Filtered]");
		});
	}

	@Test
	void whatCannotBeExaminedIsReplaced() {
		Attachment broken = Attachment.fromByteProvider(() -> {
			throw new IllegalStateException("hunter2");
		}, "broken.txt", "text/plain", false);
		Attachment large = new Attachment(bytes("hunter2 ".repeat(AttachmentScrubber.MAX_BYTES / 8 + 1)), "large.txt");
		Attachment malformed = new Attachment(new byte[] { (byte) 0xff, 'h' }, "malformed.txt");
		this.contextRunner.run((context) -> {
			capture(broken, large, malformed, new Attachment(bytes("hunter2"), "picture.png", "image/png"),
					new Attachment(bytes("hunter2"), "unknown"));
			assertThat(contents()).hasSize(5).containsOnly("[Filtered]");
		});
	}

	@Test
	void theAttachmentsOfATransactionAreScrubbed() {
		this.contextRunner.run((context) -> {
			Sentry.configureScope(
					(scope) -> scope.addAttachment(new Attachment(bytes(TEXT), "a.txt", "text/plain", true)));
			ITransaction transaction = Sentry.startTransaction("t", "test");
			transaction.finish();
			Sentry.flush(5000);
			assertThat(contents()).containsExactly("sent to [email] with password=[Filtered]");
		});
	}

	@Test
	void theyAreSentAsTheyAreWhenKept() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.attachments=keep").run((context) -> {
			capture(new Attachment(bytes(TEXT), "a.txt"));
			assertThat(contents()).containsExactly(TEXT);
		});
	}

	@Test
	void theyAreNotSentWhenDropped() {
		this.contextRunner.withPropertyValues("sentry.insights.pii.attachments=drop").run((context) -> {
			capture(new Attachment(bytes(TEXT), "a.txt"));
			assertThat(this.receiver.item("event")).isNotNull();
			assertThat(this.receiver.items("attachment")).isEmpty();
		});
	}

	private static void capture(Attachment... attachments) {
		Hint hint = new Hint();
		hint.addAttachments(List.of(attachments));
		Sentry.captureEvent(new SentryEvent(), hint);
		Sentry.flush(5000);
	}

	private List<String> contents() {
		this.receiver.item("attachment");
		return this.receiver.items("attachment")
			.stream()
			.map((content) -> content.isTextual() ? content.asText() : content.toString())
			.toList();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
