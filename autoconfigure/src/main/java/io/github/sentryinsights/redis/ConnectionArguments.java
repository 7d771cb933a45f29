package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.core.types.Expiration;

/**
 * The arguments of a command, in the order in which they go over the wire, taken from
 * those of a method of Spring Data Redis. What is neither a key nor a value nor a number
 * of those is passed over.
 *
 * @param values the arguments
 */
record ConnectionArguments(List<byte[]> values) implements SentArguments {

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
				List.of(several).forEach(this::read);
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
