package io.github.sentryinsights;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Tells whether somebody else sends SQL statements to Sentry already, who is then left to
 * it: Sentry would count each of them twice.
 * <p>
 * Only what reaches Sentry counts. P6Spy does through {@code sentry-jdbc}. OpenTelemetry
 * does through Sentry's agent or one of its agentless modules, be it that the agent
 * itself, OpenTelemetry's starter or its data source records the statement, or a tracer
 * of Micrometer for datasource-micrometer or for Spring Boot's observations of R2DBC.
 * Whoever records statements for a log, for metrics or for another tracing system does
 * not, and is no reason to leave anything alone.
 *
 * @since 0.1.0
 */
public final class StatementRecorders {

	private static final String P6SPY = "recorded by sentry-jdbc through p6spy";

	private static final String P6SPY_LISTENER = "io.sentry.jdbc.SentryJdbcEventListener";

	/**
	 * Of p6spy's starter, which puts p6spy before data sources only later.
	 */
	private static final String P6SPY_POST_PROCESSOR = "com.github.gavlyukovskiy.boot.jdbc.decorator.DataSourceDecoratorBeanPostProcessor";

	private static final String OPENTELEMETRY = "recorded by OpenTelemetry";

	private static final String OPENTELEMETRY_LIBRARIES = "io.opentelemetry.instrumentation.";

	private static final String DATASOURCE_MICROMETER = "net.ttddyy.observation.";

	private static final List<String> R2DBC_OBSERVATIONS = List.of(
			"org.springframework.boot.actuate.autoconfigure.r2dbc.R2dbcObservationAutoConfiguration",
			"org.springframework.boot.r2dbc.autoconfigure.observation.R2dbcObservationAutoConfiguration");

	private final @Nullable String all;

	private final boolean p6spy;

	private final boolean openTelemetry;

	private final boolean micrometer;

	private StatementRecorders(OpenTelemetry present, @Nullable String all) {
		this.all = all;
		this.p6spy = present.isPresent(P6SPY_LISTENER);
		this.openTelemetry = present.isBridged();
		this.micrometer = present.isMicrometerBridged()
				&& present.isPresent(DATASOURCE_MICROMETER + "tracing.DataSourceObservationListener");
	}

	/**
	 * Look for what records statements of JDBC.
	 * @param environment tells what is switched off
	 * @return the recorders
	 */
	public static StatementRecorders ofJdbc(Environment environment) {
		return ofJdbc(environment, name -> ClassUtils.isPresent(name, null));
	}

	static StatementRecorders ofJdbc(Environment environment, Predicate<String> classes) {
		OpenTelemetry present = new OpenTelemetry(classes, environment);
		String all = present.recorder("jdbc", List.of("jdbc.DataSourcePostProcessor"));
		if (all == null && present.isMicrometerBridged() && present.isEnabled("jdbc.datasource-proxy.enabled")
				&& present
					.isPresent(DATASOURCE_MICROMETER + "boot.autoconfigure.DataSourceObservationBeanPostProcessor")) {
			all = "recorded by datasource-micrometer";
		}
		if (all == null && present.isPresent(P6SPY_LISTENER) && present.isEnabled("decorator.datasource.enabled")
				&& present.isPresent(P6SPY_POST_PROCESSOR)) {
			all = P6SPY;
		}
		return new StatementRecorders(present, all);
	}

	/**
	 * Look for what records statements of R2DBC.
	 * @param environment tells what is switched off
	 * @return the recorders
	 */
	public static StatementRecorders ofR2dbc(Environment environment) {
		return ofR2dbc(environment, name -> ClassUtils.isPresent(name, null));
	}

	static StatementRecorders ofR2dbc(Environment environment, Predicate<String> classes) {
		OpenTelemetry present = new OpenTelemetry(classes, environment);
		String all = present.recorder("r2dbc", List.of("r2dbc.R2dbcInstrumentingPostProcessor"));
		if (all == null && present.isMicrometerBridged() && present.isAnyPresent(R2DBC_OBSERVATIONS)) {
			all = "recorded by Spring Boot's observations";
		}
		return new StatementRecorders(present, all);
	}

	/**
	 * Return who records the statements of every bean.
	 * @return the reason to leave all of them alone, or {@code null} without one
	 */
	public @Nullable String ofAll() {
		return this.all;
	}

	/**
	 * Return who records the statements of one bean.
	 * @param type the class of the bean, or of what it wraps
	 * @param url the URL that it connects to
	 * @return the reason to leave it alone, or {@code null} without one
	 */
	public @Nullable String of(Class<?> type, @Nullable String url) {
		String scheme = (url != null) ? url : "";
		for (Class<?> candidate = type; candidate != null; candidate = candidate.getSuperclass()) {
			String name = candidate.getName();
			if (this.p6spy && (name.equals("com.p6spy.engine.spy.P6DataSource") || scheme.startsWith("jdbc:p6spy:"))) {
				return P6SPY;
			}
			if (this.openTelemetry && (name.startsWith(OPENTELEMETRY_LIBRARIES) || scheme.startsWith("jdbc:otel:"))) {
				return OPENTELEMETRY;
			}
			if (this.micrometer && name.equals("net.ttddyy.dsproxy.support.ProxyDataSource")) {
				return "recorded by datasource-micrometer";
			}
		}
		return null;
	}

}
