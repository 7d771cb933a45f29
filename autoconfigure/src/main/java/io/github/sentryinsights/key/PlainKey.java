package io.github.sentryinsights.key;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The text of a key, which is any object of the application: it may be long, or throw
 * when asked for its text, or recurse without end.
 *
 * @param text the text
 * @param code whether the text stands in the code and thus tells nothing about a person
 */
record PlainKey(String text, boolean code) {

	static final int MAX_LENGTH = 200;

	private static final PlainKey NULL = new PlainKey("null", true);

	/** What stands for bytes and the like. */
	private static final PlainKey BINARY = new PlainKey("<binary>", true);

	private static final int MAX_ELEMENTS = 10;

	private static final int MAX_DIGESTIBLE = 1000;

	static PlainKey of(@Nullable Object key) {
		if (key instanceof String text) {
			return new PlainKey(text, false);
		}
		if (key == null) {
			return NULL;
		}
		if (key instanceof Enum<?> constant) {
			return new PlainKey(constant.name(), true);
		}
		if (key instanceof Class<?> type) {
			return nameOf(type);
		}
		try {
			return read(key);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			return nameOf(key.getClass());
		}
	}

	private static PlainKey read(Object key) {
		if (key instanceof Collection<?> elements) {
			return read(elements.stream(), elements.size());
		}
		if (key instanceof Object[] elements) {
			return read(Arrays.stream(elements), elements.length);
		}
		if (key.getClass().isArray()) {
			return BINARY;
		}
		if (key instanceof Map) {
			return nameOf(key.getClass());
		}
		return new PlainKey(String.valueOf(key.toString()), false);
	}

	/**
	 * The text of thousands of elements would cost more than the access to the cache.
	 */
	private static PlainKey read(Stream<?> elements, int size) {
		return new PlainKey(elements.limit(MAX_ELEMENTS)
			.map(PlainKey::element)
			.collect(Collectors.joining(", ", "[", (size > MAX_ELEMENTS) ? ", ...]" : "]")), false);
	}

	private static String element(@Nullable Object element) {
		boolean nested = element instanceof Collection || element instanceof Object[];
		return nested ? "[...]" : of(element).text();
	}

	private static PlainKey nameOf(Class<?> type) {
		String name = type.getTypeName();
		return new PlainKey(name.substring(name.lastIndexOf('.') + 1).replace('$', '.'), true);
	}

	/**
	 * Return the beginning of the text.
	 * @return at most {@value #MAX_LENGTH} characters, all of them whole
	 */
	String cut() {
		if (this.text.length() <= MAX_LENGTH) {
			return this.text;
		}
		boolean split = Character.isHighSurrogate(this.text.charAt(MAX_LENGTH - 1));
		return this.text.substring(0, split ? MAX_LENGTH - 1 : MAX_LENGTH);
	}

	/**
	 * Return what differs for different texts, but for very long ones.
	 * @return the beginning of the text and its length
	 */
	String digestible() {
		return (this.text.length() <= MAX_DIGESTIBLE) ? this.text
				: this.text.substring(0, MAX_DIGESTIBLE) + this.text.length();
	}

}
