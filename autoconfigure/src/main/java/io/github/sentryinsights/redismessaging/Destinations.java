package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Starts the operations of streams and channels, by names of which there are few. Safe
 * for use by several threads.
 */
final class Destinations {

	private static final String ID = "{id}";

	private static final String SEPARATORS = ":./-_|,";

	private static final int MIN_HEX = 4;

	private final Operations.Sources<String> published;

	private final Operations.Sources<String> processed;

	Destinations(Operations operations) {
		this.published = operations.sources();
		this.processed = operations.sources();
	}

	/**
	 * Return what starts the operations of messages that are sent.
	 * @param destination the key of a stream, or a channel
	 * @return the source
	 */
	OperationSource published(@Nullable Object destination) {
		return this.published.get(nameOf(text(destination)), Destinations::publishes);
	}

	/**
	 * Return what starts the operations of messages that are handled.
	 * @param destination the key of a stream, or the channel or the pattern that was
	 * subscribed to
	 * @return the source
	 */
	OperationSource processed(@Nullable Object destination) {
		return this.processed.get(nameOf(text(destination)), Destinations::processes);
	}

	private static OperationTarget publishes(String name) {
		return QueueConvention.publishes("redis", name, QueueConvention.Origin.REDIS);
	}

	private static OperationTarget processes(String name) {
		return QueueConvention.processes("redis", name, QueueConvention.Origin.REDIS);
	}

	private static String text(@Nullable Object destination) {
		if (destination instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		return (destination instanceof String text) ? text : ID;
	}

	/**
	 * Return the name of a destination without what tells one user or order from another:
	 * numbers, hexadecimal ids and addresses.
	 * @param destination the destination
	 * @return the name, such as {@code user:{id}:events}
	 */
	static String nameOf(String destination) {
		StringBuilder name = null;
		int start = 0;
		for (int i = 0; i <= destination.length(); i++) {
			if (i < destination.length() && SEPARATORS.indexOf(destination.charAt(i)) < 0) {
				continue;
			}
			boolean id = isId(destination, start, i);
			if (id && name == null) {
				name = new StringBuilder(destination.substring(0, start));
			}
			if (name != null) {
				append(name, id ? ID : destination.substring(start, i));
				if (i < destination.length()) {
					name.append(destination.charAt(i));
				}
			}
			start = i + 1;
		}
		return (name != null) ? name.toString() : destination;
	}

	/**
	 * Several ids in a row are one.
	 */
	private static void append(StringBuilder name, String part) {
		int end = name.length();
		if (part.equals(ID) && end > ID.length() && name.substring(end - ID.length() - 1, end - 1).equals(ID)) {
			name.setLength(end - ID.length() - 1);
		}
		name.append(part);
	}

	private static boolean isId(String text, int start, int end) {
		boolean digits = false;
		boolean hex = true;
		boolean number = true;
		for (int i = start; i < end; i++) {
			char character = text.charAt(i);
			if (character == '@') {
				return true;
			}
			boolean digit = character >= '0' && character <= '9';
			digits |= digit;
			number &= digit;
			hex &= Character.digit(character, 16) >= 0;
		}
		return digits && (number || (hex && end - start >= MIN_HEX));
	}

}
