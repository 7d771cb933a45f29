package io.github.sentryinsights.jdbc;

import java.lang.StackWalker.StackFrame;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.FunctionConvention;

/**
 * Finds the code of the application that has run a statement on this thread.
 */
final class QuerySource implements Consumer<Attributes> {

	private static final int MAX_FRAMES = 1000;

	private static final StackWalker walker = StackWalker.getInstance();

	private final Predicate<String> application;

	/**
	 * Create a query source.
	 * @param application tells the classes of the application from others by their name
	 */
	QuerySource(Predicate<String> application) {
		this.application = application;
	}

	@Override
	public void accept(Attributes attributes) {
		walker.walk(frames -> frames.limit(MAX_FRAMES).filter(this::isSource).findFirst())
			.ifPresent(frame -> FunctionConvention.source(attributes, frame));
	}

	private boolean isSource(StackFrame frame) {
		String name = frame.getClassName();
		return !isGenerated(name) && !isInstrumentation(name) && this.application.test(name);
	}

	/**
	 * Proxies live in the packages of what they stand for. What the compilers of Kotlin
	 * and Scala name alike is code of the application.
	 */
	private static boolean isGenerated(String className) {
		return (className.contains("$$") && !className.contains("$$inlined$") && !className.contains("$$anonfun$"))
				|| className.contains("$Proxy") || className.contains("$HibernateProxy");
	}

	private static boolean isInstrumentation(String className) {
		return className.startsWith("io.github.sentryinsights.jdbc.")
				|| className.startsWith("io.github.sentryinsights.operation.");
	}

}
