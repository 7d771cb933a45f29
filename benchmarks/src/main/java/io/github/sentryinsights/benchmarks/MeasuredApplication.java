package io.github.sentryinsights.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ITransaction;
import io.sentry.ITransportFactory;
import io.sentry.Sentry;
import io.sentry.SentryOptions.BeforeSendTransactionCallback;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.TransactionNameSource;
import io.sentry.transport.NoOpTransport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.kafka.KafkaAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A Spring Boot application as users have it, and the request that the calling thread is
 * in.
 * <p>
 * Sentry is set up by its own starter; nothing it captures is sent. Used by one thread,
 * or as a place for the requests of several.
 */
final class MeasuredApplication implements AutoCloseable {

	/**
	 * Number of operations in one request. The SDK copies the list of spans for every new
	 * one, so this number is part of the price of a span.
	 */
	static final int OPERATIONS_PER_REQUEST = 50;

	private final Library library;

	private final SentryMode mode;

	private final ConfigurableApplicationContext context;

	private final @Nullable ISentryLifecycleToken scopes;

	private @Nullable ITransaction transaction;

	private int remaining;

	private volatile int captured;

	private MeasuredApplication(Library library, SentryMode mode, boolean metered,
			Consumer<GenericApplicationContext> beans, String... properties) {
		this.library = library;
		this.mode = mode;
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties(properties(library, mode))
			.properties(properties)
			.initializers((GenericApplicationContext context) -> {
				context.registerBean(ITransportFactory.class, () -> (options, details) -> NoOpTransport.getInstance());
				context.registerBean(BeforeSendTransactionCallback.class, () -> (transaction, hint) -> {
					this.captured = transaction.getSpans().size();
					return transaction;
				});
				if (metered) {
					context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
				}
				beans.accept(context);
			})
			.run();
		if (Sentry.isEnabled() != (mode != SentryMode.OFF)) {
			throw new IllegalStateException("Sentry should be " + mode.label());
		}
		this.scopes = (mode != SentryMode.OFF) ? Sentry.forkedRootScopes("request").makeCurrent() : null;
	}

	/**
	 * Start an application.
	 * @param variant what it does with operations
	 * @param beans registers what is to be instrumented
	 * @param properties further properties, as {@code key=value}
	 * @return the application
	 */
	static MeasuredApplication start(Variant variant, Consumer<GenericApplicationContext> beans, String... properties) {
		String[] all = Stream.concat(variant.properties(), Arrays.stream(properties)).toArray(String[]::new);
		return new MeasuredApplication(variant.library(), variant.mode(), variant.isMetered(), beans, all);
	}

	/**
	 * Start an application with nothing but Sentry.
	 * @param mode what Sentry does
	 * @param beans registers further beans
	 * @return the application
	 */
	static MeasuredApplication start(SentryMode mode, Consumer<GenericApplicationContext> beans) {
		return new MeasuredApplication(Library.NONE, mode, false, beans);
	}

	private static String[] properties(Library library, SentryMode mode) {
		List<String> properties = new ArrayList<>();
		properties.add("logging.level.root=error");
		properties.add("spring.sql.init.mode=never");
		properties.add("spring.autoconfigure.exclude=" + KafkaAutoConfiguration.class.getName());
		properties.add("sentry.dsn=http://public@localhost:1/1");
		properties.add("sentry.enabled=" + (mode != SentryMode.OFF));
		properties.add("sentry.traces-sample-rate=" + mode.sampleRate());
		properties.add("sentry.enable-cache-tracing=" + (library == Library.PEER));
		properties.add("sentry.insights.enabled=" + (library == Library.OURS));
		return properties.toArray(String[]::new);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Return the number of spans in the transaction that was captured last.
	 * @return the number of spans
	 */
	int captured() {
		return this.captured;
	}

	/**
	 * Begin a new request when the current one has had all its operations. Called before
	 * each operation. The transaction of the old request is dropped.
	 */
	void nextOperation() {
		if (this.scopes != null && --this.remaining < 0) {
			nextRequest();
		}
	}

	/**
	 * Return the transaction of the current request.
	 * @return the transaction
	 */
	ITransaction transaction() {
		ITransaction transaction = this.transaction;
		if (transaction == null) {
			throw new IllegalStateException("No request is under way");
		}
		return transaction;
	}

	private void nextRequest() {
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		this.transaction = Sentry.startTransaction(
				new TransactionContext("GET /products/{id}", TransactionNameSource.ROUTE, "http.server"), options);
		this.remaining = OPERATIONS_PER_REQUEST - 1;
	}

	/**
	 * Run an operation once and make sure that the variant is what it says, so that no
	 * number can come from an operation that nothing instruments.
	 * @param operation the operation
	 * @param instrumented whether the object it uses is instrumented
	 * @throws Exception what the operation throws
	 */
	void verify(Operation operation, boolean instrumented) throws Exception {
		if (instrumented != (this.library != Library.NONE)) {
			throw new IllegalStateException("Should " + (instrumented ? "not " : "") + "be instrumented");
		}
		if (this.scopes == null) {
			operation.run();
			return;
		}
		nextRequest();
		this.captured = 0;
		operation.run();
		transaction().finish();
		int expected = (this.library.instruments() && this.mode == SentryMode.SAMPLED) ? 1 : 0;
		if (this.captured != expected) {
			throw new IllegalStateException("Recorded " + this.captured + " spans instead of " + expected);
		}
		nextRequest();
	}

	@Override
	public void close() {
		if (this.scopes != null) {
			this.scopes.close();
		}
		this.context.close();
	}

	/**
	 * An operation.
	 */
	@FunctionalInterface
	interface Operation {

		/**
		 * Run the operation.
		 * @throws Exception what the operation throws
		 */
		void run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
