package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import io.sentry.Hint;
import io.sentry.ReplayRecording;
import io.sentry.rrweb.RRWebBreadcrumbEvent;
import io.sentry.rrweb.RRWebEvent;
import io.sentry.rrweb.RRWebMetaEvent;
import io.sentry.rrweb.RRWebOptionsEvent;
import io.sentry.rrweb.RRWebSpanEvent;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs the recording of a replay: its breadcrumbs, spans, options and addresses.
 * Coordinates and videos tell nothing that could be read here, and what is no event of
 * the SDK is left out.
 */
final class ReplayScrubber {

	private ReplayScrubber() {
	}

	static void recording(Hint hint, PayloadWalk walk) {
		ReplayRecording recording = hint.getReplayRecording();
		if (recording == null) {
			return;
		}
		int mark = walk.enter("replay");
		int inner = walk.enter("recording");
		recording.setUnknown(walk.values("unknown", recording.getUnknown()));
		List<? extends RRWebEvent> payload = recording.getPayload();
		if (payload != null) {
			List<RRWebEvent> kept = new ArrayList<>(payload.size());
			for (RRWebEvent event : payload) {
				RRWebEvent scrubbed = event(event, walk);
				if (scrubbed != null) {
					kept.add(scrubbed);
				}
			}
			recording.setPayload(kept);
		}
		walk.leave(inner);
		walk.leave(mark);
	}

	private static @Nullable RRWebEvent event(RRWebEvent event, PayloadWalk walk) {
		if (event instanceof RRWebBreadcrumbEvent breadcrumb) {
			breadcrumb.setMessage(walk.text("message", breadcrumb.getMessage()));
			breadcrumb.setData(walk.values("data", breadcrumb.getData()));
			breadcrumb.setUnknown(walk.values("unknown", breadcrumb.getUnknown()));
			breadcrumb.setPayloadUnknown(walk.values("unknown", breadcrumb.getPayloadUnknown()));
			breadcrumb.setDataUnknown(walk.values("unknown", breadcrumb.getDataUnknown()));
		}
		else if (event instanceof RRWebSpanEvent span) {
			span.setDescription(walk.text("description", span.getDescription()));
			span.setData(walk.values("data", span.getData()));
			span.setUnknown(walk.values("unknown", span.getUnknown()));
			span.setPayloadUnknown(walk.values("unknown", span.getPayloadUnknown()));
			span.setDataUnknown(walk.values("unknown", span.getDataUnknown()));
		}
		else if (event instanceof RRWebMetaEvent meta) {
			meta.setHref(walk.scrub("href", meta.getHref()));
			meta.setUnknown(walk.values("unknown", meta.getUnknown()));
			meta.setDataUnknown(walk.values("unknown", meta.getDataUnknown()));
		}
		else if (event instanceof RRWebOptionsEvent options) {
			options.setOptionsPayload(walk.values("options", options.getOptionsPayload()));
			options.setUnknown(walk.values("unknown", options.getUnknown()));
			options.setDataUnknown(walk.values("unknown", options.getDataUnknown()));
		}
		else if (!event.getClass().getName().startsWith("io.sentry.rrweb.")) {
			return walk.replaced("events", Rule.LIMIT, event, null);
		}
		return event;
	}

}
