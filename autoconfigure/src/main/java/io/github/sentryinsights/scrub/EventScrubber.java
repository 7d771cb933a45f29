package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.sentry.Breadcrumb;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.SentryReplayEvent;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryThread;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.TransactionInfo;
import io.sentry.protocol.TransactionNameSource;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.OperationKind;

/**
 * Scrubs events, feedback, transactions and replays. Ids, times, types, names of code,
 * and what describes the release and the SDK stay as they are.
 */
final class EventScrubber {

	private static final Set<String> QUERIES = Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH");

	/**
	 * Names of segments are younger than the oldest SDK this works with.
	 */
	private static final boolean SEGMENT_NAMES = ClassUtils.hasMethod(SentryReplayEvent.class, "getSegmentNames");

	private EventScrubber() {
	}

	static SentryEvent event(SentryEvent event, PayloadWalk walk) {
		base(event, walk);
		Message message = event.getMessage();
		if (message != null) {
			MessageScrubber.message(message, walk);
		}
		event.setTransaction(walk.text("transaction", event.getTransaction()));
		event.setUnknown(walk.values("unknown", event.getUnknown()));
		List<String> fingerprints = event.getFingerprints();
		List<String> scrubbed = walk.strings("fingerprint", fingerprints);
		if (scrubbed != fingerprints) {
			event.setFingerprints(scrubbed);
		}
		List<SentryException> exceptions = event.getExceptions();
		if (exceptions != null) {
			int mark = walk.enter("exception");
			exceptions.forEach((exception) -> exception(exception, walk));
			walk.leave(mark);
		}
		List<SentryThread> threads = event.getThreads();
		if (threads != null) {
			int mark = walk.enter("threads");
			threads.forEach((thread) -> thread(thread, walk));
			walk.leave(mark);
		}
		return event;
	}

	static SentryReplayEvent replay(SentryReplayEvent event, PayloadWalk walk) {
		base(event, walk);
		int mark = walk.enter("replay");
		event.setUrls(walk.strings("urls", event.getUrls()));
		if (SEGMENT_NAMES) {
			event.setSegmentNames(walk.strings("segment_names", event.getSegmentNames()));
		}
		walk.leave(mark);
		event.setUnknown(walk.values("unknown", event.getUnknown()));
		return event;
	}

	static SentryTransaction transaction(SentryTransaction transaction, PayloadWalk walk) {
		base(transaction, walk);
		int mark = walk.enter("span");
		transaction.getSpans().replaceAll((span) -> span(span, walk));
		walk.leave(mark);
		transaction.setUnknown(walk.values("unknown", transaction.getUnknown()));
		String name = walk.text("transaction", transaction.getTransaction());
		return (name != transaction.getTransaction()) ? renamed(transaction, name) : transaction;
	}

	private static void base(SentryBaseEvent event, PayloadWalk walk) {
		ContextsScrubber.contexts(event.getContexts(), walk);
		Request request = event.getRequest();
		if (request != null) {
			event.setRequest(UserScrubber.request(request, walk));
		}
		User user = event.getUser();
		if (user != null) {
			event.setUser(UserScrubber.user(user, walk));
		}
		Map<String, String> tags = event.getTags();
		Map<String, String> scrubbedTags = walk.strings("tags", tags);
		if (scrubbedTags != tags) {
			event.setTags(scrubbedTags);
		}
		Map<String, Object> extras = event.getExtras();
		Map<String, Object> scrubbedExtras = walk.values("extra", extras);
		if (scrubbedExtras != extras) {
			event.setExtras(scrubbedExtras);
		}
		List<Breadcrumb> breadcrumbs = event.getBreadcrumbs();
		int mark = walk.enter("breadcrumbs");
		List<Breadcrumb> scrubbedBreadcrumbs = breadcrumbs(breadcrumbs, walk);
		walk.leave(mark);
		if (scrubbedBreadcrumbs != breadcrumbs) {
			event.setBreadcrumbs(scrubbedBreadcrumbs);
		}
	}

	private static @Nullable List<Breadcrumb> breadcrumbs(@Nullable List<Breadcrumb> breadcrumbs, PayloadWalk walk) {
		List<Breadcrumb> copy = null;
		for (int i = 0; breadcrumbs != null && i < breadcrumbs.size(); i++) {
			Breadcrumb breadcrumb = breadcrumbs.get(i);
			Breadcrumb scrubbed = breadcrumb(breadcrumb, walk);
			if (scrubbed != breadcrumb) {
				copy = (copy != null) ? copy : new ArrayList<>(breadcrumbs);
				copy.set(i, scrubbed);
			}
		}
		return (copy != null) ? copy : breadcrumbs;
	}

	// The scope still holds the breadcrumb for the events to come.
	private static Breadcrumb breadcrumb(Breadcrumb breadcrumb, PayloadWalk walk) {
		String message = walk.text("message", breadcrumb.getMessage());
		Map<String, Object> data = walk.values("data", breadcrumb.getData());
		Map<String, Object> unknown = walk.values("unknown", breadcrumb.getUnknown());
		if (message == breadcrumb.getMessage() && data == breadcrumb.getData() && unknown == breadcrumb.getUnknown()) {
			return breadcrumb;
		}
		Breadcrumb copy = new Breadcrumb(breadcrumb.getTimestamp());
		copy.setMessage(message);
		copy.setType(breadcrumb.getType());
		copy.setCategory(breadcrumb.getCategory());
		copy.setOrigin(breadcrumb.getOrigin());
		copy.setLevel(breadcrumb.getLevel());
		copy.setUnknown(unknown);
		if (data != null) {
			data.forEach(copy::setData);
		}
		return copy;
	}

