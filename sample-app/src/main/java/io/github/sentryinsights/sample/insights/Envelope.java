package io.github.sentryinsights.sample.insights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What an SDK sends in one request.
 *
 * @param text everything that was sent, decoded
 * @param items the items whose payload is JSON
 */
public record Envelope(String text, List<Item> items) {

	/**
	 * Read an envelope: a line with a header, then a line with a header and a payload for
	 * each item.
	 * @param content the envelope, not compressed
	 * @param json what reads headers and payloads
	 * @return the envelope
	 * @throws IOException when it is malformed
	 */
	static Envelope read(byte[] content, ObjectMapper json) throws IOException {
		List<Item> items = new ArrayList<>();
		int position = endOfLine(content, 0) + 1;
		while (position < content.length) {
			int endOfHeader = endOfLine(content, position);
			if (endOfHeader == position) {
				position++;
				continue;
			}
			JsonNode header = json.readTree(content, position, endOfHeader - position);
			int start = Math.min(endOfHeader + 1, content.length);
			int end = header.has("length") ? start + header.get("length").asInt() : endOfLine(content, start);
			if (end < start || end > content.length) {
				throw new IOException("The length of an item does not fit the envelope");
			}
			if (end > start && content[start] == '{') {
				items.add(new Item(header.path("type").asText(), json.readTree(content, start, end - start)));
			}
			position = end + 1;
		}
		return new Envelope(new String(content, StandardCharsets.UTF_8), List.copyOf(items));
	}

	private static int endOfLine(byte[] content, int from) {
		for (int i = from; i < content.length; i++) {
			if (content[i] == '\n') {
				return i;
			}
		}
		return content.length;
	}

	/**
	 * One thing an SDK reports.
	 *
	 * @param type what it is, such as {@code transaction}
	 * @param payload what it says
	 */
	public record Item(String type, JsonNode payload) {
	}

}
