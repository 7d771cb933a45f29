package io.github.sentryinsights;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.p6spy.engine.spy.P6DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatementRecorders} with every set of libraries that matters.
 */
class StatementRecordersTests {

	private static final String AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	private static final String AGENTLESS = "io.sentry.opentelemetry.agent.AgentlessMarker";

	private static final String TRACER = "io.micrometer.tracing.otel.bridge.OtelTracer";

	private static final String STARTER = "io.opentelemetry.instrumentation.spring.autoconfigure.internal.instrumentation.";

	private static final String OBSERVED_DATA_SOURCES = "net.ttddyy.observation.boot.autoconfigure.DataSourceObservationBeanPostProcessor";

	private final Map<String, Object> properties = new HashMap<>();

	@Test
	void nobodyRecordsWhereNothingIsPresent() {
		assertThat(jdbc().ofAll()).isNull();
		assertThat(r2dbc().ofAll()).isNull();
		assertThat(jdbc().of(P6DataSource.class, "jdbc:p6spy:h2:mem:shop")).isNull();
	}

	@Test
	void theAgentOfSentryRecordsEverything() {
		assertThat(jdbc(AGENT).ofAll()).isEqualTo("recorded by Sentry's OpenTelemetry agent");
		assertThat(r2dbc(AGENT).ofAll()).isEqualTo("recorded by Sentry's OpenTelemetry agent");
	}

	@Test
	void whatIsSwitchedOffRecordsNothing() {
		this.properties.put("otel.instrumentation.jdbc.enabled", "false");
		assertThat(jdbc(AGENT).ofAll()).isNull();
		assertThat(r2dbc(AGENT).ofAll()).isNotNull();
		this.properties.put("jdbc.datasource-proxy.enabled", "false");
		assertThat(jdbc(AGENTLESS, TRACER, OBSERVED_DATA_SOURCES).ofAll()).isNull();
	}

	@Test
	void theStarterOfOpenTelemetryRecordsForSentryThroughItsBridge() {
		assertThat(jdbc(STARTER + "jdbc.DataSourcePostProcessor").ofAll()).isNull();
		assertThat(jdbc(STARTER + "jdbc.DataSourcePostProcessor", AGENTLESS).ofAll())
			.isEqualTo("recorded by OpenTelemetry");
		assertThat(r2dbc(STARTER + "r2dbc.R2dbcInstrumentingPostProcessor",
				"io.sentry.opentelemetry.agent.AgentlessSpringMarker")
			.ofAll()).isEqualTo("recorded by OpenTelemetry");
		assertThat(jdbc(AGENTLESS).ofAll()).isNull();
	}

	@Test
	void observationsReachSentryThroughTwoBridges() {
		assertThat(jdbc(OBSERVED_DATA_SOURCES, TRACER).ofAll()).isNull();
		assertThat(jdbc(OBSERVED_DATA_SOURCES, AGENTLESS).ofAll()).isNull();
		assertThat(jdbc(OBSERVED_DATA_SOURCES, TRACER, AGENTLESS).ofAll())
			.isEqualTo("recorded by datasource-micrometer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.actuate.autoconfigure.r2dbc.R2dbcObservationAutoConfiguration",
			"org.springframework.boot.r2dbc.autoconfigure.observation.R2dbcObservationAutoConfiguration" })
	void observationsOfR2dbcReachSentryThroughTwoBridges(String configuration) {
		assertThat(r2dbc(configuration, TRACER).ofAll()).isNull();
		assertThat(r2dbc(configuration, AGENTLESS).ofAll()).isNull();
		assertThat(r2dbc(configuration, TRACER, AGENTLESS).ofAll()).isEqualTo("recorded by Spring Boot's observations");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null",
			value = { "jdbc:otel:h2:mem:shop, recorded by OpenTelemetry", "jdbc:h2:mem:shop, null", "null, null" })
	void theDriverOfOpenTelemetryIsKnownByItsUrl(@Nullable String url, @Nullable String reason) {
		assertThat(jdbc(AGENTLESS).of(JdbcDataSource.class, url)).isEqualTo(reason);
		assertThat(jdbc().of(JdbcDataSource.class, url)).isNull();
	}

	@Test
	void p6SpyRecordsForSentryThroughItsListener() {
		StatementRecorders recorders = jdbc("io.sentry.jdbc.SentryJdbcEventListener");
		assertThat(recorders.of(P6DataSource.class, null)).isEqualTo("recorded by sentry-jdbc through p6spy");
		assertThat(recorders.of(JdbcDataSource.class, "jdbc:p6spy:h2:mem:shop"))
			.isEqualTo("recorded by sentry-jdbc through p6spy");
		assertThat(recorders.of(JdbcDataSource.class, "jdbc:h2:mem:shop")).isNull();
	}

	@Test
	void theStarterOfP6SpyPutsItBeforeEveryDataSource() {
		String starter = "com.github.gavlyukovskiy.boot.jdbc.decorator.DataSourceDecoratorBeanPostProcessor";
		String listener = "io.sentry.jdbc.SentryJdbcEventListener";
		assertThat(jdbc(starter).ofAll()).isNull();
		assertThat(jdbc(listener).ofAll()).isNull();
		assertThat(jdbc(starter, listener).ofAll()).isEqualTo("recorded by sentry-jdbc through p6spy");
		this.properties.put("decorator.datasource.enabled", "false");
		assertThat(jdbc(starter, listener).ofAll()).isNull();
	}

	private StatementRecorders jdbc(String... classes) {
		return StatementRecorders.ofJdbc(environment(), Set.copyOf(Arrays.asList(classes))::contains);
	}

	private StatementRecorders r2dbc(String... classes) {
		return StatementRecorders.ofR2dbc(environment(), Set.copyOf(Arrays.asList(classes))::contains);
	}

	private Environment environment() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		return environment;
	}

}
