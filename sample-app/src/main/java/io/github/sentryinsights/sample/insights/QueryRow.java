package io.github.sentryinsights.sample.insights;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.DbConvention;

/**
 * A row of the Queries page: all runs of one statement.
 *
 * @param description the statement
 * @param system the product that ran it
 * @param operation the first word of it
 * @param count the number of runs
 * @param averageDuration the average duration, in milliseconds
 * @param totalDuration the time spent on all runs, in milliseconds
 */
record QueryRow(String description, String system, @Nullable String operation, int count,
		@Nullable Double averageDuration, double totalDuration) {

	static List<QueryRow> of(List<Measured> spans) {
		return Measured.rows(spans, QueryRow::isShown, QueryRow::statement, (statement, runs) -> {
			String operation = runs.get(0).data(DbConvention.OPERATION.name()).textValue();
			return new QueryRow(statement.description(), statement.system(), operation, runs.size(),
					Measured.averageDuration(runs), Measured.totalDuration(runs));
		});
	}

	private static boolean isShown(Measured measured) {
		String op = measured.op();
		return (op.equals("db") || op.startsWith("db.")) && measured.span().description() != null;
	}

	private static Statement statement(Measured measured) {
		return new Statement(String.valueOf(measured.span().description()),
				measured.data(DbConvention.SYSTEM.name()).asText());
	}

	private record Statement(String description, String system) {
	}

}
