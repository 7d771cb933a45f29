package io.github.sentryinsights.scrub;

/**
 * Is told by which rule something was found.
 */
@FunctionalInterface
interface FindingListener {

	/** Is told and does nothing. */
	FindingListener NONE = (rule) -> {
	};

	void found(Rule rule);

}
