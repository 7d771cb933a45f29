package io.github.sentryinsights.scrub;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

import io.sentry.SpanId;
import io.sentry.protocol.MeasurementValue;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the values of one payload. What is found is never changed in place, as
 * the application may still hold it: a changed value is a new one, and an unchanged value
 * the same. The walk is bounded in depth, values, objects and characters, and what lies
 * beyond is replaced, as is what cannot be read: the walk itself never fails. Not safe
 * for use by several threads.
 */
final class PayloadWalk {

	static final int MAX_DEPTH = 16;

	static final int MAX_VALUES = 50_000;

	static final int MAX_OBJECTS = 1_000;

	static final int MAX_CHARACTERS = 4_000_000;

	private static final String FILTERED = SensitiveValue.FILTERED;

	// The shortest card number has 13 digits.
	private static final long MIN_CARD_NUMBER = 1_000_000_000_000L;

	private final PiiRules rules;

	private final @Nullable SensitiveKeys addresses;

	private int values = MAX_VALUES;

	private int objects = MAX_OBJECTS;

	private int characters = MAX_CHARACTERS;

	/**
	 * What the value that is looked at lies in, by depth.
	 */
	private @Nullable Object @Nullable [] path;

	private @Nullable Throwable failure;

	/**
	 * Create a new walk.
	 * @param rules what to replace and how
	 * @param addresses further such keys, or {@code null} when user data may be sent
	 */
	PayloadWalk(PiiRules rules, @Nullable SensitiveKeys addresses) {
		this.rules = rules;
		this.addresses = addresses;
	}

	/**
	 * Whether data about the user, such as the e-mail address, may be sent.
	 * @return whether it may
	 */
	boolean keepsUserData() {
		return this.addresses == null;
	}

	@Nullable String text(@Nullable String value) {
		return (value != null) ? scrub(value) : null;
	}

	String scrub(String value) {
		return scrub(value, this.rules.text());
	}

	/**
	 * Scrub SQL whose literals are replaced already.
	 * @param value the statement
	 * @return the statement without secrets
	 */
	@Nullable String statement(@Nullable String value) {
		return (value != null) ? scrub(value, this.rules.statements()) : null;
	}

	private String scrub(String value, TextScrubber scrubber) {
		this.characters = (value.length() <= this.characters) ? this.characters - value.length() : -1;
		if (this.characters < 0) {
			return FILTERED;
		}
		try {
			return scrubber.scrub(value);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			this.failure = ex;
			return FILTERED;
		}
	}

	/**
	 * Return what kept a text or a map from being examined, so that it was replaced.
	 * @return the last such error, or {@code null}
	 */
	@Nullable Throwable failure() {
		return this.failure;
	}

	@Nullable String named(String key, @Nullable String value) {
		return (value != null && !value.isEmpty() && isSensitive(key)) ? (String) redacted(key, value) : text(value);
	}

	@Nullable Object value(@Nullable Object value) {
		return value(value, 0);
	}

	@Nullable List<String> strings(@Nullable List<String> values) {
		List<String> copy = null;
		for (int i = 0; values != null && i < values.size(); i++) {
			String value = values.get(i);
			String scrubbed = text(value);
			if (scrubbed != value) {
				copy = (copy != null) ? copy : new ArrayList<>(values);
				copy.set(i, scrubbed);
			}
		}
		return (copy != null) ? copy : values;
	}

	@Nullable Map<String, String> strings(@Nullable Map<String, String> values) {
		return (values != null) ? map(values, (key, value, depth) -> named(key, value), FILTERED) : null;
	}

	@Nullable Map<String, Object> values(@Nullable Map<String, Object> values) {
		return (values != null) ? map(values, this::entry, FILTERED) : null;
	}

	/**
	 * Walk a map whose values need care of their own.
	 * @param <V> the type of the values
	 * @param map the map
	 * @param entry scrubs the value of an entry
	 * @param withheld the one value of a map that cannot be read
	 * @return the scrubbed map, which is the same one when nothing changed
	 */
	<V> Map<String, V> map(Map<String, V> map, EntryScrubber<V> entry, V withheld) {
		try {
			return map(map, entry, 0);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			this.failure = ex;
			return new LinkedHashMap<>(Map.of(FILTERED, withheld));
		}
	}

	boolean isSensitive(String key) {
		return this.rules.keys().matches(key) || (this.addresses != null && this.addresses.matches(key));
	}

	@Nullable Object entry(String key, @Nullable Object value, int depth) {
		if (value == null || value instanceof Boolean || "".equals(value) || !isSensitive(key)) {
			return value(value, depth);
		}
		return redacted(key, value);
	}

	private Object redacted(String key, Object value) {
		if (value instanceof String string && SensitiveValue.isHarmless(string, 0, string.length())) {
			return value;
		}
		return (value instanceof String || value instanceof Number)
				? this.rules.redactions().ofKey(key, 0, key.length(), 0).redact(value.toString()) : FILTERED;
	}

	private <V> Map<String, V> map(Map<String, V> map, EntryScrubber<V> scrubber, int depth) {
		if (map.isEmpty()) {
			return map;
		}
		MapWalk<V> walk = new MapWalk<>(map, scrubber, depth);
		((Map<?, V>) map).forEach(walk);
		return (walk.copy != null) ? walk.copy : map;
	}