	private static void exception(SentryException exception, PayloadWalk walk) {
		exception.setValue(walk.text("value", exception.getValue()));
		exception.setUnknown(walk.values("unknown", exception.getUnknown()));
		stackTrace(exception.getStacktrace(), walk);
		Mechanism mechanism = exception.getMechanism();
		if (mechanism != null) {
			int mark = walk.enter("mechanism");
			mechanism.setDescription(walk.text("description", mechanism.getDescription()));
			mechanism.setHelpLink(walk.text("help_link", mechanism.getHelpLink()));
			mechanism.setUnknown(walk.values("unknown", mechanism.getUnknown()));
			mechanism.setData(walk.values("data", mechanism.getData()));
			mechanism.setMeta(walk.values("meta", mechanism.getMeta()));
			walk.leave(mark);
		}
	}

	private static void thread(SentryThread thread, PayloadWalk walk) {
		thread.setName(walk.text("name", thread.getName()));
		thread.setUnknown(walk.values("unknown", thread.getUnknown()));
		stackTrace(thread.getStacktrace(), walk);
	}

	private static void stackTrace(@Nullable SentryStackTrace stackTrace, PayloadWalk walk) {
		if (stackTrace == null) {
			return;
		}
		int mark = walk.enter("stacktrace");
		stackTrace.setUnknown(walk.values("unknown", stackTrace.getUnknown()));
		List<SentryStackFrame> frames = stackTrace.getFrames();
		if (frames != null) {
			int inner = walk.enter("frames");
			frames.forEach((frame) -> frame(frame, walk));
			walk.leave(inner);
		}
		walk.leave(mark);
	}

	private static void frame(SentryStackFrame frame, PayloadWalk walk) {
		if (frame.getVars() != null) {
			frame.setVars(walk.values("vars", frame.getVars()));
		}
		frame.setContextLine(walk.text("context_line", frame.getContextLine()));
		if (frame.getPreContext() != null) {
			frame.setPreContext(walk.strings("pre_context", frame.getPreContext()));
		}
		if (frame.getPostContext() != null) {
			frame.setPostContext(walk.strings("post_context", frame.getPostContext()));
		}
		frame.setUnknown(walk.values("unknown", frame.getUnknown()));
	}

	private static SentrySpan span(SentrySpan span, PayloadWalk walk) {
		String description = isWithoutLiterals(span) ? walk.statement("description", span.getDescription())
				: walk.text("description", span.getDescription());
		Map<String, String> tags = walk.strings("tags", span.getTags());
		Map<String, Object> data = ContextsScrubber.spanData(span.getData(), walk);
		Map<String, Object> unknown = walk.values("unknown", span.getUnknown());
		if (description == span.getDescription() && tags == span.getTags() && data == span.getData()
				&& unknown == span.getUnknown()) {
			return span;
		}
		SentrySpan copy = new SentrySpan(span.getStartTimestamp(), span.getTimestamp(), span.getTraceId(),
				span.getSpanId(), span.getParentSpanId(), span.getOp(), description, span.getStatus(), span.getOrigin(),
				(tags != null) ? tags : Map.of(), span.getMeasurements(), data);
		copy.setUnknown(unknown);
		return copy;
	}

	/**
	 * Whether the description is SQL that this library has normalised. Other commands may
	 * hold a password that is not quoted.
	 */
	private static boolean isWithoutLiterals(SentrySpan span) {
		String origin = span.getOrigin();
		Map<String, Object> data = span.getData();
		return OperationKind.DB_QUERY.operation().equals(span.getOp()) && origin != null
				&& origin.contains(".db.insights") && data != null
				&& data.get(DbConvention.OPERATION.name()) instanceof String command && QUERIES.contains(command);
	}

	// The SDK lets nobody rename a finished transaction or read where its name came from.
	private static SentryTransaction renamed(SentryTransaction transaction, @Nullable String name) {
		SentryTransaction copy = new SentryTransaction(name, transaction.getStartTimestamp(),
				transaction.getTimestamp(), transaction.getSpans(), transaction.getMeasurements(),
				new TransactionInfo(TransactionNameSource.CUSTOM.apiName()));
		copy.getMeasurements().keySet().retainAll(transaction.getMeasurements().keySet());
		copy.setEventId(transaction.getEventId());
		transaction.getContexts()
			.entrySet()
			.forEach((entry) -> copy.getContexts().put(entry.getKey(), entry.getValue()));
		copy.setSdk(transaction.getSdk());
		copy.setRequest(transaction.getRequest());
		copy.setTags(transaction.getTags());
		copy.setRelease(transaction.getRelease());
		copy.setEnvironment(transaction.getEnvironment());
		copy.setPlatform(transaction.getPlatform());
		copy.setServerName(transaction.getServerName());
		copy.setDist(transaction.getDist());
		copy.setUser(transaction.getUser());
		copy.setBreadcrumbs(transaction.getBreadcrumbs());
		copy.setDebugMeta(transaction.getDebugMeta());
		copy.setExtras(transaction.getExtras());
		copy.setUnknown(transaction.getUnknown());
		return copy;
	}

}
