package io.github.sentryinsights.sql;

import org.jspecify.annotations.Nullable;

/**
 * What is between two parentheses, or outside of all. Elements of a list that repeat the
 * one before them are taken back, so that lists of any length look the same.
 */
final class Level {

	private static final int NONE = -1;

	private Content content = Content.NAMES;

	private boolean bracketed;

	private @Nullable Word outerClause;

	private boolean literal;

	private boolean list;

	private boolean rows;

	private int start;

	private Element element = Element.EMPTY;

	private int previousStart;

	private int previousEnd;

	private Element previous = Element.EMPTY;

	/**
	 * Begin.
	 * @param content what makes sense here
	 * @param bracketed whether it ends with a bracket
	 * @param outerClause the clause to return to
	 */
	void open(Content content, boolean bracketed, @Nullable Word outerClause) {
		this.content = content;
		this.bracketed = bracketed;
		this.outerClause = outerClause;
		this.literal = true;
		this.list = false;
	}

	/**
	 * Begin a list whose elements commas separate.
	 */
	void list() {
		this.list = true;
		this.rows = false;
		this.previousEnd = NONE;
		nextElement();
	}

	/**
	 * Begin a list of rows, each in parentheses.
	 */
	void rows() {
		list();
		this.rows = true;
	}

	/**
	 * See a sub-select, in which names make sense.
	 */
	void select() {
		this.content = Content.NAMES;
		this.list = false;
	}

	boolean holdsElements() {
		return this.content == Content.ELEMENTS;
	}

	boolean holdsNames() {
		return this.content == Content.NAMES;
	}

	boolean isBracketed() {
		return this.bracketed;
	}

	@Nullable Word outerClause() {
		return this.outerClause;
	}

	/**
	 * Return whether an element of a list can begin.
	 */
	boolean beginsElement() {
		return this.list && this.element == Element.EMPTY;
	}

	/**
	 * See a token other than a comma or a closing parenthesis.
	 * @param begin where it was written
	 */
	void token(Token token, @Nullable Word word, int begin) {
		if (!this.list && !this.literal) {
			return;
		}
		boolean value = token == Token.VALUE || (word != null && word.isConstant());
		this.literal &= value || token == Token.OPEN;
		if (!this.list) {
			return;
		}
		if (this.start == NONE) {
			this.start = begin;
		}
		boolean first = this.element == Element.EMPTY;
		if (first && word == Word.ROW) {
			return;
		}
		if (this.rows && (!first || token != Token.OPEN)) {
			this.list = false;
			return;
		}
		this.element = switch (token) {
			case VALUE -> first ? Element.VALUE : Element.OTHER;
			case OPEN -> first ? Element.ROW : Element.OTHER;
			default -> Element.OTHER;
		};
	}

	/**
	 * See the end of an inner level.
	 */
	void closed(Level inner, SqlWriter writer) {
		this.literal &= inner.literal;
		if (!inner.literal && this.element == Element.ROW) {
			this.element = Element.OTHER;
		}
		if (this.rows) {
			endElement(writer);
		}
	}

	/**
	 * See the end of an element, before the comma is written.
	 */
	void comma(SqlWriter writer) {
		if (!this.rows) {
			endElement(writer);
		}
		nextElement();
	}

	/**
	 * See the end, before it is written.
	 */
	void close(SqlWriter writer) {
		if (!this.rows) {
			endElement(writer);
		}
	}

	/**
	 * Take back an element that will not be complete, unless it is the first one.
	 * @return whether there was one
	 */
	boolean abandonElement(SqlWriter writer) {
		if (!this.list || this.previousEnd == NONE) {
			return false;
		}
		writer.cut(this.previousEnd);
		return true;
	}

	private void nextElement() {
		this.start = NONE;
		this.element = Element.EMPTY;
	}

	private void endElement(SqlWriter writer) {
		if (!this.list || writer.isFull()) {
			return;
		}
		int end = writer.length();
		if (this.start == NONE) {
			this.previousEnd = NONE;
		}
		else if (this.previousEnd != NONE && repeats(writer, end)) {
			writer.cut(this.previousEnd);
		}
		else {
			this.previous = this.element;
			this.previousStart = this.start;
			this.previousEnd = end;
		}
	}

	private boolean repeats(SqlWriter writer, int end) {
		return (this.element == this.previous && this.element != Element.OTHER)
				|| writer.repeats(this.start, end, this.previousStart, this.previousEnd);
	}

	/**
	 * What makes sense on a level.
	 */
	enum Content {

		NAMES, ARGUMENTS, ELEMENTS

	}

	private enum Element {

		EMPTY, VALUE, ROW, OTHER

	}

}
