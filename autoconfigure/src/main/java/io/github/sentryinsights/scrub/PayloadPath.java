package io.github.sentryinsights.scrub;

/**
 * Where in a payload a value stands, as names with dots between them. Elements of a list
 * have the path of the list. Not safe for use by several threads.
 */
final class PayloadPath {

	/** Characters of a path that are kept. */
	static final int MAX_LENGTH = 256;

	private final StringBuilder path = new StringBuilder(64);

	/**
	 * Go into a value.
	 * @param name its name
	 * @return what {@link #leave} takes to come back
	 */
	int enter(String name) {
		int mark = this.path.length();
		if (mark > 0) {
			this.path.append('.');
		}
		this.path.append(name);
		return mark;
	}

	void leave(int mark) {
		this.path.setLength(mark);
	}

	boolean matches(AllowedPaths paths) {
		return paths.match(this.path);
	}

	/**
	 * Return the path as it can be logged: of bounded length and on one line.
	 */
	@Override
	public String toString() {
		int length = Math.min(this.path.length(), MAX_LENGTH);
		StringBuilder text = new StringBuilder(length);
		for (int i = 0; i < length; i++) {
			char c = this.path.charAt(i);
			text.append((c < ' ' || Character.isISOControl(c)) ? '?' : c);
		}
		return text.toString();
	}

}
