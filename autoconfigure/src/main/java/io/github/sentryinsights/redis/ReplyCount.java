package io.github.sentryinsights.redis;

import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.redis.RedisCommandForm.Reply;

/**
 * What a reply holds of the keys of a cache: how many values and of what size. Used by
 * one thread at a time.
 */
final class ReplyCount {

	private final Reply reply;

	private final @Nullable BitSet elsewhere;

	private int elements;

	private int found;

	private long size;

	private long number;

	/**
	 * Create a count.
	 * @param reply how the reply tells what was found
	 * @param elsewhere the positions of values that belong to no cache, or {@code null}
	 * when all do
	 */
	ReplyCount(Reply reply, @Nullable BitSet elsewhere) {
		this.reply = reply;
		this.elsewhere = elsewhere;
	}

	/**
	 * Count a text of the reply.
	 * @param length its length in bytes, or a negative number when it is missing
	 */
	void text(int length) {
		int index = this.elements++;
		boolean name = this.reply == Reply.PAIRS && index % 2 == 0;
		if (length >= 0 && !name && (this.elsewhere == null || !this.elsewhere.get(index))) {
			this.found++;
			this.size += length;
		}
	}

	/**
	 * Count a number of the reply.
	 * @param number the number
	 */
	void number(long number) {
		this.number = number;
	}

	boolean hasFound() {
		return this.found > 0;
	}

	/**
	 * Return the size of all values.
	 * @return the size, in bytes
	 */
	long size() {
		return this.size;
	}

	/**
	 * Return whether a command has written.
	 * @param arguments the arguments of the command
	 * @return whether something was written
	 */
	boolean hasWritten(CommandArguments arguments) {
		return switch (this.reply) {
			case NUMBER -> this.number > 0;
			case OLD_OR_STATUS -> arguments.hasWritten(hasFound());
			default -> true;
		};
	}

}
