package io.github.sentryinsights.scrub;

/**
 * Where the text of a block of YAML begins and ends, which stands on the lines below its
 * key.
 */
final class YamlBlock {

	private YamlBlock() {
	}

	// a block of YAML: | or > and the lines below
	static int start(String text, int from) {
		if (text.charAt(from) != '|' && text.charAt(from) != '>') {
			return -1;
		}
		int line = from + 1;
		line += (line < text.length() && (text.charAt(line) == '-' || text.charAt(line) == '+')) ? 1 : 0;
		line += (line < text.length() && text.charAt(line) == '\r') ? 1 : 0;
		int start = indentEnd(text, line + 1);
		return (start < text.length() && start > line + 1 && text.charAt(line) == '\n'
				&& !Detector.isLineEnd(text.charAt(start))) ? start : -1;
	}

	static int end(String text, int start) {
		int indent = 1;
		while (text.charAt(start - indent) != '\n') {
			indent++;
		}
		int end = SensitiveValue.lineEnd(text, start);
		while (end < text.length()) {
			int line = end + (text.startsWith("\r\n", end) ? 2 : 1);
			if (indentEnd(text, line) - line < indent - 1) {
				break;
			}
			end = SensitiveValue.lineEnd(text, line);
		}
		return end;
	}

	private static int indentEnd(String text, int from) {
		int at = from;
		while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
			at++;
		}
		return at;
	}

}
