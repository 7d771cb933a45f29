package io.github.sentryinsights.jdbc;

import javax.sql.DataSource;

import net.bytebuddy.ByteBuddy;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what others record is left to them. Classes of theirs are made here, as
 * nothing but their names is asked for.
 */
class OtherRecordersTests {

	private static final String DATA_SOURCE = "io.opentelemetry.instrumentation.jdbc.datasource.OpenTelemetryDataSource";

	private static final String BRIDGE = "io.sentry.opentelemetry.agent.AgentlessMarker";

	private static final String AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry()
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"));

	@Test
	void whatOpenTelemetrySendsToSentryIsLeftAlone() {
		this.runner.withClassLoader(PresentClasses.of(BRIDGE))
			.withBean("plain", DataSource.class, OtherRecordersTests::h2)
			.withBean("traced", DataSource.class, OtherRecordersTests::traced)
			.withBean("wrapping", DataSource.class, () -> new DelegatingDataSource(traced()))
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("jdbc (plain), not jdbc traced (recorded by OpenTelemetry), "
						+ "not jdbc wrapping (recorded by OpenTelemetry)"));
	}

	@Test
	void whatOpenTelemetrySendsElsewhereIsReported() {
		this.runner.withBean("traced", DataSource.class, OtherRecordersTests::traced)
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class)).hasToString("jdbc (traced)"));
	}

	@Test
	void nothingIsReportedBesideTheAgentOfSentryUnlessItLeavesJdbcAlone() {
		ApplicationContextRunner beside = this.runner.withClassLoader(PresentClasses.of(AGENT))
			.withBean("plain", DataSource.class, OtherRecordersTests::h2);
		beside.run(context -> assertThat(context.getBean(InstrumentedBeans.class))
			.hasToString("nothing, not jdbc plain (recorded by Sentry's OpenTelemetry agent)"));
		beside.withPropertyValues("otel.instrumentation.jdbc.enabled=false")
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class)).hasToString("jdbc (plain)"));
	}

	private static DataSource traced() {
		try {
			return new ByteBuddy().subclass(DelegatingDataSource.class)
				.name(DATA_SOURCE)
				.make()
				.load(OtherRecordersTests.class.getClassLoader())
				.getLoaded()
				.getConstructor(DataSource.class)
				.newInstance(h2());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static DataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:recorded");
		return dataSource;
	}

}
