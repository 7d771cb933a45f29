package io.github.sentryinsights.r2dbc;

/**
 * Tests with H2 and PostgreSQL where statements are child spans.
 */
class R2dbcChildSpansTests extends R2dbcSpansTests {

	@Override
	boolean leafSpans() {
		return false;
	}

}
