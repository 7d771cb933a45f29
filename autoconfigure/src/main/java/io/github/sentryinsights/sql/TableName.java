package io.github.sentryinsights.sql;

/**
 * The name of a table as a statement has it, with the names of what it is in.
 */
final class TableName {

	private static final int MAX_PARTS = 4;

	private static final String OPENING_QUOTES = "\"`[";

	private final String sql;

	private final int[] starts = new int[MAX_PARTS];

	private final int[] ends = new int[MAX_PARTS];

	private int parts;

	TableName(String sql) {
		this.sql = sql;
	}

	/**
	 * Add a part, with or without quotes.
	 * @return whether there was room
	 */
	boolean add(int start, int end) {
		if (this.parts == MAX_PARTS) {
			return false;
		}
		boolean quoted = isQuoted(start);
		this.starts[this.parts] = quoted ? start + 1 : start;
		this.ends[this.parts] = quoted ? end - 1 : end;
		this.parts++;
		return true;
	}

	void clear() {
		this.parts = 0;
	}

	/**
	 * Return whether this is the table without rows of its own that some databases have.
	 */
	boolean isDual() {
		return this.parts == 1 && this.ends[0] - this.starts[0] == 4
				&& this.sql.regionMatches(true, this.starts[0], "DUAL", 0, 4);
	}

	/**
	 * Return whether a name is the whole of this one.
	 */
	boolean is(int start, int end) {
		int unquoted = isQuoted(start) ? 1 : 0;
		return this.parts == 1 && matches(0, start + unquoted, end - unquoted);
	}

	boolean matches(TableName other) {
		if (this.parts != other.parts) {
			return false;
		}
		for (int i = 0; i < this.parts; i++) {
			if (!matches(i, other.starts[i], other.ends[i])) {
				return false;
			}
		}
		return true;
	}

	@Override
	public String toString() {
		StringBuilder name = new StringBuilder();
		for (int i = 0; i < this.parts; i++) {
			name.append((i > 0) ? "." : "").append(this.sql, this.starts[i], this.ends[i]);
		}
		return name.toString();
	}

	private boolean matches(int part, int start, int end) {
		int length = this.ends[part] - this.starts[part];
		return length == end - start && this.sql.regionMatches(true, this.starts[part], this.sql, start, length);
	}

	private boolean isQuoted(int start) {
		return OPENING_QUOTES.indexOf(this.sql.charAt(start)) != -1;
	}

}
