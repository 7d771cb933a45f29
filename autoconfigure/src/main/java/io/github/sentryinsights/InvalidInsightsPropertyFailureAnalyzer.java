package io.github.sentryinsights;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a property whose value cannot be meant.
 */
final class InvalidInsightsPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidInsightsPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidInsightsPropertyException cause) {
		return new FailureAnalysis(
				"The value of the property '" + cause.getProperty() + "' is invalid. " + cause.getReason(),
				cause.getAction(), cause);
	}

}
