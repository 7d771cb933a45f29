package io.github.sentryinsights.sql;

/**
 * What a piece of a statement is.
 */
enum Token {

	NONE, WORD, NAME, VALUE, OPERATOR, COMMA, DOT, OPEN, CLOSE

}
