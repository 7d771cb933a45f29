package io.github.sentryinsights.scrub;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

import io.sentry.Attachment;
import io.sentry.Hint;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

import io.github.sentryinsights.InsightsProperties.Pii.AttachmentPolicy;

/**
 * Scrubs the attachments of an event. Content is read when the SDK sends it, not on the
 * thread that captures. Safe for use by several threads.
 */
final class AttachmentScrubber {

	/** Bytes of an attachment that is read. */
	static final int MAX_BYTES = 4_194_304;

	private static final byte[] WITHHELD = SensitiveValue.FILTERED.getBytes(StandardCharsets.UTF_8);

	private static final Set<String> TEXT_TYPES = Set.of("json", "xml", "yaml", "x-yaml", "x-ndjson",
			"x-www-form-urlencoded", "javascript", "sql");

	private static final Set<String> TEXT_EXTENSIONS = Set.of("txt", "log", "out", "json", "ndjson", "xml", "yaml",
			"yml", "properties", "csv", "md", "html", "sql");

	/**
	 * Tombstones are younger than the oldest SDK this works with.
	 */
	private static final boolean TOMBSTONES = ClassUtils.hasMethod(Hint.class, "getTombstone");

	// Nothing public tells which attachments go with transactions, too.
	private static final @Nullable Method FOR_TRANSACTIONS = ReflectionUtils.findMethod(Attachment.class,
			"isAddToTransactions");

	private final PiiRules rules;

	private final AttachmentPolicy policy;

	/**
	 * Create a new scrubber.
	 * @param rules what to replace and how
	 * @param policy what becomes of attachments
	 */
	AttachmentScrubber(PiiRules rules, AttachmentPolicy policy) {
		this.rules = rules;
		this.policy = policy;
	}

	/**
	 * Replace the attachments that are to be sent with an event.
	 * @param hint what holds them
	 */
	void scrub(Hint hint) {
		if (this.policy == AttachmentPolicy.KEEP) {
			return;
		}
		DryRun dryRun = this.rules.dryRun();
		if (dryRun != null) {
			hint.getAttachments().forEach((attachment) -> report(attachment, dryRun));
			return;
		}
		Attachment threadDump = hint.getThreadDump();
		List<Attachment> scrubbed = new ArrayList<>();
		if (this.policy == AttachmentPolicy.SCRUB) {
			try {
				hint.getAttachments().forEach((attachment) -> scrubbed.add(scrub(attachment)));
				threadDump = (threadDump != null) ? scrub(threadDump) : null;
			}
			catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
				drop(hint);
				throw ex;
			}
		}
		drop(hint);
		hint.addAttachments(scrubbed);
		if (this.policy == AttachmentPolicy.SCRUB) {
			hint.setThreadDump(threadDump);
		}
	}

	// What would have to be read from a file or be made first is left alone.
	private void report(Attachment attachment, DryRun dryRun) {
		PayloadPath path = new PayloadPath();
		path.enter("attachments");
		FindingListener listener = (rule) -> {
			this.rules.found(rule);
			dryRun.found(rule, path);
		};
		byte[] bytes = attachment.getBytes();
		if (this.policy == AttachmentPolicy.DROP || !isText(attachment)) {
			listener.found(Rule.ATTACHMENT);
		}
		else if (bytes != null) {
			this.rules.text().scrub(new String(bytes, StandardCharsets.UTF_8), listener);
		}
	}

	private static void drop(Hint hint) {
		hint.clearAttachments();
		hint.setThreadDump(null);
		hint.setScreenshot(null);
		hint.setViewHierarchy(null);
		if (TOMBSTONES) {
			hint.setTombstone(null);
		}
	}

	private Attachment scrub(Attachment attachment) {
		String name = scrub(attachment.getFilename());
		String type = attachment.getContentType();
		boolean text = isText(attachment);
		Callable<byte[]> content = () -> text ? content(attachment) : withheld(Rule.ATTACHMENT);
		return new Attachment(content, name, text ? type : "text/plain", attachment.getAttachmentType(),
				isForTransactions(attachment));
	}

	private static boolean isForTransactions(Attachment attachment) {
		if (FOR_TRANSACTIONS == null) {
			return false;
		}
		ReflectionUtils.makeAccessible(FOR_TRANSACTIONS);
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(FOR_TRANSACTIONS, attachment));
	}

	private byte[] content(Attachment attachment) {
		try {
			byte[] bytes = bytes(attachment);
			if (bytes == null || bytes.length > MAX_BYTES) {
				return withheld(Rule.LIMIT);
			}
			String content = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			String scrubbed = scrub(content);
			return scrubbed.equals(content) ? bytes : scrubbed.getBytes(StandardCharsets.UTF_8);
		}
		// Whatever it is, such as a provider of the application that throws.
		catch (Exception | LinkageError | StackOverflowError ex) {
			return withheld(Rule.FAILURE);
		}
	}

	private String scrub(String text) {
		return this.rules.text().scrub(text, this.rules);
	}

	private byte[] withheld(Rule rule) {
		this.rules.found(rule);
		return WITHHELD;
	}

	private static byte @Nullable [] bytes(Attachment attachment) throws Exception {
		if (attachment.getBytes() != null) {
			return attachment.getBytes();
		}
		if (attachment.getPathname() != null) {
			Path file = Path.of(attachment.getPathname());
			return (Files.size(file) <= MAX_BYTES) ? Files.readAllBytes(file) : null;
		}
		Callable<byte[]> provider = attachment.getByteProvider();
		return (provider != null) ? provider.call() : null;
	}

	private static boolean isText(Attachment attachment) {
		return isText(attachment.getContentType(), attachment.getFilename()) && attachment.getSerializable() == null;
	}

	private static boolean isText(@Nullable String contentType, String name) {
		String type = (contentType != null) ? contentType.toLowerCase(Locale.ROOT) : "";
		int parameters = type.indexOf(';');
		type = ((parameters != -1) ? type.substring(0, parameters) : type).strip();
		if (type.isEmpty() || "application/octet-stream".equals(type)) {
			String extension = StringUtils.getFilenameExtension(name);
			return extension != null && TEXT_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
		}
		String subtype = type.substring(type.indexOf('/') + 1);
		return type.startsWith("text/") || TEXT_TYPES.contains(subtype.substring(subtype.indexOf('+') + 1));
	}

}