	private @Nullable Object value(@Nullable Object value, int depth) {
		if (--this.values < 0 || depth > MAX_DEPTH) {
			return (value == null || value instanceof Boolean) ? value : FILTERED;
		}
		if (value instanceof String string) {
			return scrub(string);
		}
		if (value instanceof Number number) {
			return number(number);
		}
		if (value == null || isPlain(value)) {
			return value;
		}
		return (value instanceof Map || value instanceof Collection || value.getClass().isArray())
				? container(value, depth + 1) : object(value, depth + 1);
	}

	private Object number(Number number) {
		boolean wide = ((number instanceof Long || number instanceof AtomicLong)
				&& number.longValue() >= MIN_CARD_NUMBER) || number instanceof BigInteger
				|| number instanceof BigDecimal;
		if (!wide) {
			return number;
		}
		String digits = number.toString();
		String scrubbed = scrub(digits);
		return scrubbed.equals(digits) ? number : scrubbed;
	}

	private static boolean isPlain(Object value) {
		return value instanceof Boolean || value instanceof Enum || value instanceof Character || value instanceof Date
				|| value instanceof Calendar || value instanceof TimeZone || value instanceof Locale
				|| value instanceof UUID || value instanceof Currency || value instanceof AtomicBoolean
				|| value instanceof AtomicIntegerArray || value instanceof SentryId || value instanceof SpanId
				|| value instanceof MeasurementValue;
	}

	// Code of the application runs here, such as a lazy collection that cannot load.
	@SuppressWarnings("unchecked")
	private Object container(Object value, int depth) {
		if (isCycle(value, depth)) {
			return FILTERED;
		}
		try {
			if (value instanceof Map<?, ?> map) {
				return map((Map<String, Object>) map, this::entry, depth);
			}
			if (value instanceof Collection<?> collection) {
				return collection(collection, depth);
			}
			if (value instanceof Object[] array) {
				List<?> list = Arrays.asList(array);
				Collection<?> scrubbed = collection(list, depth);
				return (scrubbed != list) ? scrubbed : value;
			}
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			return FILTERED;
		}
		if (value instanceof char[] chars) {
			return scrub(new String(chars));
		}
		if (value instanceof long[] numbers) {
			List<Long> list = LongStream.of(numbers).boxed().toList();
			Collection<?> scrubbed = collection(list, depth);
			return (scrubbed != list) ? scrubbed : value;
		}
		return (value instanceof byte[]) ? FILTERED : value;
	}

	private Collection<?> collection(Collection<?> values, int depth) {
		List<@Nullable Object> copy = null;
		int index = 0;
		for (Object value : values) {
			Object scrubbed = value(value, depth);
			if (copy == null && scrubbed != value) {
				copy = new ArrayList<>(new ArrayList<>(values).subList(0, index));
			}
			if (copy != null) {
				copy.add(scrubbed);
			}
			index++;
		}
		return (copy != null) ? copy : values;
	}

	private boolean isCycle(Object value, int depth) {
		@Nullable Object[] path = this.path;
		if (path == null) {
			path = new Object[MAX_DEPTH + 2];
			this.path = path;
		}
		path[depth] = value;
		for (int i = 1; i < depth; i++) {
			if (path[i] == value) {
				return true;
			}
		}
		return false;
	}

	// The SDK would write out the fields of an object it does not know.
	private Object object(Object value, int depth) {
		Map<String, @Nullable Object> fields = ObjectFields.of(value);
		if (fields == null) {
			return stringOf(value);
		}
		return (--this.objects < 0 || isCycle(value, depth)) ? FILTERED : map(fields, this::entry, depth);
	}

	private String stringOf(Object value) {
		try {
			return scrub(String.valueOf(value));
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			return FILTERED;
		}
	}

	/**
	 * Scrubs the value of one entry.
	 *
	 * @param <V> the type of the value
	 */
	@FunctionalInterface
	interface EntryScrubber<V> {

		@Nullable V scrub(String key, @Nullable V value, int depth);

	}

	/**
	 * Walks the entries of one map, without an object for each of them.
	 *
	 * @param <V> the type of the values
	 */
	private final class MapWalk<V> implements BiConsumer<@Nullable Object, V> {

		private final Map<String, V> map;

		private final EntryScrubber<V> scrubber;

		private final int depth;

		private int unchanged;

		private @Nullable Map<String, V> copy;

		MapWalk(Map<String, V> map, EntryScrubber<V> scrubber, int depth) {
			this.map = map;
			this.scrubber = scrubber;
			this.depth = depth;
		}

		// The type is erased: a map of the application may have other keys.
		@Override
		public void accept(@Nullable Object entryKey, V value) {
			String key = String.valueOf(entryKey);
			String scrubbedKey = scrub(key);
			V scrubbedValue = this.scrubber.scrub(key, value, this.depth);
			Map<String, V> copy = this.copy;
			if (copy == null && (!scrubbedKey.equals(key) || scrubbedValue != value)) {
				copy = copyOfUnchanged();
				this.copy = copy;
			}
			if (copy != null) {
				copy.put(scrubbedKey, scrubbedValue);
			}
			else {
				this.unchanged++;
			}
		}

		private Map<String, V> copyOfUnchanged() {
			Map<String, V> copy = new LinkedHashMap<>();
			int left = this.unchanged;
			for (Map.Entry<String, V> entry : this.map.entrySet()) {
				if (left-- == 0) {
					break;
				}
				copy.put(String.valueOf((Object) entry.getKey()), entry.getValue());
			}
			return copy;
		}

	}

}
