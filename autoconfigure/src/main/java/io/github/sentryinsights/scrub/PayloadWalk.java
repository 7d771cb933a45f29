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
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * One walk over the values of one payload. What is found is never changed in place, as
 * the application may still hold it: a changed value is a new one, and an unchanged value
 * the same. The walk is bounded in depth, values, objects, characters and time, and what
 * lies beyond is replaced, as is what cannot be read: the walk itself never fails. In a
 * dry run it replaces nothing and reports what it would replace. Not safe for use by
 * several threads.
 */
final class PayloadWalk implements FindingListener {

	static final int MAX_DEPTH = 16;

	static final int MAX_VALUES = 50_000;

	static final int MAX_OBJECTS = 1_000;

	static final int MAX_CHARACTERS = 4_000_000;

	private static final String FILTERED = SensitiveValue.FILTERED;

	// The shortest card number has 13 digits.
	private static final long MIN_CARD_NUMBER = 1_000_000_000_000L;

	// By name, as values are scrubbed without the SDK as well.
	private static final Set<String> SDK_VALUES = Set.of("io.sentry.SpanId", "io.sentry.protocol.SentryId",
			"io.sentry.protocol.MeasurementValue");

	private final PiiRules rules;

	private final EntryScrubber<@Nullable Object> entryScrubber = this::entry;

	private final EntryScrubber<@Nullable String> namedScrubber = this::named;

	private final @Nullable RecentKeys addresses;

	private final TimeBudget budget;

	private final @Nullable DryRun dryRun;

	/**
	 * Where the walk is, unless nobody asks.
	 */
	private final @Nullable PayloadPath path;

	private int values = MAX_VALUES;

	private int objects = MAX_OBJECTS;

	private int characters = MAX_CHARACTERS;

	/**
	 * What the value that is looked at lies in, by depth.
	 */
	private @Nullable Object @Nullable [] parents;

	private @Nullable Throwable failure;

	private PayloadWalk(PiiRules rules, @Nullable RecentKeys addresses, @Nullable PayloadPath path,
			@Nullable DryRun dryRun) {
		this.rules = rules;
		this.addresses = addresses;
		this.budget = rules.timeBudget();
		this.path = path;
		this.dryRun = dryRun;
	}

	/**
	 * Begin to walk over what the SDK is about to send.
	 * @param rules what to replace and how
	 * @param addresses further sensitive keys, or {@code null} when user data may be sent
	 * @return the walk
	 */
	static PayloadWalk ofPayload(PiiRules rules, @Nullable RecentKeys addresses) {
		DryRun dryRun = rules.dryRun();
		boolean pathless = dryRun == null && rules.allowedPaths().isEmpty();
		return new PayloadWalk(rules, addresses, pathless ? null : new PayloadPath(), dryRun);
	}

	/**
	 * Begin to walk over a value of the application, which has no path.
	 * @param rules what to replace and how
	 * @return the walk
	 */
	static PayloadWalk ofValue(PiiRules rules) {
		return new PayloadWalk(rules, null, null, null);
	}

	/**
	 * Whether data about the user, such as the e-mail address, may be sent.
	 * @return whether it may
	 */
	boolean keepsUserData() {
		return this.addresses == null;
	}

	boolean isDryRun() {
		return this.dryRun != null;
	}

	/**
	 * Go into a part of the payload.
	 * @param name the name of the part
	 * @return what {@link #leave} takes to come back
	 */
	int enter(String name) {
		return (this.path != null) ? this.path.enter(name) : 0;
	}

	void leave(int mark) {
		if (this.path != null) {
			this.path.leave(mark);
		}
	}

	/**
	 * Whether the value at which the walk is may stay as it is.
	 * @return whether it may
	 */
	boolean isAllowed() {
		return this.path != null && !this.rules.allowedPaths().isEmpty()
				&& this.path.matches(this.rules.allowedPaths());
	}

	@Override
	public void found(Rule rule) {
		this.rules.found(rule);
		if (this.dryRun != null && this.path != null) {
			this.dryRun.found(rule, this.path);
		}
	}

