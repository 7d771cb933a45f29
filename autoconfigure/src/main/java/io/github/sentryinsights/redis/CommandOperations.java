package io.github.sentryinsights.redis;

import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.convention.ServerAddress;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Starts the operations of the commands of one connection factory, whatever client sends
 * them.
 */
final class CommandOperations {

	private final RedisServer server;

	private final RedisCaches caches;

	private final Operations operations;

	private final CacheKeys keys;

	private final OperationSource commands;

	/**
	 * Starts those commands that are told, which may be none.
	 */
	private final OperationSource told;

	/**
	 * Who is shown the commands that a thread sends.
	 */
	private final ThreadLocal<Consumer<PendingCommand>> sender = new ThreadLocal<>();

	/**
	 * Create operations.
	 * @param server where the commands go
	 * @param caches the caches there
	 * @param tellsCommands whether commands are told, or only the accesses to caches
	 * @param operations starts operations
	 * @param keys what may be shown of keys
	 */
	CommandOperations(RedisServer server, RedisCaches caches, boolean tellsCommands, Operations operations,
			CacheKeys keys) {
		this.server = server;
		this.caches = caches;
		this.operations = operations;
		this.keys = keys;
		this.commands = operations.source(RedisConvention.commands(server.name(), server.address(), server.port()));
		this.told = tellsCommands ? this.commands
				: new Operations(OperationRecorder.NONE, OperationMeter.NONE).source(this.commands.target());
	}

	/**
	 * Return whether anything is kept of a command that is sent now.
	 * @return whether to start it
	 */
	boolean isActive() {
		return this.commands.isActive();
	}

	/**
	 * Return whether anything may be kept of a command on whatever thread.
	 * @return whether it is worth looking at reactive contexts
	 */
	boolean isEnabled() {
		return this.operations.isEnabled();
	}

	/**
	 * Send commands as a part of what is current in a context.
	 * @param sender is shown the commands of which anything is kept
	 * @param context the context
	 * @param work sends the commands
	 */
	void send(Consumer<PendingCommand> sender, Function<Object, @Nullable Object> context, Runnable work) {
		Consumer<PendingCommand> before = this.sender.get();
		this.sender.set(sender);
		try {
			this.operations.runWithin(context, work);
		}
		finally {
			if (before != null) {
				this.sender.set(before);
			}
			else {
				this.sender.remove();
			}
		}
	}

	/**
	 * Return the context of commands that another thread is about to send.
	 * @param reactor looks up a value of the context of their subscriber
	 * @return that context or else this thread, or {@code null} when nothing is kept of
	 * commands of either
	 */
	@Nullable Function<Object, @Nullable Object> context(Function<Object, @Nullable Object> reactor) {
		if (this.operations.decides(reactor)) {
			return reactor;
		}
		return isActive() ? this.commands.context() : null;
	}

	/**
	 * Take note of the node that a command is sent to, which is that of the access to a
	 * cache as well that it is sent for.
	 * @param pending the command
	 * @param node the node
	 */
	void sentTo(PendingCommand pending, ServerAddress node) {
		pending.sentTo(node);
		if (pending.isAccess()) {
			return;
		}
		Function<Object, @Nullable Object> context = pending.context();
		if (context != null) {
			this.operations.runWithin(context, () -> describeAccess(node));
		}
		else {
			describeAccess(node);
		}
	}

	private void describeAccess(ServerAddress node) {
		this.commands.describeAccess(attributes -> CacheConvention.peer(attributes, node));
	}

	/**
	 * Keep what is current for a command whose node becomes known on another thread.
	 * @param pending the command
	 */
	void keepContext(PendingCommand pending) {
		if (!pending.isAccess()) {
			pending.sentWithin(this.commands.context());
		}
	}

	void handle(Throwable error) {
		this.operations.handle(error);
	}

	/**
	 * Start a command that may be an access to a cache, which it is by its first key that
	 * belongs to one.
	 * @param form the form of the command
	 * @param sent its arguments
	 * @return the command, with its access to a cache
	 */
	PendingCommand startAccess(RedisCommandForm form, @Nullable SentArguments sent) {
		if (form.access() == null || this.caches.isEmpty()) {
			return startCommand(form, sent);
		}
		CommandArguments arguments = form.keys().areSeveral() ? read(form, sent) : null;
		RedisCache cache = (arguments != null) ? arguments.cache() : cache(form, sent);
		if (cache == null) {
			return started(form, sent, arguments, this.told.start(), null);
		}
		Operation access = cache.accesses(form.access()).start();
		Operation command = access.isRecording() ? this.told.startChild(access) : this.told.start();
		return started(form, sent, arguments, command, access);
	}

	/**
	 * Start a command that is no access to a cache.
	 * @param form the form of the command
	 * @param sent its arguments
	 * @return the command
	 */
	PendingCommand startCommand(RedisCommandForm form, @Nullable SentArguments sent) {
		return started(form, sent, null, this.told.start(), null);
	}

	private PendingCommand started(RedisCommandForm form, @Nullable SentArguments sent,
			@Nullable CommandArguments arguments, Operation command, @Nullable Operation access) {
		boolean recording = command.isRecording() || (access != null && access.isRecording());
		CommandArguments read = (arguments != null || !recording) ? arguments : read(form, sent);
		PendingCommand pending = new PendingCommand(form, read, command, access, this.server.timeout());
		pending.describe(this.keys);
		command.detach();
		if (access != null) {
			access.detach();
		}
		Consumer<PendingCommand> sender = pending.isKept() ? this.sender.get() : null;
		if (sender != null) {
			sender.accept(pending);
		}
		return pending;
	}

	private CommandArguments read(RedisCommandForm form, @Nullable SentArguments sent) {
		return CommandArguments.of(form, this.caches, sent);
	}

	private @Nullable RedisCache cache(RedisCommandForm form, @Nullable SentArguments sent) {
		if (!form.isKnown()) {
			return this.caches.ofEverything();
		}
		return (sent != null) ? this.caches.of(sent.firstKey()) : null;
	}

}
