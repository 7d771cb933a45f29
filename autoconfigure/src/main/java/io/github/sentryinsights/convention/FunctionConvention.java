package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;

import java.lang.StackWalker.StackFrame;

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

	/** The source file, below the root of the sources. */
	public static final AttributeKey<String> FILE_PATH = AttributeKey.text("code.filepath", NONE);

	/** The line in the source file, from 1. */
	public static final AttributeKey<Integer> LINE_NUMBER = AttributeKey.count("code.lineno");

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
	 * Return the target for the runs of a method that something else than its caller
	 * decides about.
	 * @param origin what runs the method
	 * @param name the name of the operation
	 * @param namespace the fully qualified name of the class
	 * @param function the name of the method
	 * @return the target
	 */
	public static OperationTarget runs(Origin origin, String name, String namespace, String function) {
		return target(origin.operation, name, origin.name).with(NAMESPACE, namespace).with(FUNCTION, function).build();
	}

	/**
	 * Return the target for the runs of what has a name, but no method that is known.
	 * @param origin what runs it
	 * @param name the name of the operation
	 * @return the target
	 */
	public static OperationTarget runs(Origin origin, String name) {
		return target(origin.operation, name, origin.name).build();
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

	/**
	 * Return the target for the calls of the loader that a cache was given for what it
	 * does not hold.
	 * @param cache the name of the cache
	 * @return the target
	 */
	public static OperationTarget loads(String cache) {
		return target("", "load " + cache, "auto.function.insights.cache").build();
	}

	/**
	 * Tell what code an operation comes from.
	 * @param attributes the attributes of the operation
	 * @param frame the frame of that code
	 */
	public static void source(Attributes attributes, StackFrame frame) {
		String className = frame.getClassName();
		attributes.set(NAMESPACE, className);
		attributes.set(FUNCTION, frame.getMethodName());
		String file = frame.getFileName();
		if (file != null) {
			int name = className.lastIndexOf('.') + 1;
			attributes.set(FILE_PATH, className.substring(0, name).replace('.', '/') + file);
		}
		if (frame.getLineNumber() > 0) {
			attributes.set(LINE_NUMBER, frame.getLineNumber());
		}
	}

	private static OperationTarget.Builder target(String operation, String name, String origin) {
		OperationTarget.Builder builder = OperationTarget.of(OperationKind.FUNCTION, name, origin);
		return operation.isEmpty() ? builder : builder.operation(operation);
	}

	/**
	 * What runs methods.
	 */
	public enum Origin {

		/** A caller that does not wait on its own thread. */
		ASYNC("auto.function.insights.async"),

		/** Spring Batch. */
		BATCH("auto.function.insights.batch"),

		/** Quartz, at its own times. */
		QUARTZ("auto.function.insights.quartz"),

		/** Spring's scheduler, at its own times. */
		SCHEDULING("auto.function.insights.scheduling"),

		/** A message that a client sent over a WebSocket. */
		WEBSOCKET("auto.websocket.insights.stomp", "websocket");

		private final String name;

		private final String operation;

		Origin(String name) {
			this(name, "");
		}

		Origin(String name, String operation) {
			this.name = name;
			this.operation = operation;
		}

	}

}