	/**
	 * Replace a value because of what it is.
	 * @param <T> the type of the value
	 * @param name the name of the value
	 * @param rule the rule by which it is replaced
	 * @param value the value
	 * @param replacement what stands in its place
	 * @return the replacement, or the value when it is absent, allowed or only reported
	 */
	<T> @Nullable T replaced(String name, Rule rule, @Nullable T value, @Nullable T replacement) {
		if (value == null) {
			return value;
		}
		int mark = enter(name);
		T result = isAllowed() ? value : replaced(rule, value, replacement);
		leave(mark);
		return result;
	}

	/**
	 * Replace the value at which the walk is.
	 * @param <T> the type of the value
	 * @param rule the rule by which it is replaced
	 * @param value the value
	 * @param replacement what stands in its place
	 * @return the replacement, or the value when it is only reported
	 */
	<T> @Nullable T replaced(Rule rule, T value, @Nullable T replacement) {
		found(rule);
		return (this.dryRun != null) ? value : replacement;
	}

	@Nullable String text(String name, @Nullable String value) {
		return (value != null) ? scrub(name, value) : null;
	}

	String scrub(String name, String value) {
		return scrub(name, value, this.rules.text());
	}

	/**
	 * Scrub SQL whose literals are replaced already.
	 * @param name the name of the value
	 * @param value the statement
	 * @return the statement without secrets
	 */
	@Nullable String statement(String name, @Nullable String value) {
		return (value != null) ? scrub(name, value, this.rules.statements()) : null;
	}

	private String scrub(String name, String value, TextScrubber scrubber) {
		int mark = enter(name);
		String scrubbed = isAllowed() ? value : scrubbed(value, scrubber);
		leave(mark);
		return scrubbed;
	}

	/**
	 * Scrub a text without a report, to see what would become of it.
	 * @param value the text
	 * @return the text without secrets, in a dry run as well
	 */
	String probe(String value) {
		return examined(value, this.rules.text(), FindingListener.NONE);
	}

	private String scrubbed(String value) {
		return scrubbed(value, this.rules.text());
	}

	private String scrubbed(String value, TextScrubber scrubber) {
		String scrubbed = examined(value, scrubber, this);
		return (this.dryRun != null) ? value : scrubbed;
	}

	private String examinedKey(String key) {
		if (isBeyondLimits(key, this)) {
			return FILTERED;
		}
		return this.rules.keys().isPlain(key) ? key : scrubbed(key, this.rules.text(), this);
	}

	private String examined(String value, TextScrubber scrubber, FindingListener listener) {
		return isBeyondLimits(value, listener) ? FILTERED : scrubbed(value, scrubber, listener);
	}

	private String scrubbed(String value, TextScrubber scrubber, FindingListener listener) {
		try {
			return scrubber.scrub(value, listener);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return failed(ex, listener);
		}
	}

	private boolean isBeyondLimits(String value, FindingListener listener) {
		this.characters = (value.length() <= this.characters) ? this.characters - value.length() : -1;
		if (this.characters < 0) {
			listener.found(Rule.LIMIT);
			return true;
		}
		if (this.budget.isSpentBefore(value.length())) {
			listener.found(Rule.TIME_BUDGET);
			return true;
		}
		return false;
	}

	private String failed(Throwable error, FindingListener listener) {
		this.failure = error;
		listener.found(Rule.FAILURE);
		return FILTERED;
	}

	/**
	 * Return what kept a text or a map from being examined, so that it was replaced.
	 * @return the last such error, or {@code null}
	 */
	@Nullable Throwable failure() {
		return this.failure;
	}

	@Nullable Object value(String name, @Nullable Object value) {
		int mark = enter(name);
		Object scrubbed = isAllowed() ? value : value(value, 0);
		leave(mark);
		return scrubbed;
	}

	@Nullable List<String> strings(String name, @Nullable List<String> values) {
		List<String> copy = null;
		for (int i = 0; values != null && i < values.size(); i++) {
			String value = values.get(i);
			String scrubbed = text(name, value);
			if (scrubbed != value) {
				copy = (copy != null) ? copy : new ArrayList<>(values);
				copy.set(i, scrubbed);
			}
		}
		return (copy != null) ? copy : values;
	}

