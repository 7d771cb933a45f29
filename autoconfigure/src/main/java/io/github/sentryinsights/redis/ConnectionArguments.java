package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.types.Expiration;

/**
 * The arguments of a command, in the order in which they go over the wire, taken from
 * those of a method of Spring Data Redis. What is neither a key nor a value nor a number
 * of those is passed over.
 *
 * @param values the arguments
 */
record ConnectionArguments(List<byte[]> values) implements SentArguments {

	private static final byte[] PASSED_OVER = {};

	/** One of the subcommands, which need not be told apart. */
	private static final byte[] SUBCOMMAND = "STREAM".getBytes(StandardCharsets.US_ASCII);

	/**
	 * Read the arguments of a method.
	 * @param command the command that the method sends
	 * @param arguments the arguments of the method
	 * @return the arguments of the command
	 */
	static ConnectionArguments of(String command, List<@Nullable Object> arguments) {
		Reader reader = new Reader(command);
		arguments.forEach(reader::read);
		return new ConnectionArguments(reader.values());
	}

	@Override
	public int count() {
		return this.values.size();
	}

	@Override
	public @Nullable ByteBuffer firstKey() {
		return this.values.isEmpty() ? null : ByteBuffer.wrap(this.values.get(0));
	}

	@Override
	public void forEach(Consumer<ByteBuffer> consumer) {
		this.values.forEach(value -> consumer.accept(ByteBuffer.wrap(value)));
	}

	/**
	 * Put before the keys what a method says by its name or by a constant, which are
	 * passed over.
	 * @param keys which arguments are keys
	 */
	void putBefore(RedisCommandForm.Keys keys) {
		if (keys.followSubcommand()) {
			this.values.add(0, SUBCOMMAND);
		}
		else if (keys == RedisCommandForm.Keys.STREAMS_OF_GROUP) {
			this.values.addAll(0, List.of(PASSED_OVER, PASSED_OVER, PASSED_OVER));
		}
	}

	/**
	 * Return the keys.
	 * @param form the form of the command
	 * @return the keys, none when an argument says how many there are
	 */
	byte[][] keys(RedisCommandForm form) {
		int count = count();
		return IntStream.range(0, count)
			.filter(index -> form.keys().contain(index, count, 0))
			.mapToObj(this.values::get)
			.toArray(byte[][]::new);
	}

	/**
	 * Puts the arguments of a method in a row.
	 */
	private static final class Reader {

		private final boolean milliseconds;

		private final List<byte[]> values = new ArrayList<>(4);

		private @Nullable Number timeout;

		Reader(String command) {
			this.milliseconds = command.startsWith("P");
		}

		void read(@Nullable Object argument) {
			if (argument instanceof byte[] bytes) {
				this.values.add(bytes);
			}
			else if (argument instanceof byte[][] several) {
				Arrays.asList(several).forEach(this::read);
			}
			else if (argument instanceof Record<?, ?> entry) {
				read(entry.getStream());
			}
			else if (argument instanceof StreamOffset<?>[] streams) {
				read(streams);
			}
			else if (argument instanceof Collection<?> several) {
				several.forEach(this::read);
			}
			else if (argument instanceof Map<?, ?> pairs) {
				pairs.forEach((name, value) -> {
					read(name);
					read(value);
				});
			}
			else if (argument instanceof Number number) {
				read(number);
			}
			else if (argument instanceof String text) {
				this.values.add(text.getBytes(StandardCharsets.UTF_8));
			}
			else if (argument instanceof Expiration expiration) {
				read(expiration);
			}
			else if (argument instanceof SetOption option) {
				read(option);
			}
			else if (argument instanceof Duration duration) {
				read(this.milliseconds ? duration.toMillis() : duration.toSeconds());
			}
			else if (argument instanceof Instant time) {
				read(this.milliseconds ? time.toEpochMilli() : time.getEpochSecond());
			}
		}

		/**
		 * What comes before any key is a timeout, which goes last on the wire.
		 */
		private void read(Number number) {
			if (this.values.isEmpty()) {
				this.timeout = number;
			}
			else {
				read(number.toString());
			}
		}

		private void read(StreamOffset<?>[] streams) {
			read("STREAMS");
			for (StreamOffset<?> stream : streams) {
				read(stream.getKey());
			}
			for (StreamOffset<?> stream : streams) {
				read(stream.getOffset().getOffset());
			}
		}

		private void read(Expiration expiration) {
			if (!expiration.isPersistent() && !expiration.isKeepTtl()) {
				read(expiration.isUnixTimestamp() ? "PXAT" : "PX");
				read(expiration.getExpirationTimeInMilliseconds());
			}
		}

		private void read(SetOption option) {
			switch (option) {
				case SET_IF_ABSENT -> read("NX");
				case SET_IF_PRESENT -> read("XX");
				default -> {
				}
			}
		}

		List<byte[]> values() {
			if (this.timeout != null) {
				read(this.timeout.toString());
			}
			return this.values;
		}

	}

}
