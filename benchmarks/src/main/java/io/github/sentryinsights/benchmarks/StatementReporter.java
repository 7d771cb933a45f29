package io.github.sentryinsights.benchmarks;

import java.sql.SQLException;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import net.ttddyy.dsproxy.listener.NoOpQueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.springframework.context.support.GenericApplicationContext;

/**
 * What reports the statements of a request, at its best: what it reports to does nothing
 * with it where that is not Sentry.
 */
public enum StatementReporter implements Recording {

	/** Nobody. */
	NOBODY("-"),

	/** This library. */
	INSIGHTS("Sentry Insights"),

	/** This library, without leaf spans. */
	INSIGHTS_CHILDREN("Sentry Insights, child spans"),

	/** Sentry's own way. */
	P6SPY("p6spy + sentry-jdbc"),

	/** A listener, as one would write it to report statements oneself. */
	DATASOURCE_PROXY("datasource-proxy, empty listener"),

	/** Observations, as far as a handler that takes them. */
	DATASOURCE_MICROMETER("datasource-micrometer, empty handler"),

	/** Sampled spans, as far as an exporter. */
	OPENTELEMETRY("opentelemetry-jdbc, no exporter");

	private final String label;

	StatementReporter(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	@Override
	public boolean isRecorded() {
		return this == INSIGHTS || isChild();
	}

	@Override
	public boolean isChild() {
		return this == INSIGHTS_CHILDREN || this == P6SPY;
	}

	@Override
	public MeasuredApplication start(Consumer<GenericApplicationContext> beans) {
		DataSource dataSource = dataSource(new StubDataSource());
		Consumer<GenericApplicationContext> all = beans
			.andThen(context -> context.registerBean("dataSource", DataSource.class, () -> dataSource));
		return switch (this) {
			case INSIGHTS -> MeasuredApplication.start(Variant.OURS_SAMPLED, all);
			case INSIGHTS_CHILDREN -> MeasuredApplication.start(Variant.OURS_SAMPLED_CHILDREN, all);
			case P6SPY -> MeasuredApplication.start(Variant.PEER_SAMPLED, all);
			default -> MeasuredApplication.start(SentryMode.SAMPLED, all);
		};
	}

	private DataSource dataSource(DataSource driver) {
		return switch (this) {
			case NOBODY, INSIGHTS, INSIGHTS_CHILDREN -> driver;
			case P6SPY -> new P6DataSource(driver);
			case DATASOURCE_PROXY ->
				ProxyDataSourceBuilder.create(driver).listener(new NoOpQueryExecutionListener()).build();
			case DATASOURCE_MICROMETER -> observed(driver);
			case OPENTELEMETRY -> JdbcTelemetry
				.create(OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder().build()).build())
				.wrap(driver);
		};
	}

	private static DataSource observed(DataSource driver) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new EmptyHandler());
		DataSourceObservationListener listener = new DataSourceObservationListener(registry);
		return ProxyDataSourceBuilder.create("dataSource", driver)
			.listener(listener)
			.methodListener(listener)
			.proxyResultSet()
			.build();
	}

	@Override
	public Recorder recorder(MeasuredApplication application) {
		try {
			ProductQuery query = new ProductQuery(application.bean(DataSource.class).getConnection());
			return transaction -> run(query);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String run(ProductQuery query) {
		try {
			return query.run();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class EmptyHandler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
