package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;

import org.jspecify.annotations.Nullable;

/**
 * What a method of the application carries.
 *
 * @since 0.1.0
 */
public final class FunctionConvention {

	/** The name of the method. */
	public static final AttributeKey<String> FUNCTION = AttributeKey.text("code.function", NONE);

	/** The fully qualified name of the class. */
	public static final AttributeKey<String> NAMESPACE = AttributeKey.text("code.namespace", NONE);

	private FunctionConvention() {
	}

	/**
	 * Return the target for the calls of an annotated method.
	 * @param operation the operation of the span, or an empty string for {@code function}
	 * @param name the name of the operation
	 * @param namespace the fully qualified name of the class
	 * @param function the name of the method
	 * @return the target
	 */
	public static OperationTarget calls(String operation, String name, String namespace, String function) {
		return target(operation, name, "auto.function.insights.annotation").with(NAMESPACE, namespace)
			.with(FUNCTION, function)
			.build();
	}

	/**
	 * Return the target for work that the application reports itself.
	 * @param operation the operation of the span, or an empty string for {@code function}
	 * @param name the name of the operation
	 * @return the target
	 */
	public static OperationTarget reported(@Nullable String operation, String name) {
		return target((operation != null) ? operation : "", name, "manual.function.insights").build();
	}

	private static OperationTarget.Builder target(String operation, String name, String origin) {
		OperationTarget.Builder builder = OperationTarget.of(OperationKind.FUNCTION, name, origin);
		return operation.isEmpty() ? builder : builder.operation(operation);
	}

}
