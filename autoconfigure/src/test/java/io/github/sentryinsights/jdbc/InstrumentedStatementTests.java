package io.github.sentryinsights.jdbc;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlStatements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests with what drivers do that no driver at hand does.
 */
class InstrumentedStatementTests {

	private static final String ROWS = DbConvention.AFFECTED_ROWS.name();

	private static final String SIZE = DbConvention.BATCH_SIZE.name();

	private final List<RecordedOperation> recorded = new ArrayList<>();

	private final Statement driver = mock(Statement.class);

	private final PreparedStatement preparedDriver = mock(PreparedStatement.class);

	@Test
	void moreRowsThanAnIntHoldsAreCounted() throws SQLException {
		given(this.driver.executeLargeUpdate(anyString())).willReturn(5_000_000_000L);
		given(this.driver.executeLargeBatch()).willReturn(new long[] { 5_000_000_000L, 1 });
		Statement statement = statement("h2");
		assertThat(statement.executeLargeUpdate("UPDATE t SET a = 1")).isEqualTo(5_000_000_000L);
		statement.addBatch("UPDATE t SET a = 1");
		assertThat(statement.executeLargeBatch()).containsExactly(5_000_000_000L, 1);
		assertThat(this.recorded).extracting(operation -> operation.attributes().get(ROWS))
			.containsExactly(5_000_000_000L, 5_000_000_001L);
	}

	@Test
	void aBatchOfWhichTheDriverDoesNotKnowTheCountsHasNone() throws SQLException {
		given(this.preparedDriver.executeBatch()).willReturn(new int[] { 3, Statement.SUCCESS_NO_INFO, 4 });
		assertThat(preparedStatement().executeBatch()).containsExactly(3, Statement.SUCCESS_NO_INFO, 4);
		assertThat(this.recorded).singleElement().satisfies(operation -> {
			assertThat(operation.attributes()).containsEntry(SIZE, 3).doesNotContainKey(ROWS);
			assertThat(operation.hasSucceeded()).isTrue();
		});
	}

	@Test
	void aBatchThatFailsWithoutCountsIsDescribed() throws SQLException {
		BatchUpdateException failure = new BatchUpdateException();
		given(this.preparedDriver.executeBatch()).willThrow(failure);
		assertThatThrownBy(preparedStatement()::executeBatch).isSameAs(failure);
		assertThat(this.recorded).singleElement().satisfies(operation -> {
			assertThat(operation.description()).isEqualTo("INSERT INTO t VALUES (?)");
			assertThat(operation.attributes()).doesNotContainKeys(SIZE, ROWS);
			assertThat(operation.hasFailed()).isTrue();
		});
	}

	@Test
	void aBatchOfNothingIsNoBatch() throws SQLException {
		given(this.driver.executeBatch()).willReturn(new int[0]);
		assertThat(statement("h2").executeBatch()).isEmpty();
		assertThat(this.recorded).singleElement()
			.satisfies(operation -> assertThat(operation.attributes()).doesNotContainKeys(SIZE, ROWS));
	}

	@Test
	void aCountThatCouldBeAskedForOnlyOnceIsLeftToTheApplication() throws SQLException {
		assertThat(statement("oracle").execute("UPDATE t SET a = 1")).isFalse();
		verify(this.driver, never()).getUpdateCount();
		assertThat(this.recorded).singleElement()
			.satisfies(operation -> assertThat(operation.attributes()).doesNotContainKey(ROWS));
	}

	@ParameterizedTest
	@ValueSource(classes = { SQLException.class, IllegalStateException.class })
	void askingForACountNeverFailsTheStatement(Class<? extends Exception> failure) throws SQLException {
		given(this.driver.getUpdateCount()).willThrow(failure);
		assertThat(statement("postgresql").execute("UPDATE t SET a = 1")).isFalse();
		assertThat(this.recorded).singleElement().matches(RecordedOperation::hasSucceeded);
	}

	@Test
	void aBatchIsForgottenOnceItHasRunFailedOrBeenCleared() throws SQLException {
		given(this.driver.executeBatch()).willReturn(new int[1])
			.willThrow(new BatchUpdateException())
			.willReturn(new int[1]);
		Statement statement = statement("h2");
		statement.addBatch("DELETE FROM one");
		statement.executeBatch();
		statement.addBatch("DELETE FROM two");
		assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class);
		statement.addBatch("DELETE FROM three");
		statement.clearBatch();
		statement.addBatch("DELETE FROM four");
		statement.executeBatch();
		assertThat(this.recorded).extracting(RecordedOperation::description)
			.containsExactly("DELETE FROM one", "DELETE FROM two", "DELETE FROM four");
	}

	@Test
	void aLongBatchIsDescribedByItsBeginning() throws SQLException {
		given(this.driver.executeBatch()).willReturn(new int[10_000]);
		Statement statement = statement("h2");
		for (int i = 0; i < 10_000; i++) {
			statement.addBatch("DELETE FROM t" + i / 2 + " WHERE id = 1");
		}
		statement.executeBatch();
		assertThat(this.recorded).singleElement().satisfies(operation -> {
			assertThat(operation.description()).startsWith("DELETE FROM t0 WHERE id = ?; DELETE FROM t1 WHERE id = ?; ")
				.endsWith("; DELETE FROM t7 WHERE id = ?");
			assertThat(operation.attributes()).containsEntry(SIZE, 10_000).containsEntry("db.operation", "BATCH");
		});
	}

	@Test
	void aBatchOfTheSameStatementIsDescribedByIt() throws SQLException {
		given(this.driver.executeBatch()).willReturn(new int[] { 1, 1, 1 });
		Statement statement = statement("h2");
		for (int i = 0; i < 3; i++) {
			statement.addBatch("DELETE FROM t WHERE id = " + i);
		}
		statement.executeBatch();
		assertThat(this.recorded).singleElement().satisfies(operation -> {
			assertThat(operation.description()).isEqualTo("DELETE FROM t WHERE id = ?");
			assertThat(operation.attributes()).containsEntry("db.operation", "DELETE").containsEntry(ROWS, 3L);
		});
	}

	@Test
	void aPreparedStatementThatLivesForYearsHoldsNothingThatGrows() {
		List<Field> fields = new ArrayList<>();
		for (Class<?> type = InstrumentedCallableStatement.class; type != null; type = type.getSuperclass()) {
			fields.addAll(List.of(type.getDeclaredFields()));
		}
		assertThat(fields).isNotEmpty()
			.allMatch(field -> Modifier.isFinal(field.getModifiers()))
			.extracting(Field::getType)
			.noneMatch(type -> Iterable.class.isAssignableFrom(type) || type.isArray());
	}

	private Statement statement(String system) {
		return new InstrumentedSimpleStatement(this.driver, connection(system));
	}

	private PreparedStatement preparedStatement() {
		return new InstrumentedPreparedStatement<>(this.preparedDriver, connection("h2"), "INSERT INTO t VALUES (?)");
	}

	private InstrumentedConnection connection(String system) {
		Operations operations = new Operations(RecordedOperation.into(this.recorded), OperationMeter.NONE);
		return new InstrumentedConnection(mock(Connection.class),
				new DatabaseOperations(operations, new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false),
						new Database("dataSource", system, null, null, null), new InsightsProperties.Db()));
	}

}
