package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * The headers of a record. Those that are much too long are not read, whoever wrote them.
 */
final class RecordMessageHeaders extends MessageHeaders {

	private final Headers headers;

	private final @Nullable RecentHeaders recent;

	/**
	 * Create a view of the headers of a record that has been received.
	 * @param headers the headers
	 */
	RecordMessageHeaders(Headers headers) {
		this.headers = headers;
		this.recent = null;
	}

	/**
	 * Create a view of the headers of a record that is about to be sent.
	 * @param headers the headers
	 * @param recent encodes what is written
	 */
	RecordMessageHeaders(Headers headers, RecentHeaders recent) {
		this.headers = headers;
		this.recent = recent;
	}

	@Override
	public @Nullable String get(String name) {
		Header header = this.headers.lastHeader(name);
		return (header != null) ? text(header) : null;
	}

	@Override
	protected List<String> all(String name) {
		List<String> values = List.of();
		int length = 0;
		for (Header header : this.headers) {
			String value = name.equals(header.key()) ? text(header) : null;
			length += (value != null) ? value.length() : 0;
			if (value != null && length <= MAX_LENGTH) {
				values = with(values, value);
			}
		}
		return values;
	}

	/**
	 * Nearly always there is one.
	 */
	private static List<String> with(List<String> values, String value) {
		if (values.isEmpty()) {
			return List.of(value);
		}
		List<String> more = (values.size() == 1) ? new ArrayList<>(values) : values;
		more.add(value);
		return more;
	}

	@Override
	protected void put(String name, String value) {
		replace(name, sent().of(name, value));
	}

	@Override
	protected void putNewMessageId() {
		replace(QueueConvention.MESSAGE_ID_HEADER, RecentHeaders.newMessageId());
	}

	@Override
	protected void putEnqueuedTime(long millis) {
		replace(QueueConvention.ENQUEUED_TIME_HEADER, sent().enqueuedTime(millis));
	}

	private void replace(String name, Header header) {
		remove(name);
		this.headers.add(header);
	}

	private RecentHeaders sent() {
		if (this.recent == null) {
			throw new IllegalStateException("The headers of a record that has been received are not written");
		}
		return this.recent;
	}

	@Override
	protected void remove(String name) {
		if (this.headers.lastHeader(name) != null) {
			this.headers.remove(name);
		}
	}

	private static @Nullable String text(Header header) {
		byte[] value = header.value();
		return (value != null && value.length <= MAX_LENGTH) ? new String(value, StandardCharsets.UTF_8) : null;
	}

}
