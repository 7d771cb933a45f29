package io.github.sentryinsights.redis;

import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.redis.RedisCommandForm.Expiry;

/**
 * What may be told of the arguments of a command: its keys, the size of its values and
 * the time to live it sets.
 * <p>
 * Read from the arguments as they go over the wire, which is the one public form they
 * have.
 */
final class CommandArguments {

	private static final int MAX_KEYS = 10;

	private static final int MAX_KEYWORD_LENGTH = 4;

	private final RedisCommandForm form;

	private final List<String> keys = new ArrayList<>(1);

	private long size;

	private @Nullable Long ttl;

	private @Nullable String keyword;

	private CommandArguments(RedisCommandForm form) {
		this.form = form;
	}

	static CommandArguments of(RedisCommandForm form, @Nullable CommandArgs<?, ?> args) {
		CommandArguments arguments = new CommandArguments(form);
		if (form.isKnown() && args != null) {
			arguments.read(args);
		}
		return arguments;
	}

	/**
	 * Return the keys, at most {@value #MAX_KEYS}.
	 * @return the text of the keys
	 */
	List<String> keys() {
		return this.keys;
	}

	/**
	 * Return the size of all values.
	 * @return the size, in bytes
	 */
	long size() {
		return this.size;
	}

	/**
	 * Return the time to live.
	 * @return the time, in seconds, or {@code null} when none is set
	 */
	@Nullable Long ttl() {
		return this.ttl;
	}

	private void read(CommandArgs<?, ?> args) {
		ByteBuf encoded = ByteBufAllocator.DEFAULT.heapBuffer();
		try {
			args.encode(encoded);
			for (int index = 0; encoded.isReadable(); index++) {
				int length = (int) readLength(encoded);
				read(index, encoded, length);
				encoded.skipBytes(length + 2);
			}
		}
		finally {
			encoded.release();
		}
	}

	private void read(int index, ByteBuf encoded, int length) {
		if (this.form.keys().contain(index)) {
			if (this.keys.size() < MAX_KEYS) {
				this.keys.add(KeyText.of(encoded.nioBuffer(encoded.readerIndex(), length)));
			}
		}
		else if (this.form.values().contain(index)) {
			this.size += length;
		}
		else if (this.form.expiry() == Expiry.OPTIONS) {
			readOption(encoded, length);
		}
		else if (this.form.expiry() != Expiry.NONE && index == 1) {
			this.ttl = seconds(number(encoded, length), this.form.expiry());
		}
	}

	private void readOption(ByteBuf encoded, int length) {
		if (this.keyword != null) {
			long number = number(encoded, length);
			switch (this.keyword) {
				case "EX" -> this.ttl = seconds(number, Expiry.SECONDS);
				case "PX" -> this.ttl = seconds(number, Expiry.MILLISECONDS);
				case "EXAT" -> this.ttl = seconds(number * 1000 - System.currentTimeMillis(), Expiry.MILLISECONDS);
				default -> this.ttl = seconds(number - System.currentTimeMillis(), Expiry.MILLISECONDS);
			}
			this.keyword = null;
		}
		else if (length <= MAX_KEYWORD_LENGTH) {
			this.keyword = keyword(encoded, length);
		}
	}

	private static @Nullable String keyword(ByteBuf encoded, int length) {
		StringBuilder word = new StringBuilder(MAX_KEYWORD_LENGTH);
		for (int i = 0; i < length; i++) {
			word.append((char) (encoded.getByte(encoded.readerIndex() + i) & 0xDF));
		}
		return switch (word.toString()) {
			case "EX" -> "EX";
			case "PX" -> "PX";
			case "EXAT" -> "EXAT";
			case "PXAT" -> "PXAT";
			default -> null;
		};
	}

	private static Long seconds(long time, Expiry unit) {
		return Math.max(0, (unit == Expiry.SECONDS) ? time : (time + 999) / 1000);
	}

	private static long readLength(ByteBuf encoded) {
		encoded.skipBytes(1);
		int digits = encoded.bytesBefore((byte) '\r');
		long length = number(encoded, digits);
		encoded.skipBytes(digits + 2);
		return length;
	}

	private static long number(ByteBuf encoded, int length) {
		long number = 0;
		for (int i = 0; i < length; i++) {
			int digit = encoded.getByte(encoded.readerIndex() + i) - '0';
			if (digit < 0 || digit > 9) {
				return 0;
			}
			number = number * 10 + digit;
		}
		return number;
	}

}