	@Nullable Map<String, String> strings(String name, @Nullable Map<String, String> values) {
		return (values != null) ? map(name, values, this.namedScrubber, FILTERED) : null;
	}

	private @Nullable String named(String key, @Nullable String value, int depth) {
		if (value == null || value.isEmpty()) {
			return value;
		}
		return isSensitive(key) ? (String) redacted(key, value) : scrubbed(value);
	}

	@Nullable Map<String, Object> values(String name, @Nullable Map<String, Object> values) {
		return (values != null) ? map(name, values, this.entryScrubber, FILTERED) : null;
	}

	/**
	 * Walk a map whose values need care of their own.
	 * @param <V> the type of the values
	 * @param name the name of the map
	 * @param map the map
	 * @param entry scrubs the value of an entry
	 * @param withheld the one value of a map that cannot be read
	 * @return the scrubbed map, which is the same one when nothing changed
	 */
	<V> Map<String, V> map(String name, Map<String, V> map, EntryScrubber<V> entry, V withheld) {
		int mark = enter(name);
		Map<String, V> scrubbed;
		try {
			scrubbed = isAllowed() ? map : map(map, entry, withheld, 0);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			leave(mark);
			enter(name);
			failed(ex, this);
			scrubbed = (this.dryRun != null) ? map : new LinkedHashMap<>(Map.of(FILTERED, withheld));
		}
		leave(mark);
		return scrubbed;
	}

	private boolean isSensitive(String key) {
		return this.rules.keys().matches(key) || (this.addresses != null && this.addresses.matches(key));
	}

	// by what the value is, where the key does not tell
	private boolean isSensitive(String key, Object value) {
		String text = (value instanceof String string) ? string : "";
		if (this.rules.keys().mayHold(key)) {
			return (value instanceof String) ? !SensitiveValue.isPlain(text, 0, text.length())
					: !(value instanceof Number) && !isPlain(value);
		}
		return SensitiveValue.isLong(text, 0, text.length()) && this.rules.keys().isLikely(key);
	}

	@Nullable Object entry(String key, @Nullable Object value, int depth) {
		if (value == null || value instanceof Boolean || "".equals(value)
				|| !(isSensitive(key) || isSensitive(key, value))) {
			return value(value, depth);
		}
		return redacted(key, value);
	}

	private @Nullable Object redacted(String key, Object value) {
		if (value instanceof String string && SensitiveValue.isHarmless(string, 0, string.length())) {
			return value;
		}
		Object replacement = (value instanceof String || value instanceof Number)
				? this.rules.redactions().ofKey(key, 0, key.length(), 0).redact(value.toString()) : FILTERED;
		return replaced(Rule.KEY, value, replacement);
	}

	private <V> Map<String, V> map(Map<String, V> map, EntryScrubber<V> scrubber, V withheld, int depth) {
		if (map.isEmpty()) {
			return map;
		}
		MapWalk<V> walk = new MapWalk<>(map, scrubber, withheld, depth);
		((Map<?, V>) map).forEach(walk);
		return (walk.copy != null) ? walk.copy : map;
	}

	private @Nullable Object value(@Nullable Object value, int depth) {
		if (--this.values < 0 || depth > MAX_DEPTH) {
			return (value == null || value instanceof Boolean) ? value : replaced(Rule.LIMIT, value, FILTERED);
		}
		if (value instanceof String string) {
			return scrubbed(string);
		}
		if (value instanceof Number number) {
			return number(number);
		}
		if (value == null || isPlain(value)) {
			return value;
		}
		Object scrubbed = (value instanceof Map || value instanceof Collection || value.getClass().isArray())
				? container(value, depth + 1) : object(value, depth + 1);
		return (this.dryRun != null) ? value : scrubbed;
	}

