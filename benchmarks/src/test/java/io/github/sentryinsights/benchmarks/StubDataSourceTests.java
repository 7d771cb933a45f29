package io.github.sentryinsights.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StubDataSourceTests {

	@Test
	void everyQueryFindsOneRowWithTheKeyAskedFor() throws SQLException {
		try (Connection connection = new StubDataSource().getConnection()) {
			for (int id = 1; id < 3; id++) {
				try (PreparedStatement statement = connection.prepareStatement("select 1")) {
					statement.setInt(1, id);
					try (ResultSet row = statement.executeQuery()) {
						assertThat(row.next()).isTrue();
						assertThat(row.getInt(1)).isEqualTo(id);
						assertThat(row.getString(2)).isEqualTo("Kettle");
						assertThat(row.next()).isFalse();
					}
				}
			}
		}
	}

	@Test
	void whatAQueryDoesNotNeedIsNotSupported() throws SQLException {
		try (Connection connection = new StubDataSource().getConnection()) {
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(connection::createStatement);
		}
	}

}
