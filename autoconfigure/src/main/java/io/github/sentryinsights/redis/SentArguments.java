package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command as they go over the wire.
 */
interface SentArguments {

	/**
	 * Return the number of arguments.
	 * @return the number, without the name of the command
	 */
	int count();

	/**
	 * Return the first key, for a command whose first key is its first argument.
	 * @return the key, or {@code null} without one
	 */
	@Nullable ByteBuffer firstKey();

	/**
	 * Go through the arguments.
	 * @param consumer told of each argument in turn, which is valid during the call only
	 */
	void forEach(Consumer<ByteBuffer> consumer);

	/**
	 * Return whether an argument is a keyword, in any letter case.
	 * @param argument the argument, which is not consumed
	 * @param keyword the keyword, in upper case
	 * @return whether it is
	 */
	static boolean isKeyword(ByteBuffer argument, String keyword) {
		if (argument.remaining() != keyword.length()) {
			return false;
		}
		for (int i = 0; i < keyword.length(); i++) {
			if ((argument.get(argument.position() + i) & 0xDF) != keyword.charAt(i)) {
				return false;
			}
		}
		return true;
	}

}
