package io.github.sentryinsights.key;

import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The shape of keys: what may tell something about a person becomes
 * {@value #PLACEHOLDER}.
 * <p>
 * A key is split at {@code : / |} and the like into segments, and these at {@code . _ -}
 * into parts. A part stays when it is made of {@linkplain CommonWords common words} or
 * says a version, such as {@code v2}. So does the first segment as the kind of the key
 * when it is letters alone, not one of the {@linkplain PersonNames names of people}, and
 * an id follows: of a name that comes first, the kind of what is kept for it follows.
 * Anything else is an id, as are several such parts in a row. The shape of a shape is the
 * same shape. Immutable and safe for use by several threads.
 */
final class KeyMask {

	static final String PLACEHOLDER = "{id}";

	private static final String SEGMENTS = " :/|,;=&?#*[](){}<>";

	private static final String PARTS = "._-";

	private static final String BEHIND_KIND = ":/|";

	/** What follows the name of a class in the text of an object. */
	private static final String BEHIND_TYPE = "[(";

	private static final int MAX_KIND = 20;

	/** How far to look for an id. */
	private static final int MAX_LOOK_AHEAD = 64;

	private static final int MIN_KIND_WORD = 3;

	private static final int MIN_HEX = 6;

	private static final char MAX_ASCII = 0x7f;

	private static final int NONE = -1;

	private static final ShownKeys ID = ShownKeys.of(PLACEHOLDER);

	/** A power of two. */
	private static final int RECENT = 256;

	private final WordTable words;

	private final WordTable names;

	/**
	 * The shape that was made last at each place. Without any order between threads, as
	 * one that sees an old shape here only makes its own again.
	 */
	private final @Nullable ShownKeys[] recent = new @Nullable ShownKeys[RECENT];

	/**
	 * Create a mask.
	 * @param words words that stay beside the common ones
	 */
	KeyMask(Collection<String> words) {
		Map<String, Integer> table = new HashMap<>();
		CommonWords.all().forEach(word -> table.put(word, 0));
		words.forEach(word -> KeyWords.split(word).forEach(part -> table.put(part, 0)));
		this.words = new WordTable(table);
		this.names = new WordTable(PersonNames.all().stream().collect(Collectors.toMap(name -> name, name -> 0)));
	}

	/**
	 * Return the shape of a key. There are few of them, so the recent ones are not made
	 * again.
	 * @param key the key
	 * @return the shape
	 */
	ShownKeys of(@Nullable Object key) {
		if (key instanceof String text) {
			return shown(text);
		}
		if (key instanceof Number || key instanceof UUID || key instanceof Temporal || key instanceof Date) {
			return ID;
		}
		PlainKey plain = PlainKey.of(key);
		return plain.code() ? ShownKeys.of(plain.cut()) : shown(plain.text());
	}

	private ShownKeys shown(String key) {
		if (isOnePart(key) && !isKnown(key, 0, key.length())) {
			return ID;
		}
		KeyShape shape = new KeyShape();
		write(key, shape);
		int place = shape.hash() & (this.recent.length - 1);
		ShownKeys recent = this.recent[place];
		if (recent != null) {
			shape.compareWith(recent.texts().get(0));
			write(key, shape);
			if (shape.isSame()) {
				return recent;
			}
		}
		StringBuilder text = new StringBuilder(shape.length());
		shape.writeTo(text);
		write(key, shape);
		ShownKeys made = ShownKeys.of(text.toString());
		this.recent[place] = made;
		return made;
	}

	private static boolean isOnePart(String key) {
		int length = Math.min(key.length(), PlainKey.MAX_LENGTH);
		return length == key.length() && length != 0 && endOfPart(key, 0, length) == length;
	}

	private void write(String key, KeyShape shape) {
		int length = Math.min(key.length(), PlainKey.MAX_LENGTH);
		boolean first = true;
		boolean behindId = false;
		int separators = 0;
		int start = 0;
		while (start < length) {
			int end = endOfPart(key, start, length);
			if (end == start) {
				// Those between two ids are left out, which only the next part tells.
				boolean split = PARTS.indexOf(key.charAt(start)) == NONE;
				start++;
				if (split || !behindId) {
					if (!shape.append(key, separators, start)) {
						return;
					}
					separators = start;
					behindId = false;
				}
				continue;
			}
			// What is cut off might have been an id.
			boolean whole = end < length || length == key.length();
			boolean shown = whole && (isKnown(key, start, end) || (first && isKind(key, start, end)));
			if (shown && !(shape.append(key, separators, start) && shape.append(key, start, end))) {
				return;
			}
			if (!shown && !behindId && !shape.append(PLACEHOLDER, 0, PLACEHOLDER.length())) {
				return;
			}
			behindId = !shown;
			first = false;
			separators = end;
			start = end;
		}
		shape.append(key, separators, length);
	}

	private static int endOfPart(String key, int start, int length) {
		int end = start;
		while (end < length) {
			char c = key.charAt(end);
			if (c == '{' && key.startsWith(PLACEHOLDER, end) && end + PLACEHOLDER.length() <= length) {
				end += PLACEHOLDER.length();
			}
			else if (isSeparator(c)) {
				return end;
			}
			else {
				end++;
			}
		}
		return end;
	}

	private static boolean isSeparator(char c) {
		return !Character.isLetterOrDigit(c) && (SEGMENTS.indexOf(c) != NONE || PARTS.indexOf(c) != NONE);
	}

	private boolean isKnown(String key, int start, int end) {
		if (!isLetters(key, start, end, Character.MAX_VALUE)) {
			return isVersion(key, start, end);
		}
		for (int word = start; word < end;) {
			int next = KeyWords.end(key, word, end);
			if (!isWord(key, word, next)) {
				return false;
			}
			word = next;
		}
		return true;
	}

	private boolean isWord(String key, int start, int end) {
		if (this.words.find(key, start, end) != NONE) {
			return true;
		}
		if (end - start < 2 || (key.charAt(end - 1) | 0x20) != 's') {
			return false;
		}
		return this.words.find(key, start, end - 1) != NONE
				|| ((key.charAt(end - 2) | 0x20) == 'e' && this.words.find(key, start, end - 2) != NONE);
	}

	private static boolean isVersion(String key, int start, int end) {
		if ((key.charAt(start) | 0x20) != 'v' || end - start < 2 || end - start > 3) {
			return false;
		}
		for (int i = start + 1; i < end; i++) {
			if (key.charAt(i) < '0' || key.charAt(i) > '9') {
				return false;
			}
		}
		return true;
	}

	private boolean isKind(String key, int start, int end) {
		if (end == key.length() || end - start > MAX_KIND || !isLetters(key, start, end, MAX_ASCII)
				|| isHexadecimal(key, start, end) || !isBeforeEntry(key, end)) {
			return false;
		}
		for (int word = start; word < end;) {
			int next = KeyWords.end(key, word, end);
			if (!isWord(key, word, next) && (next - word < MIN_KIND_WORD || this.names.find(key, word, next) != NONE)) {
				return false;
			}
			word = next;
		}
		return true;
	}

	/**
	 * Whether the first segment cannot but be a kind: the name of a class, the name of a
	 * cache, which two colons follow, or whatever an id follows.
	 */
	private static boolean isBeforeEntry(String key, int end) {
		char behind = key.charAt(end);
		if (BEHIND_TYPE.indexOf(behind) != NONE) {
			return true;
		}
		return BEHIND_KIND.indexOf(behind) != NONE && (key.startsWith("::", end) || isId(key, end + 1));
	}

	/**
	 * Whether a segment has a digit, an at sign or the place of an id.
	 */
	private static boolean isId(String key, int start) {
		int length = Math.min(key.length(), start + MAX_LOOK_AHEAD);
		for (int i = start; i < length; i++) {
			char c = key.charAt(i);
			if (Character.isDigit(c) || c == '@' || key.startsWith(PLACEHOLDER, i)) {
				return true;
			}
			if (SEGMENTS.indexOf(c) != NONE) {
				return false;
			}
		}
		return false;
	}

	private static boolean isHexadecimal(String key, int start, int end) {
		for (int i = start; i < end; i++) {
			if ((key.charAt(i) | 0x20) > 'f') {
				return false;
			}
		}
		return end - start >= MIN_HEX;
	}

	private static boolean isLetters(String key, int start, int end, char last) {
		for (int i = start; i < end; i++) {
			char c = key.charAt(i);
			if (c > last || !Character.isLetter(c)) {
				return false;
			}
		}
		return true;
	}

}
