package io.github.sentryinsights.redismessaging;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.Record;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

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
	 * Return whether fields carry a trace.
	 * @param fields the fields of a record
	 * @return whether there is anything to {@linkplain #own() take away}
	 */
	static boolean isIn(Map<?, ?> fields) {
		return fields.get(QueueConvention.TRACE_HEADER) instanceof String;
	}

	/**
	 * Let a record carry the trace of the operation that adds it.
	 * @param source the source of the operation
	 * @param operation the operation
	 * @return whether there are {@linkplain #fields() fields} to add in place of the
	 * present ones
	 */
	boolean isWritten(OperationSource source, Operation operation) {
		if (!isText()) {
			return false;
		}
		source.propagate(operation, this);
		return hasTrace();
	}

	/**
	 * Whatever writes fields and values that are all text can write two more.
	 */
	private boolean isText() {
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
	 * Return the fields without those that carry a trace, which the application did not
	 * put there.
	 * @return a copy
	 */
	Map<Object, Object> own() {
		Map<Object, Object> own = new LinkedHashMap<>(this.fields);
		own.remove(QueueConvention.TRACE_HEADER);
		own.remove(QueueConvention.BAGGAGE_HEADER);
		return own;
	}

	/**
	 * Return a record without the fields that carry a trace.
	 * @param <R> the type of the record
	 * @param record the record that these headers are of
	 * @return the record itself when it carries none
	 */
	@SuppressWarnings("unchecked")
	<R extends Record<?, ?>> R strip(R record) {
		if (!(record instanceof MapRecord<?, ?, ?> map) || !isIn(this.fields)) {
			return record;
		}
		return (R) MapRecord.create(map.getStream(), own()).withId(map.getId());
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
