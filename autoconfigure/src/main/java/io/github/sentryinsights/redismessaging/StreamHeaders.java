package io.github.sentryinsights.redismessaging;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.Record;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * The fields of a record that carry its trace. The identity of the record and the time at
 * which it was added are those of Redis, and need none.
 */
final class StreamHeaders extends MessageHeaders {

	private final Map<?, ?> fields;

	private final Map<String, String> written = new LinkedHashMap<>();

	StreamHeaders(Map<?, ?> fields) {
		this.fields = fields;
	}

	/**
	 * Return the headers of a record.
	 * @param record the record
	 * @return its headers, none when it has no fields any more
	 */
	static StreamHeaders of(Record<?, ?> record) {
		return new StreamHeaders((record.getValue() instanceof Map<?, ?> fields) ? fields : Map.of());
	}

	/**
	 * Return whether fields can be added, which whatever writes the present ones can
	 * write too.
	 * @return whether all fields and values are text
	 */
	boolean isText() {
		for (Map.Entry<?, ?> field : this.fields.entrySet()) {
			if (!(field.getKey() instanceof String) || !(field.getValue() instanceof String)) {
				return false;
			}
		}
		return !this.fields.isEmpty();
	}

	/**
	 * Return the fields with those that have been written.
	 * @return a copy
	 */
	Map<Object, Object> fields() {
		Map<Object, Object> all = new LinkedHashMap<>(this.fields);
		all.putAll(this.written);
		return all;
	}

	/**
	 * Return a record without the fields that carry a trace, which the application did
	 * not put there.
	 * @param <R> the type of the record
	 * @param record the record that these headers are of
	 * @return the record itself when it carries none
	 */
	@SuppressWarnings("unchecked")
	<R extends Record<?, ?>> R strip(R record) {
		if (!(record instanceof MapRecord<?, ?, ?> map) || get(QueueConvention.TRACE_HEADER) == null) {
			return record;
		}
		Map<Object, Object> own = new LinkedHashMap<>(this.fields);
		own.remove(QueueConvention.TRACE_HEADER);
		own.remove(QueueConvention.BAGGAGE_HEADER);
		return (R) MapRecord.create(map.getStream(), own).withId(map.getId());
	}

	@Override
	public @Nullable String get(String name) {
		return (this.fields.get(name) instanceof String text) ? text : null;
	}

	@Override
	protected void put(String name, String value) {
		if (name.equals(QueueConvention.TRACE_HEADER) || name.equals(QueueConvention.BAGGAGE_HEADER)) {
			this.written.put(name, value);
		}
	}

	@Override
	protected void remove(String name) {
		this.written.remove(name);
	}

}
