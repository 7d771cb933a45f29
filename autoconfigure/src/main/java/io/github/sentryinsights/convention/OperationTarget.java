package io.github.sentryinsights.convention;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a series of operations has in common: the kind, the place it goes to and the
 * attributes that never change.
 * <p>
 * Built once, for a data source, a cache or a topic, and shared by all its operations.
 * Immutable and safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class OperationTarget {

	private final OperationKind kind;

	private final String operation;

	private final String name;

	private final String origin;

	private final List<Attribute> attributes;

	private OperationTarget(Builder builder) {
		this.kind = builder.kind;
		this.operation = builder.operation;
		this.name = builder.name;
		this.origin = builder.origin;
		this.attributes = List.copyOf(builder.attributes);
	}

	static Builder of(OperationKind kind, String name, String origin) {
		return new Builder(kind, name, origin);
	}

	/**
	 * Return the kind of the operations.
	 * @return the kind
	 */
	public OperationKind kind() {
		return this.kind;
	}

	/**
	 * Return the operation of the span, that of the kind unless a function chose its own.
	 * @return the operation, such as {@code db.query}
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * Return the low-cardinality name of the place the operations go to, which is also
	 * the description of a span that gets no better one.
	 * @return the name of a data source, a cache, a destination or a function
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return where the span comes from, in the format of Sentry's trace origin.
	 * @return the origin, such as {@code auto.db.insights.jdbc}
	 */
	public String origin() {
		return this.origin;
	}

	/**
	 * Return the attributes that every operation carries.
	 * @return the attributes, a list to be read by index
	 */
	public List<Attribute> attributes() {
		return this.attributes;
	}

	@Override
	public String toString() {
		return this.operation + " " + this.name;
	}

	/**
	 * An attribute that every operation carries.
	 *
	 * @param name the name Sentry reads
	 * @param value the value
	 */
	public record Attribute(String name, Object value) {
	}

	static final class Builder {

		private final OperationKind kind;

		private final String name;

		private final String origin;

		private String operation;

		private final List<Attribute> attributes = new ArrayList<>();

		private Builder(OperationKind kind, String name, String origin) {
			this.kind = kind;
			this.name = name;
			this.origin = origin;
			this.operation = kind.operation();
		}

		Builder operation(String operation) {
			this.operation = operation;
			return this;
		}

		<T> Builder with(AttributeKey<T> key, @Nullable T value) {
			if (value != null) {
				this.attributes.add(new Attribute(key.name(), value));
			}
			return this;
		}

		OperationTarget build() {
			return new OperationTarget(this);
		}

	}

}
