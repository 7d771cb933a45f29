package io.github.sentryinsights.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.sentry.ITransaction;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests with drivers and servers that fail.
 */
class DriverFaultTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withPropertyValues("sentry.insights.db.slow-connection-threshold=0");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void aConnectionKilledInTheMiddleOfAStatementFailsAsWithoutUs() throws Exception {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			JdbcTemplate other = new JdbcTemplate(postgres.getPostgresDatabase());
			ReceivedTransaction transaction = record(postgres.getPostgresDatabase(), dataSource -> {
				Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				Future<Boolean> killed = this.threads.submit(() -> kill(other));
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("SELECT pg_sleep(60), 'secret'"))
					.extracting(SQLException::getSQLState)
					.isEqualTo("57P01");
				assertThat(killed.get(10, TimeUnit.SECONDS)).isTrue();
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.setAutoCommit(false));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 2"));
				connection.close();
			});
			assertThat(transaction.spans()).isNotEmpty().allSatisfy(span -> {
				InsightsContract.verify(span);
				assertThat(span.isFinished()).isTrue();
				assertThat(span.status()).isEqualTo("internal_error");
			});
			assertThat(transaction.spans("db.query")).extracting(ReceivedSpan::description)
				.containsExactly("SELECT pg_sleep(?), ?", "SELECT ?");
			assertThat(this.receiver.text()).doesNotContain("secret");
		}
	}

	private static boolean kill(JdbcTemplate postgres) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> postgres.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
					+ " WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'", Boolean.class),
					rows -> !rows.isEmpty())
			.get(0);
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, OutOfMemoryError.class, IllegalStateException.class })
	void whateverADriverThrowsPassesAndEndsTheSpan(Class<? extends Throwable> type) throws Exception {
		Throwable failure = type.getConstructor(String.class).newInstance("secret");
		Connection connection = mock(Connection.class);
		Statement statement = mock(Statement.class);
		given(connection.createStatement()).willReturn(statement);
		given(statement.executeQuery(anyString())).willThrow(failure);
		willAnswer(invocation -> {
			throw failure;
		}).given(connection).commit();
		ReceivedTransaction transaction = record(returning(() -> connection), dataSource -> {
			Connection instrumented = dataSource.getConnection();
			assertThatThrownBy(() -> instrumented.createStatement().executeQuery("SELECT 1")).isSameAs(failure);
			assertThatThrownBy(instrumented::commit).isSameAs(failure);
		});
		assertThat(transaction.spans()).hasSize(2)
			.allMatch(span -> span.isFinished() && span.status().equals("internal_error"));
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	@Test
	void aDriverWithoutMetadataIsStillReported() throws Exception {
		Connection connection = mock(Connection.class);
		Statement statement = mock(Statement.class);
		given(connection.createStatement()).willReturn(statement);
		ReceivedTransaction transaction = record(returning(() -> connection),
				dataSource -> dataSource.getConnection().createStatement().execute("SELECT 1"));
		assertThat(transaction.span("db.query").description()).isEqualTo("SELECT ?");
	}

	@ParameterizedTest
	@ValueSource(classes = { SQLException.class, IllegalStateException.class, AbstractMethodError.class })
	void aDriverWhoseMetadataFailsWorksAsWithoutUs(Class<? extends Throwable> failure) throws Exception {
		Connection connection = mock(Connection.class);
		Statement statement = mock(Statement.class);
		given(connection.getMetaData()).willThrow(failure);
		given(connection.createStatement()).willReturn(statement);
		given(statement.execute(anyString())).willReturn(true);
		record(returning(() -> connection),
				dataSource -> assertThat(dataSource.getConnection().createStatement().execute("SELECT 1")).isTrue());
	}

	@Test
	void aDataSourceWithoutAConnectionReturnsNone() {
		this.runner.withBean(DataSource.class, () -> returning(() -> null))
			.run(context -> assertThat(context.getBean(DataSource.class).getConnection()).isNull());
	}

	@Test
	void nobodyWaitsForAnotherThreadThatAsksForMetadataAndNobodyAsksAgain() {
		CountDownLatch asking = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		DataSource slow = returning(() -> {
			Connection connection = mock(Connection.class);
			willAnswer(invocation -> {
				if (asked.incrementAndGet() == 1) {
					asking.countDown();
					answer.await();
				}
				DatabaseMetaData metaData = mock(DatabaseMetaData.class);
				given(metaData.getURL()).willReturn("jdbc:h2:mem:slow");
				return metaData;
			}).given(connection).getMetaData();
			return connection;
		});
		this.runner.withBean(DataSource.class, () -> slow).run(context -> {
			DataSource dataSource = context.getBean(DataSource.class);
			CompletableFuture<Connection> first = CompletableFuture.supplyAsync(() -> connect(dataSource),
					this.threads);
			assertThat(asking.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(this.threads.submit(() -> connect(dataSource)).get(10, TimeUnit.SECONDS))
				.isInstanceOf(InstrumentedConnection.class);
			assertThat(first).isNotDone();
			assertThat(connect(dataSource)).isInstanceOf(InstrumentedConnection.class);
			assertThat(asked).hasValue(2);
			answer.countDown();
			assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(InstrumentedConnection.class);
			assertThat(connect(dataSource)).isInstanceOf(InstrumentedConnection.class);
			assertThat(asked).hasValue(2);
		});
	}

	@Test
	void noThreadHoldsALockWhileADriverWorks() throws IOException {
		List<String> locking = new ArrayList<>();
		Resource[] types = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:" + getClass().getPackageName().replace('.', '/') + "/*.class");
		for (Resource type : types) {
			if (type.getFilename() != null && type.getFilename().contains("Tests")) {
				continue;
			}
			try (InputStream in = type.getInputStream()) {
				new ClassReader(in).accept(new LockVisitor(type.getFilename(), locking), ClassReader.SKIP_DEBUG);
			}
		}
		assertThat(types).hasSizeGreaterThan(15);
		assertThat(locking).isEmpty();
	}

	private ReceivedTransaction record(DataSource dataSource, Work work) {
		this.runner.withBean(DataSource.class, () -> dataSource).run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			work.run(context.getBean(DataSource.class));
			transaction.finish();
		});
		return this.receiver.transaction("work");
	}

	private static Connection connect(DataSource dataSource) {
		try {
			return dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static DataSource returning(Callable<Connection> connections) {
		return new DelegatingDataSource(new JdbcDataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				try {
					return connections.call();
				}
				catch (Exception ex) {
					throw new SQLException(ex);
				}
			}

		};
	}

	private interface Work {

		void run(DataSource dataSource) throws Exception;

	}

	private static final class LockVisitor extends ClassVisitor {

		private final String type;

		private final List<String> locking;

		LockVisitor(String type, List<String> locking) {
			super(Opcodes.ASM9);
			this.type = type;
			this.locking = locking;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
				this.locking.add(this.type + " " + name);
			}
			return new MethodVisitor(Opcodes.ASM9) {

				@Override
				public void visitInsn(int opcode) {
					if (opcode == Opcodes.MONITORENTER) {
						LockVisitor.this.locking.add(LockVisitor.this.type + " " + name);
					}
				}

			};
		}

	}

}
