package io.github.sentryinsights.redis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Tells of the commands of a client with several nodes which one they are written to:
 * Lettuce chooses a connection by its own lights and tells nobody which, so it is known
 * only where a command goes through the channel.
 * <p>
 * Connections hide their channel, which is therefore read from their fields. Without it
 * no node is told.
 *
 * @param commands are told of the nodes
 */
record LettuceChannels(CommandOperations commands) implements RedisConnectionStateListener {

	@Override
	public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress socketAddress) {
		if (!(socketAddress instanceof InetSocketAddress address)) {
			return;
		}
		try {
			Channel channel = channel(connection.getChannelWriter());
			if (channel != null) {
				channel.pipeline()
					.addLast(new Written(this.commands, new ServerAddress(address.getHostString(), address.getPort())));
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
		}
	}

	private static @Nullable Channel channel(Object writer) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(writer);
		if (writer instanceof DefaultEndpoint) {
			return (Channel) fields.getPropertyValue("channel");
		}
		// That of a whole cluster has a name of its own for what it wraps.
		boolean distributes = fields.isReadableProperty("defaultWriter");
		Object wrapped = fields.getPropertyValue(distributes ? "defaultWriter" : "delegate");
		return (wrapped != null) ? channel(wrapped) : null;
	}

	/**
	 * Looks at the commands that are written to a channel.
	 */
	private static final class Written extends ChannelOutboundHandlerAdapter {

		private final CommandOperations commands;

		private final ServerAddress node;

		Written(CommandOperations commands, ServerAddress node) {
			this.commands = commands;
			this.node = node;
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			try {
				tell(message);
			}
			catch (RuntimeException | LinkageError ex) {
				this.commands.handle(ex);
			}
			context.write(message, promise);
		}

		private void tell(Object message) {
			if (message instanceof Collection<?> several) {
				several.forEach(this::tell);
			}
			else if (message instanceof RedisCommand<?, ?, ?> command
					&& command.getOutput() instanceof ReplyOutput output && !output.pending().isAddressed()) {
				this.commands.sentTo(output.pending(), this.node);
			}
		}

	}

}
