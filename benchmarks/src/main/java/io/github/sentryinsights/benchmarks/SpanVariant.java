package io.github.sentryinsights.benchmarks;

import java.util.function.Consumer;

import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.SpanStatus;
import org.springframework.context.support.GenericApplicationContext;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * The ways to record a span, with a description and four attributes of its own each.
 */
public enum SpanVariant implements Recording {

	/** No span, for what a transaction costs by itself. */
	NONE("no span"),

	/** The SDK's own span, in an application with Sentry alone. */
	BARE("bare span"),

	/** The SDK's own span, in an application with this library. */
	BARE_SCRUBBED("bare span, scrubbed"),

	/** An operation of this library as a child span. */
	CHILD("child span"),

	/** An operation of this library as a leaf span. */
	LEAF("leaf span");

	private static final String STATEMENT = "select id, name from product";

	private final String label;

	SpanVariant(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	@Override
	public boolean isRecorded() {
		return this != NONE;
	}

	@Override
	public boolean isChild() {
		return isRecorded() && this != LEAF;
	}

	@Override
	public MeasuredApplication start(Consumer<GenericApplicationContext> beans) {
		return switch (this) {
			case NONE, BARE -> MeasuredApplication.start(SentryMode.SAMPLED, beans);
			case BARE_SCRUBBED, LEAF -> MeasuredApplication.start(Variant.OURS_SAMPLED, beans);
			case CHILD -> MeasuredApplication.start(Variant.OURS_SAMPLED_CHILDREN, beans);
		};
	}

	@Override
	public Recorder recorder(MeasuredApplication application) {
		return switch (this) {
			case NONE -> transaction -> transaction;
			case BARE, BARE_SCRUBBED -> SpanVariant::record;
			case CHILD, LEAF -> {
				// The system of the database is shared, and comes on top of the four.
				OperationSource source = application.bean(Operations.class)
					.source(DbConvention.statements(new Database("shop", "postgresql", null, null, null)));
				yield transaction -> record(source);
			}
		};
	}

	/**
	 * Record a span of the SDK with four attributes.
	 * @param transaction the transaction
	 * @return the span
	 */
	static ISpan record(ITransaction transaction) {
		ISpan span = transaction.startChild(OperationKind.DB_QUERY.operation(), STATEMENT);
		span.setData(DbConvention.OPERATION.name(), "SELECT");
		span.setData(DbConvention.NAME.name(), "shop");
		span.setData(FunctionConvention.FUNCTION.name(), "names");
		span.setData(FunctionConvention.NAMESPACE.name(), "com.example.Products");
		span.finish(SpanStatus.OK);
		return span;
	}

	private static Operation record(OperationSource source) {
		Operation operation = source.start();
		if (operation.isRecording()) {
			operation.attributes(SpanVariant::describe);
		}
		operation.end();
		return operation;
	}

	private static void describe(Attributes attributes) {
		attributes.describe(STATEMENT);
		attributes.set(DbConvention.OPERATION, "SELECT");
		attributes.set(DbConvention.NAME, "shop");
		attributes.set(FunctionConvention.FUNCTION, "names");
		attributes.set(FunctionConvention.NAMESPACE, "com.example.Products");
	}

}
