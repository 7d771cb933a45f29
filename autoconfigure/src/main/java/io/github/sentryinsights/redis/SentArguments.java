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

}
