package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import io.sentry.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs messages together with their parameters: what was a secret inside the formatted
 * message is one as a parameter too, where the key beside it is missing.
 */
final class MessageScrubber {

	// Enough of a long parameter to find it in the message again.
	private static final int MAX_PROBE = 128;

	private MessageScrubber() {
	}

	static void message(Message message, PayloadWalk walk) {
		int mark = walk.enter("message");
		String formatted = message.getFormatted();
		List<String> params = message.getParams();
		if (params != null && !params.isEmpty()) {
			String whole = format(message.getMessage(), params);
			String probe = walk.probe(whole);
			boolean alike = formatted == null || formatted.equals(whole);
			String formattedProbe = alike ? probe : walk.probe(formatted);
			List<String> copy = new ArrayList<>(params);
			copy.replaceAll(
					(param) -> isLost(param, whole, probe) || (!alike && isLost(param, formatted, formattedProbe))
							? walk.replaced("params", Rule.KEY, param, SensitiveValue.FILTERED)
							: walk.text("params", param));
			message.setParams(copy);
		}
		message.setFormatted(walk.text("formatted", formatted));
		message.setMessage(walk.text("message", message.getMessage()));
		message.setUnknown(walk.values("unknown", message.getUnknown()));
		walk.leave(mark);
	}

	/**
	 * Whether a parameter was in a message and is no longer, now that the message is
	 * scrubbed.
	 * @param param the parameter
	 * @param formatted the message
	 * @param scrubbed the scrubbed message
	 * @return whether the parameter is a secret
	 */
	static boolean isLost(@Nullable String param, String formatted, String scrubbed) {
		if (param == null || param.isBlank() || scrubbed.equals(formatted)) {
			return false;
		}
		String probe = (param.length() <= MAX_PROBE) ? param : param.substring(0, MAX_PROBE);
		return formatted.contains(probe) && !scrubbed.contains(probe);
	}

	private static String format(@Nullable String template, List<String> params) {
		String pattern = (template != null) ? template : "";
		StringBuilder formatted = new StringBuilder(2 * pattern.length());
		int copied = 0;
		for (String param : params) {
			int braces = pattern.indexOf("{}", copied);
			int percent = pattern.indexOf("%s", copied);
			int at = (braces == -1 || (percent != -1 && percent < braces)) ? percent : braces;
			if (at == -1) {
				break;
			}
			formatted.append(pattern, copied, at).append(param);
			copied = at + 2;
		}
		return formatted.append(pattern, copied, pattern.length()).toString();
	}

}
