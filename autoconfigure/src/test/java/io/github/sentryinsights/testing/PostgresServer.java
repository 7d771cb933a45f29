package io.github.sentryinsights.testing;

import java.io.IOException;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL for the tests of a class, which has the database to itself.
 */
public final class PostgresServer implements BeforeAllCallback, AfterAllCallback {

	private EmbeddedPostgres server;

	@Override
	public void beforeAll(ExtensionContext context) throws IOException {
		this.server = EmbeddedPostgres.start();
	}

	@Override
	public void afterAll(ExtensionContext context) throws IOException {
		this.server.close();
	}

	public DataSource dataSource() {
		return this.server.getPostgresDatabase();
	}

	public int port() {
		return this.server.getPort();
	}

	/**
	 * Return the URL of the database, whose user is part of it and needs no password.
	 * @return the URL
	 */
	public String url() {
		return this.server.getJdbcUrl("postgres", "postgres");
	}

}
