package io.github.sentryinsights;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Remembers which beans are instrumented and which were left alone for what reason.
 * <p>
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class InstrumentedBeans {

	private final Map<String, Set<String>> instrumented = new TreeMap<>();

	private final Map<String, String> leftAlone = new TreeMap<>();

	InstrumentedBeans() {
	}

	/**
	 * Remember that something is instrumented.
	 * @param technology the technology, such as {@code jdbc}
	 * @param name the name of the bean
	 */
	public synchronized void instrumented(String technology, String name) {
		this.instrumented.computeIfAbsent(technology, key -> new TreeSet<>()).add(name);
	}

	/**
	 * Remember that something was left alone.
	 * @param technology the technology, such as {@code jdbc}
	 * @param name the name of the bean
	 * @param reason why, as a person would say it
	 */
	public synchronized void leftAlone(String technology, String name, String reason) {
		this.leftAlone.put(technology + " " + name, reason);
	}

	@Override
	public synchronized String toString() {
		StringBuilder text = new StringBuilder();
		this.instrumented
			.forEach((technology, names) -> append(text, technology + " (" + String.join(", ", names) + ")"));
		if (text.isEmpty()) {
			text.append("nothing");
		}
		this.leftAlone.forEach((what, reason) -> append(text, "not " + what + " (" + reason + ")"));
		return text.toString();
	}

	private static void append(StringBuilder text, String entry) {
		text.append(text.isEmpty() ? "" : ", ").append(entry);
	}

}
