package io.github.sentryinsights;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.sql.SqlStatements;

import static org.assertj.core.api.Assertions.assertThat;

class StatementPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(InsightsAutoConfiguration.class));

	@Test
	void statementsAreCutAtTheConfiguredLength() {
		String sql = "select " + "a, ".repeat(10_000);
		this.runner.run(context -> assertThat(text(context.getBean(SqlStatements.class), sql)).hasSize(3999));
		this.runner.withPropertyValues("sentry.insights.db.max-statement-length=300")
			.run(context -> assertThat(text(context.getBean(SqlStatements.class), sql)).hasSizeBetween(298, 300));
	}

	@Test
	void hintsAreKeptWhenAskedFor() {
		String sql = "select /*+ INDEX(t) */ a from t";
		this.runner
			.run(context -> assertThat(text(context.getBean(SqlStatements.class), sql)).isEqualTo("select a from t"));
		this.runner.withPropertyValues("sentry.insights.db.keep-hints=true")
			.run(context -> assertThat(text(context.getBean(SqlStatements.class), sql)).isEqualTo(sql));
	}

	@Test
	void aLengthThatLeavesNothingStopsTheStart() {
		this.runner.withPropertyValues("sentry.insights.db.max-statement-length=199")
			.run(context -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidInsightsPropertyException.class)
				.hasMessageContaining("sentry.insights.db.max-statement-length")
				.hasMessageContaining("199"));
	}

	private static String text(SqlStatements statements, String sql) {
		return statements.of("h2").normalize(sql).text();
	}

}
