package io.github.sentryinsights.jdbc;

import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Wrapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlStatements;
import io.github.sentryinsights.testing.InsightsContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

/**
 * Calls every method of the JDBC interfaces, and looks at what reaches the driver.
 */
class ForwardingTests {

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void everyCallReachesTheDriverAndItsResultTheCaller(Case given) throws Exception {
		Driver driver = new Driver(null);
		Object wrapper = given.wrap(driver);
		Object[] arguments = arguments(given.method());
		Object result = given.method().invoke(wrapper, arguments);
		assertThat(driver.calls).extracting(made -> made.method().getName())
			.filteredOn(name -> !name.equals("getAutoCommit") || given.method().getName().equals(name))
			.containsExactly(given.method().getName());
		Call call = driver.lastCall();
		assertThat(call.method().getParameterTypes()).isEqualTo(given.method().getParameterTypes());
		assertThat(call.arguments()).usingElementComparator((a, b) -> (a == b || isBoxed(a) && a.equals(b)) ? 0 : 1)
			.isEqualTo(arguments);
		if (result instanceof InstrumentedConnection || given.method().getName().equals("getStatement")) {
			assertThat(result).isInstanceOf(JdbcDelegate.class);
			assertThat(given.method().getName()).isIn("getConnection", "getStatement");
		}
		else if (result instanceof JdbcDelegate<?> statement) {
			assertThat(statement.delegate).isSameAs(call.result());
		}
		else if (isBoxed(result)) {
			assertThat(result).isEqualTo(call.result());
		}
		else {
			assertThat(result).isSameAs(call.result());
		}
		assertThat(given.operations()).allMatch(RecordedOperation::hasSucceeded);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void everyExceptionOfTheDriverReachesTheCaller(Case given) throws Exception {
		Throwable checked = (given.method().getExceptionTypes()[0] == SQLClientInfoException.class)
				? new SQLClientInfoException() : new SQLException("from the driver");
		for (Throwable exception : List.of(checked, new IllegalStateException(), new StackOverflowError(),
				new OutOfMemoryError())) {
			Object wrapper = given.wrap(new Driver(exception));
			assertThatThrownBy(() -> given.method().invoke(wrapper, arguments(given.method())))
				.isInstanceOf(InvocationTargetException.class)
				.extracting(Throwable::getCause)
				.isSameAs(exception);
		}
		assertThat(given.operations()).allMatch(RecordedOperation::hasFailed);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void whateverRunsSqlOrEndsATransactionIsRecorded(Case given) throws Exception {
		given.method().invoke(given.wrap(new Driver(null)), arguments(given.method()));
		boolean runs = given.method().getName().matches("execute.*|commit|rollback|setSavepoint|releaseSavepoint");
		assertThat(given.operations()).hasSize((given.circumstances() == Circumstances.RECORDED && runs) ? 1 : 0);
	}

	static Stream<Case> cases() {
		return types().flatMap(type -> Arrays.stream(type.getMethods())
			.filter(method -> !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Wrapper.class)
			.flatMap(method -> Arrays.stream(Circumstances.values())
				.map(circumstances -> new Case(type, method, circumstances, new ArrayList<>()))));
	}

	@ParameterizedTest
	@MethodSource("types")
	void unwrapsToTheObjectOfTheDriver(Class<? extends Wrapper> type) throws Exception {
		Driver driver = new Driver(null);
		Object target = driver.create(type);
		Wrapper wrapper = (Wrapper) wrapper(type, Circumstances.OFF.operations(new ArrayList<>())).apply(target);
		assertThat(wrapper.isWrapperFor(type)).isTrue();
		assertThat((Object) wrapper.unwrap(type)).isSameAs(target);
		assertThat((Object) wrapper.unwrap(DriverSpecific.class)).isSameAs(target);
		assertThat(wrapper.isWrapperFor(Runnable.class)).isFalse();
		assertThat(driver.lastCall().method().getName()).isEqualTo("isWrapperFor");
	}

	@ParameterizedTest
	@MethodSource("types")
	void equalsWhatItStandsFor(Class<? extends Wrapper> type) {
		Object target = new Driver(null).create(type);
		Function<Object, Object> wrapper = wrapper(type, Circumstances.OFF.operations(new ArrayList<>()));
		assertThat(wrapper.apply(target)).isEqualTo(wrapper.apply(target))
			.isEqualTo(target)
			.hasSameHashCodeAs(target)
			.hasToString(target.toString())
			.isNotEqualTo(wrapper.apply(new Driver(null).create(type)));
	}

	@Test
	void statementsBelongToTheConnectionTheyCameFrom() throws Exception {
		Connection connection = new InstrumentedConnection((Connection) new Driver(null).create(Connection.class),
				Circumstances.OFF.operations(new ArrayList<>()));
		assertThat(connection.createStatement().getConnection()).isSameAs(connection);
		assertThat(connection.prepareStatement("SELECT 1").getConnection()).isSameAs(connection);
		assertThat(connection.prepareCall("SELECT 1").getConnection()).isSameAs(connection);
	}

	@Test
	void whatTheDriverDoesNotReturnIsNotWrapped() throws Exception {
		Connection connection = new InstrumentedConnection(mock(Connection.class),
				Circumstances.OFF.operations(new ArrayList<>()));
		assertThat(connection.createStatement()).isNull();
		assertThat(connection.prepareStatement("SELECT 1")).isNull();
		assertThat(connection.prepareCall("SELECT 1")).isNull();
	}

	@Test
	void everyCallOfADataSourceReachesTheDriver() {
		Driver driver = new Driver(null);
		run(driver, dataSource -> {
			for (Method method : dataSourceMethods()) {
				driver.calls.clear();
				Object[] arguments = arguments(method);
				Object result = method.invoke(dataSource, arguments);
				assertThat(driver.calls).as(method.getName()).singleElement().satisfies(call -> {
					assertThat(call.method()).isEqualTo(method);
					assertThat(call.arguments()).isEqualTo(arguments);
					if (method.getReturnType() == Connection.class) {
						assertThat(((Connection) result).unwrap(DriverSpecific.class)).isSameAs(call.result());
					}
					else if (method.getReturnType() != ConnectionBuilder.class) {
						assertThat(result).isEqualTo(call.result());
					}
				});
			}
		});
	}

	@Test
	void everyExceptionOfADataSourceReachesTheCaller() {
		Driver driver = new Driver(null);
		run(driver, dataSource -> {
			for (Throwable exception : List.of(new SQLException(), new IllegalStateException(),
					new OutOfMemoryError())) {
				driver.exception = exception;
				for (Method method : dataSourceMethods()) {
					if (exception instanceof SQLException && method.getName().equals("getParentLogger")) {
						continue;
					}
					assertThatThrownBy(() -> method.invoke(dataSource, arguments(method))).as(method.getName())
						.extracting(Throwable::getCause)
						.isSameAs(exception);
				}
			}
		});
	}

	@Test
	void connectionsThatAreBuiltAreInstrumented() {
		run(new Driver(null), dataSource -> {
			ConnectionBuilder builder = dataSource.createConnectionBuilder();
			for (Method method : ConnectionBuilder.class.getMethods()) {
				Object result = method.invoke(builder, arguments(method));
				if (method.getName().equals("build")) {
					assertThat(result).isInstanceOf(InstrumentedConnection.class);
				}
				else {
					assertThat(result).isSameAs(builder);
				}
			}
		});
	}

	private static void run(Driver driver, DataSourceTest test) {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(
					InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
			.withBean(DataSource.class, () -> (DataSource) driver.create(DataSource.class))
			.run(context -> test.accept(context.getBean(DataSource.class)));
	}

	private static List<Method> dataSourceMethods() {
		return Arrays.stream(DataSource.class.getMethods())
			.filter(method -> !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Wrapper.class)
			.toList();
	}

	static Stream<Class<? extends Wrapper>> types() {
		return Stream.of(Connection.class, Statement.class, PreparedStatement.class, CallableStatement.class,
				ResultSet.class);
	}

	private static Function<Object, Object> wrapper(Class<?> type, DatabaseOperations operations) {
		InstrumentedConnection connection = new InstrumentedConnection(
				(Connection) new Driver(null).create(Connection.class), operations);
		if (type == Connection.class) {
			return target -> new InstrumentedConnection((Connection) target, operations);
		}
		if (type == Statement.class) {
			return target -> new InstrumentedSimpleStatement((Statement) target, connection);
		}
		if (type == PreparedStatement.class) {
			return target -> new InstrumentedPreparedStatement<>((PreparedStatement) target, connection, "SELECT 1");
		}
		if (type == ResultSet.class) {
			Statement statement = (Statement) new Driver(null).create(Statement.class);
			return target -> new CountedResultSet((ResultSet) target,
					new InstrumentedSimpleStatement(statement, connection), connection.countedResults(),
					Circumstances.RECORDED.operations(new ArrayList<>()).startStatement());
		}
		return target -> new InstrumentedCallableStatement((CallableStatement) target, connection, "SELECT 1");
	}

	private static Object[] arguments(Method method) {
		return Arrays.stream(method.getParameterTypes()).map(ForwardingTests::sample).toArray();
	}

	private static boolean isBoxed(@Nullable Object value) {
		return value instanceof Number || value instanceof Boolean;
	}

	private static @Nullable Object sample(Class<?> type) {
		try {
			if (type == void.class) {
				return null;
			}
			if (type == boolean.class) {
				return true;
			}
			if (type == String.class) {
				return new String("text");
			}
			if (type == Class.class) {
				return String.class;
			}
			if (type == SQLType.class) {
				return JDBCType.INTEGER;
			}
			if (type.isPrimitive()) {
				Object one = Stream.<Object>of((byte) 1, (short) 1, 1, 1L, 1f, 1d)
					.filter(value -> value.getClass().getSimpleName().toLowerCase().startsWith(type.getName()))
					.findFirst()
					.orElseThrow();
				return one;
			}
			if (type.isArray()) {
				return java.lang.reflect.Array.newInstance(type.getComponentType(), 2);
			}
			if (type.isInterface()) {
				return new Driver(null).create(type);
			}
			if (type == Logger.class) {
				return Logger.getAnonymousLogger();
			}
			if (type == PrintWriter.class) {
				return new PrintWriter(Writer.nullWriter());
			}
			if (type == BigDecimal.class) {
				return new BigDecimal("1.5");
			}
			if (type == Calendar.class) {
				return Calendar.getInstance();
			}
			if (type == URL.class) {
				return new URL("http://localhost");
			}
			if (type == Timestamp.class || type.getSuperclass() == java.util.Date.class) {
				return type.getConstructor(long.class).newInstance(1L);
			}
			if (type == java.io.InputStream.class) {
				return java.io.InputStream.nullInputStream();
			}
			if (type == java.io.Reader.class) {
				return java.io.Reader.nullReader();
			}
			if (type == java.sql.SQLWarning.class || type == Properties.class || type == Object.class) {
				return type.getConstructor().newInstance();
			}
			throw new IllegalArgumentException(type.getName());
		}
		catch (ReflectiveOperationException | java.net.MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface DataSourceTest {

		void accept(DataSource dataSource) throws Exception;

	}

	/**
	 * What only the objects of the driver can do.
	 */
	interface DriverSpecific {

	}

	private record Call(Method method, Object[] arguments, @Nullable Object result) {
	}

	private enum Circumstances {

		OFF {
			@Override
			DatabaseOperations operations(List<RecordedOperation> recorded) {
				return databaseOperations(OperationRecorder.NONE, OperationMeter.NONE);
			}
		},

		COUNTED {
			@Override
			DatabaseOperations operations(List<RecordedOperation> recorded) {
				return databaseOperations(OperationRecorder.NONE, target -> new OperationMeter.Series() {

					@Override
					public boolean isActive() {
						return true;
					}

					@Override
					public void record(Outcome outcome, long nanoseconds) {
					}

				});
			}
		},

		RECORDED {
			@Override
			DatabaseOperations operations(List<RecordedOperation> recorded) {
				return databaseOperations(RecordedOperation.into(recorded), OperationMeter.NONE);
			}
		};

		abstract DatabaseOperations operations(List<RecordedOperation> recorded);

		private static DatabaseOperations databaseOperations(OperationRecorder recorder, OperationMeter meter) {
			InsightsProperties.Db properties = new InsightsProperties.Db();
			properties.setSlowQueryThreshold(Duration.ofNanos(1));
			return new DatabaseOperations(new Operations(recorder, meter),
					new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false),
					new Database("dataSource", "h2", null, null, null), properties);
		}

	}

	private record Case(Class<?> type, Method method, Circumstances circumstances, List<RecordedOperation> operations) {

		Object wrap(Driver driver) {
			this.operations.clear();
			return wrapper(this.type, this.circumstances.operations(this.operations)).apply(driver.create(this.type));
		}

		@Override
		public String toString() {
			return this.type.getSimpleName() + " " + this.method.getName()
					+ Arrays.toString(this.method.getParameterTypes()) + " " + this.circumstances;
		}

	}

	/**
	 * A driver that remembers the calls.
	 */
	private static final class Driver {

		private final List<Call> calls = new ArrayList<>();

		private @Nullable Throwable exception;

		Driver(@Nullable Throwable exception) {
			this.exception = exception;
		}

		Call lastCall() {
			return this.calls.get(this.calls.size() - 1);
		}

		Object create(Class<?> type) {
			return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type, DriverSpecific.class },
					(proxy, method, arguments) -> {
						if (method.getDeclaringClass() == Object.class) {
							return switch (method.getName()) {
								case "equals" -> proxy == arguments[0];
								case "hashCode" -> System.identityHashCode(proxy);
								default -> "driver " + System.identityHashCode(proxy);
							};
						}
						if (this.exception != null) {
							throw this.exception;
						}
						Object result = method.getName().equals("isWrapperFor") ? (Object) false
								: sample(method.getReturnType());
						this.calls.add(new Call(method, (arguments != null) ? arguments : new Object[0], result));
						return result;
					});
		}

	}

}
