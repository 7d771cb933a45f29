package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InvalidInsightsPropertyException;

/**
 * Paths in payloads of what stays as it is, with all that lies under it. A path consists
 * of names with dots between them, where {@code *} stands for any one name and {@code **}
 * for any number of names. Case makes no difference. Safe for use by several threads.
 */
final class AllowedPaths {

	/** No path at all. */
	static final AllowedPaths NONE = new AllowedPaths(List.of());

	/** Names that a path can begin with. */
	static final Set<String> ROOTS = Set.of("message", "exception", "threads", "breadcrumbs", "request", "user",
			"contexts", "extra", "tags", "fingerprint", "transaction", "span", "log", "metric", "replay", "unknown");

	private static final String ONE = "*";

	private static final String ANY = "**";

	private final List<String[]> patterns;

	private AllowedPaths(List<String[]> patterns) {
		this.patterns = patterns;
	}

	/**
	 * Read paths.
	 * @param property the full name of the property that holds them
	 * @param paths the paths
	 * @return the paths
	 * @throws InvalidInsightsPropertyException if one of them cannot be meant
	 */
	static AllowedPaths of(String property, Collection<String> paths) {
		if (paths.isEmpty()) {
			return NONE;
		}
		List<String[]> patterns = new ArrayList<>();
		for (String path : paths) {
			String[] names = path.split("\\.", -1);
			String fault = fault(names);
			if (fault != null) {
				throw new InvalidInsightsPropertyException(property, "It holds '" + path + "', " + fault,
						"Write names with dots between them, such as contexts.order.reference or extra.*.token.");
			}
			patterns.add(names);
		}
		return new AllowedPaths(List.copyOf(patterns));
	}

	private static @Nullable String fault(String[] names) {
		int any = 0;
		boolean named = false;
		for (String name : names) {
			if (name.isBlank()) {
				return "in which a name is missing.";
			}
			if (name.equals(ANY)) {
				any++;
			}
			else if (!name.equals(ONE)) {
				if (name.indexOf('*') != -1 || name.chars().anyMatch(Character::isWhitespace)) {
					return "in which '" + name
							+ "' is no name: a star stands for a whole name, and a name has no space.";
				}
				named = true;
			}
		}
		if (any > 1) {
			return "which has '**' more than once.";
		}
		if (!named) {
			return "which allows everything.";
		}
		boolean wild = names[0].equals(ONE) || names[0].equals(ANY);
		return (wild || ROOTS.stream().anyMatch(names[0]::equalsIgnoreCase)) ? null
				: "which begins with none of " + String.join(", ", new TreeSet<>(ROOTS)) + ".";
	}

	boolean isEmpty() {
		return this.patterns.isEmpty();
	}

	/**
	 * Whether a path, or one that it lies under, is allowed.
	 * @param path the path, whose names may have dots themselves
	 * @return whether its value stays
	 */
	boolean match(CharSequence path) {
		for (String[] pattern : this.patterns) {
			if (match(pattern, 0, path, 0)) {
				return true;
			}
		}
		return false;
	}

	private static boolean match(String[] pattern, int index, CharSequence path, int from) {
		if (index == pattern.length) {
			return true;
		}
		if (pattern[index].equals(ANY)) {
			for (int at = from; at <= path.length(); at = end(path, at) + 1) {
				if (match(pattern, index + 1, path, at)) {
					return true;
				}
			}
			return false;
		}
		if (from > path.length()) {
			return false;
		}
		int end = end(path, from);
		return (pattern[index].equals(ONE) || isSame(pattern[index], path, from, end))
				&& match(pattern, index + 1, path, end + 1);
	}

	private static int end(CharSequence path, int from) {
		int end = from;
		while (end < path.length() && path.charAt(end) != '.') {
			end++;
		}
		return end;
	}

	private static boolean isSame(String name, CharSequence path, int from, int to) {
		if (name.length() != to - from) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			char expected = name.charAt(i);
			char actual = path.charAt(from + i);
			if (expected != actual && Character.toLowerCase(expected) != Character.toLowerCase(actual)) {
				return false;
			}
		}
		return true;
	}

}
