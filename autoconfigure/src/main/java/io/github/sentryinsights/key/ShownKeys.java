package io.github.sentryinsights.key;

import java.util.List;

/**
 * The keys of one operation as they may be shown, which {@link CacheKeys} alone decides.
 * Immutable and safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ShownKeys {

	/** No keys. */
	public static final ShownKeys NONE = new ShownKeys(List.of());

	private final List<String> texts;

	ShownKeys(List<String> texts) {
		this.texts = texts;
	}

	static ShownKeys of(String text) {
		return new ShownKeys(List.of(text));
	}

	/**
	 * Return the text of each key.
	 * @return the texts, none when the keys may not be shown
	 */
	public List<String> texts() {
		return this.texts;
	}

	/**
	 * Return the texts as one.
	 * @param separator what stands between them
	 * @return the text, empty without keys
	 */
	public String joined(String separator) {
		return (this.texts.size() == 1) ? this.texts.get(0) : String.join(separator, this.texts);
	}

	@Override
	public String toString() {
		return this.texts.toString();
	}

}
