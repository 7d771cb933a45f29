package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command of Lettuce, read as they go over the wire, which is the one
 * public form they have.
 *
 * @param args the arguments
 */
record LettuceArguments(CommandArgs<?, ?> args) implements SentArguments {

	@Override
	public int count() {
		return this.args.count();
	}

	@Override
	public @Nullable ByteBuffer firstKey() {
		return this.args.getFirstEncodedKey();
	}

	@Override
	public void forEach(Consumer<ByteBuffer> consumer) {
		ByteBuf encoded = ByteBufAllocator.DEFAULT.heapBuffer();
		try {
			this.args.encode(encoded);
			while (encoded.isReadable()) {
				int length = readLength(encoded);
				consumer.accept(encoded.nioBuffer(encoded.readerIndex(), length));
				encoded.skipBytes(length + 2);
			}
		}
		finally {
			encoded.release();
		}
	}

	private static int readLength(ByteBuf encoded) {
		encoded.skipBytes(1);
		int length = 0;
		for (byte digit = encoded.readByte(); digit != '\r'; digit = encoded.readByte()) {
			length = length * 10 + digit - '0';
		}
		encoded.skipBytes(1);
		return length;
	}

}
