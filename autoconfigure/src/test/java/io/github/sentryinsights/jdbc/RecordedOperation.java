package io.github.sentryinsights.jdbc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationRecorder;

/**
 * An operation as it is recorded.
 */
final class RecordedOperation extends Operation implements Attributes {

	private final Map<String, Object> attributes = new LinkedHashMap<>();

	private @Nullable String description;

	private @Nullable Throwable error;

	private @Nullable Outcome end;

	private RecordedOperation() {
		super(System.nanoTime());
	}

	static OperationRecorder into(List<RecordedOperation> recorded) {
		return new OperationRecorder() {

			@Override
			public Operation start(OperationTarget target) {
				RecordedOperation operation = new RecordedOperation();
				recorded.add(operation);
				return operation;
			}

		};
	}

	@Nullable String description() {
		return this.description;
	}

	Map<String, Object> attributes() {
		return this.attributes;
	}

	boolean hasSucceeded() {
		return this.end == Outcome.SUCCESS && this.error == null;
	}

	boolean hasFailed() {
		return this.end == Outcome.ERROR && this.error != null;
	}

	@Override
	public boolean isRecording() {
		return true;
	}

	@Override
	public void describe(String description) {
		this.description = description;
	}

	@Override
	public <T> void set(AttributeKey<T> key, T value) {
		this.attributes.put(key.name(), value);
	}

	@Override
	protected Attributes recorded() {
		return this;
	}

	@Override
	protected void error(Throwable error) {
		this.error = error;
	}

	@Override
	protected void leave() {
	}

	@Override
	protected void finish(Outcome outcome, long endNanos) {
		this.end = outcome;
	}

}
