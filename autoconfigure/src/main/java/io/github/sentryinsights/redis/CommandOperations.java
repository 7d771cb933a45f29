package io.github.sentryinsights.redis;

import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
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
	 * Starts nothing.
	 */
	private final OperationSource nothing;

	/**
	 * The access to a cache that the commands of a thread are parts of.
	 */
	private final ThreadLocal<Operation> call = new ThreadLocal<>();

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
		this.nothing = new Operations(OperationRecorder.NONE, OperationMeter.NONE).source(this.commands.target());
		this.told = tellsCommands ? this.commands : this.nothing;
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
		Attributes around = pending.isAccess() ? null : around(pending);
		if (around != null) {
			CacheConvention.peer(around, node);
		}
	}

	private @Nullable Attributes around(PendingCommand pending) {
		Attributes kept = pending.around();
		return (kept != null) ? kept : this.commands.access();
	}

	/**
	 * Keep the access to a cache that a command is sent for, as its node becomes known on
	 * another thread.
	 * @param pending the command
	 */
	void keepAccess(PendingCommand pending) {
		if (!pending.isAccess()) {
			pending.sentFor(this.commands.access());
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
		Operation call = this.call.get();
		if (call != null) {
			return started(form, sent, null, startWithin(call), null);
		}
		CommandArguments arguments = readSeveral(form, sent);
		Operation access = startAccess(form, form.access(), arguments, sent);
		return started(form, sent, arguments, (access != null) ? startWithin(access) : this.told.start(), access);
	}

	/**
	 * Start an access to a cache whose commands the client sends by itself.
	 * @param form the form of the command that it stands for
	 * @param sent the arguments of that command
	 * @return the access without a command, or {@code null} when it is none
	 */
	@Nullable PendingCommand startCall(RedisCommandForm form, SentArguments sent) {
		if (form.access() == null || this.caches.isEmpty()) {
			return null;
		}
		CommandArguments arguments = readSeveral(form, sent);
		Operation access = startAccess(form, form.access(), arguments, sent);
		return (access != null) ? started(form, sent, arguments, this.nothing.start(), access) : null;
	}

	/**
	 * Make a call whose commands are parts of one access to a cache.
	 * @param pending the access
	 * @param call sends the commands on this thread
	 * @return the result
	 * @throws Throwable what the call throws, untouched
	 */
	@Nullable Object within(PendingCommand pending, InstrumentedConnection.Call call) throws Throwable {
		this.call.set(pending.access());
		try {
			return call.proceed();
		}
		finally {
			this.call.remove();
		}
	}

	private @Nullable CommandArguments readSeveral(RedisCommandForm form, @Nullable SentArguments sent) {
		return form.keys().areSeveral() ? read(form, sent) : null;
	}

	private @Nullable Operation startAccess(RedisCommandForm form, OperationKind kind,
			@Nullable CommandArguments arguments, @Nullable SentArguments sent) {
		RedisCache cache = (arguments != null) ? arguments.cache() : cache(form, sent);
		return (cache != null) ? cache.accesses(kind).start() : null;
	}

	private Operation startWithin(Operation access) {
		return access.isRecording() ? this.told.startChild(access) : this.told.start();
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
