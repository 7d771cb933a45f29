package io.github.sentryinsights;

import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InvalidInsightsPropertyFailureAnalyzer}.
 */
class InvalidInsightsPropertyFailureAnalyzerTests {

	private final InvalidInsightsPropertyException failure = new InvalidInsightsPropertyException("sentry.insights.x",
			"It is blank.", "Remove it.");

	@Test
	void analysisNamesThePropertyTheReasonAndTheAction() {
		FailureAnalysis analysis = new InvalidInsightsPropertyFailureAnalyzer()
			.analyze(new IllegalStateException(this.failure));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription())
			.isEqualTo("The value of the property 'sentry.insights.x' is invalid. It is blank.");
		assertThat(analysis.getAction()).isEqualTo("Remove it.");
	}

	@Test
	void analyzerIsFoundBySpringBoot() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
			.load(FailureAnalyzer.class, (type, name, ex) -> {
			})).hasAtLeastOneElementOfType(InvalidInsightsPropertyFailureAnalyzer.class);
	}

}