	private Object number(Number number) {
		boolean wide = ((number instanceof Long || number instanceof AtomicLong)
				&& number.longValue() >= MIN_CARD_NUMBER) || number instanceof BigInteger
				|| number instanceof BigDecimal;
		if (!wide) {
			return number;
		}
		String digits = number.toString();
		String scrubbed = scrubbed(digits);
		return scrubbed.equals(digits) ? number : scrubbed;
	}

	private static boolean isPlain(Object value) {
		return value instanceof Boolean || value instanceof Enum || value instanceof Character || value instanceof Date
				|| value instanceof Calendar || value instanceof TimeZone || value instanceof Locale
				|| value instanceof UUID || value instanceof Currency || value instanceof AtomicBoolean
				|| value instanceof AtomicIntegerArray || SDK_VALUES.contains(value.getClass().getName());
	}

	// Code of the application runs here, such as a lazy collection that cannot load.
	@SuppressWarnings("unchecked")
	private Object container(Object value, int depth) {
		if (isCycle(value, depth)) {
			return limited();
		}
		try {
			if (value instanceof Map<?, ?> map) {
				return map((Map<String, Object>) map, this.entryScrubber, FILTERED, depth);
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
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			found(Rule.FAILURE);
			return FILTERED;
		}
		if (value instanceof char[] chars) {
			return scrubbed(new String(chars));
		}
		if (value instanceof long[] numbers) {
			if (numbers.length > this.values) {
				return limited();
			}
			List<Long> list = LongStream.of(numbers).boxed().toList();
			Collection<?> scrubbed = collection(list, depth);
			return (scrubbed != list) ? scrubbed : value;
		}
		return (value instanceof byte[]) ? limited() : value;
	}

	private String limited() {
		found(Rule.LIMIT);
		return FILTERED;
	}

	private Collection<?> collection(Collection<?> values, int depth) {
		List<@Nullable Object> copy = null;
		int index = 0;
		for (Object value : values) {
			boolean last = this.values <= 0;
			Object scrubbed = last ? limited() : value(value, depth);
			if (copy == null && scrubbed != value) {
				copy = new ArrayList<>();
				values.stream().limit(index).forEach(copy::add);
			}
			if (copy != null) {
				copy.add(scrubbed);
			}
			if (last) {
				break;
			}
			index++;
		}
		return (copy != null) ? copy : values;
	}

	private boolean isCycle(Object value, int depth) {
		@Nullable Object[] parents = this.parents;
		if (parents == null) {
			parents = new Object[MAX_DEPTH + 2];
			this.parents = parents;
		}
		parents[depth] = value;
		for (int i = 1; i < depth; i++) {
			if (parents[i] == value) {
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
		return (--this.objects < 0 || isCycle(value, depth)) ? limited()
				: map(fields, this.entryScrubber, FILTERED, depth);
	}

	private String stringOf(Object value) {
		try {
			return scrubbed(String.valueOf(value));
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			found(Rule.FAILURE);
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

		private final V withheld;

		private final int depth;

		private int unchanged;

		private boolean cut;

		private @Nullable Map<String, V> copy;

		MapWalk(Map<String, V> map, EntryScrubber<V> scrubber, V withheld, int depth) {
			this.map = map;
			this.scrubber = scrubber;
			this.withheld = withheld;
			this.depth = depth;
		}

		// The type is erased: a map of the application may have other keys.
		@Override
		public void accept(@Nullable Object entryKey, V value) {
			if (PayloadWalk.this.values <= 0) {
				cut();
				return;
			}
			String key = String.valueOf(entryKey);
			String examinedKey = examinedKey(key);
			String scrubbedKey = (PayloadWalk.this.dryRun != null) ? key : examinedKey;
			int mark = enter(examinedKey);
			V scrubbedValue = isAllowed() ? value : this.scrubber.scrub(key, value, this.depth);
			leave(mark);
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

		// One entry stands for all that are not read.
		private void cut() {
			if (!this.cut) {
				this.cut = true;
				String key = limited();
				if (PayloadWalk.this.dryRun == null) {
					Map<String, V> copy = (this.copy != null) ? this.copy : copyOfUnchanged();
					copy.put(key, this.withheld);
					this.copy = copy;
				}
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
