package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.MessageHeaders;

/**
 * The headers of a record.
 */
final class RecordMessageHeaders extends MessageHeaders {

	private final Headers headers;

	RecordMessageHeaders(Headers headers) {
		this.headers = headers;
	}

	@Override
	public @Nullable String get(String name) {
		Header header = this.headers.lastHeader(name);
		return (header != null) ? text(header) : null;
	}

	@Override
	protected List<String> all(String name) {
		List<String> values = new ArrayList<>();
		for (Header header : this.headers.headers(name)) {
			values.add(text(header));
		}
		return values;
	}

	@Override
	protected void put(String name, String value) {
		this.headers.remove(name);
		this.headers.add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	protected void remove(String name) {
		this.headers.remove(name);
	}

	private static String text(Header header) {
		return (header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : "";
	}

}
