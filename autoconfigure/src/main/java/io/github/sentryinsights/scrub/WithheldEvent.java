package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.SentryReplayEvent;
import io.sentry.SpanContext;
import io.sentry.protocol.Contexts;
import io.sentry.protocol.Feedback;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.TransactionInfo;
import io.sentry.protocol.TransactionNameSource;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is sent in the place of an event that could not be scrubbed: its ids, times,
 * level and release, the types of its exceptions and their frames, and no other content.
 */
final class WithheldEvent {

	private static final String FILTERED = SensitiveValue.FILTERED;

	private WithheldEvent() {
	}

	static SentryEvent event(SentryEvent event) {
		SentryEvent withheld = new SentryEvent(event.getTimestamp());
		describe(event, withheld);
		withheld.setLevel(event.getLevel());
		withheld.setLogger(event.getLogger());
		if (event.getMessage() != null) {
			Message message = new Message();
			message.setFormatted(FILTERED);
			withheld.setMessage(message);
		}
		List<SentryException> exceptions = event.getExceptions();
		if (exceptions != null) {
			withheld.setExceptions(exceptions.stream().map(WithheldEvent::exception).toList());
		}
		return withheld;
	}

	static SentryTransaction transaction(SentryTransaction transaction) {
		List<SentrySpan> spans = new ArrayList<>();
		for (SentrySpan span : transaction.getSpans()) {
			spans.add(new SentrySpan(span.getStartTimestamp(), span.getTimestamp(), span.getTraceId(), span.getSpanId(),
					span.getParentSpanId(), span.getOp(), FILTERED, span.getStatus(), span.getOrigin(), Map.of(),
					span.getMeasurements(), null));
		}
		SentryTransaction withheld = new SentryTransaction(FILTERED, transaction.getStartTimestamp(),
				transaction.getTimestamp(), spans, Map.of(),
				new TransactionInfo(TransactionNameSource.CUSTOM.apiName()));
		withheld.getMeasurements().clear();
		withheld.getMeasurements().putAll(transaction.getMeasurements());
		describe(transaction, withheld);
		return withheld;
	}

	static SentryReplayEvent replay(SentryReplayEvent event) {
		SentryReplayEvent withheld = new SentryReplayEvent();
		describe(event, withheld);
		withheld.setReplayId(event.getReplayId());
		withheld.setSegmentId(event.getSegmentId());
		withheld.setReplayType(event.getReplayType());
		withheld.setTimestamp(event.getTimestamp());
		withheld.setReplayStartTimestamp(event.getReplayStartTimestamp());
		withheld.setErrorIds(event.getErrorIds());
		withheld.setTraceIds(event.getTraceIds());
		return withheld;
	}

	private static void describe(SentryBaseEvent event, SentryBaseEvent withheld) {
		withheld.setEventId(event.getEventId());
		withheld.setRelease(event.getRelease());
		withheld.setDist(event.getDist());
		withheld.setEnvironment(event.getEnvironment());
		withheld.setPlatform(event.getPlatform());
		withheld.setServerName(event.getServerName());
		withheld.setSdk(event.getSdk());
		withheld.setDebugMeta(event.getDebugMeta());
		User user = event.getUser();
		if (user != null) {
			User onlyId = new User();
			onlyId.setId(user.getId());
			withheld.setUser(onlyId);
		}
		Contexts contexts = event.getContexts();
		SpanContext trace = contexts.getTrace();
		if (trace != null) {
			SpanContext onlyIds = new SpanContext(trace.getTraceId(), trace.getSpanId(), trace.getParentSpanId(),
					trace.getOperation(), null, trace.getSamplingDecision(), trace.getStatus(), trace.getOrigin());
			withheld.getContexts().setTrace(onlyIds);
		}
		Feedback feedback = contexts.getFeedback();
		if (feedback != null) {
			Feedback withheldFeedback = new Feedback(FILTERED);
			withheldFeedback.setAssociatedEventId(feedback.getAssociatedEventId());
			withheldFeedback.setReplayId(feedback.getReplayId());
			withheld.getContexts().setFeedback(withheldFeedback);
		}
	}

	private static SentryException exception(SentryException exception) {
		SentryException withheld = new SentryException();
		withheld.setType(exception.getType());
		withheld.setModule(exception.getModule());
		withheld.setThreadId(exception.getThreadId());
		withheld.setValue((exception.getValue() != null) ? FILTERED : null);
		withheld.setStacktrace(stackTrace(exception.getStacktrace()));
		Mechanism mechanism = exception.getMechanism();
		if (mechanism != null) {
			Mechanism withheldMechanism = new Mechanism();
			withheldMechanism.setType(mechanism.getType());
			withheldMechanism.setHandled(mechanism.isHandled());
			withheldMechanism.setExceptionId(mechanism.getExceptionId());
			withheldMechanism.setParentId(mechanism.getParentId());
			withheldMechanism.setExceptionGroup(mechanism.isExceptionGroup());
			withheld.setMechanism(withheldMechanism);
		}
		return withheld;
	}

	private static @Nullable SentryStackTrace stackTrace(@Nullable SentryStackTrace stackTrace) {
		List<SentryStackFrame> frames = (stackTrace != null) ? stackTrace.getFrames() : null;
		return (frames != null) ? new SentryStackTrace(frames.stream().map(WithheldEvent::frame).toList()) : null;
	}

	private static SentryStackFrame frame(SentryStackFrame frame) {
		SentryStackFrame withheld = new SentryStackFrame();
		withheld.setModule(frame.getModule());
		withheld.setFunction(frame.getFunction());
		withheld.setFilename(frame.getFilename());
		withheld.setLineno(frame.getLineno());
		withheld.setInApp(frame.isInApp());
		withheld.setNative(frame.isNative());
		return withheld;
	}

}
