package io.github.sentryinsights.sentry;

/**
 * Tests for {@link SentryOperationRecorder} where leaf operations are child spans.
 */
class ChildSpanRecorderTests extends SentryOperationRecorderTests {

	@Override
	boolean leafSpans() {
		return false;
	}

}
