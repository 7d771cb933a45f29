package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.lettuce.core.event.command.CommandBaseEvent;
import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.lettuce.core.event.command.CommandSucceededEvent;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CompleteableCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.protocol.TransactionalCommand;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports the commands of one client.
 * <p>
 * The events of the client come after the caller has been woken, who may then end the
 * transaction first; so the end of a command is taken from its reply as it is decoded,
 * and from the future that the caller may cancel. The events are what is left.
 */
final class CommandReporter implements CommandListener {

	private static final String PENDING = CommandReporter.class.getName();

	private final RedisServer server;

	private final List<RedisCache> caches;

	private final Operations operations;

	private final CacheKeys keys;

	private final OperationSource commands;

	private final boolean readsReplies = ReplyOutput.isComplete();

	CommandReporter(RedisServer server, List<RedisCache> caches, Operations operations, CacheKeys keys) {
		this.server = server;
		this.caches = caches;
		this.operations = operations;
		this.keys = keys;
		this.commands = operations.source(RedisConvention.commands(server.name(), server.address(), server.port()));
	}

	@Override
	public void commandStarted(CommandStartedEvent event) {
		if (!this.commands.isActive()) {
			return;
		}
		try {
			start(event, event.getCommand());
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	@Override
	public void commandSucceeded(CommandSucceededEvent event) {
		PendingCommand pending = pending(event);
		if (pending != null) {
			pending.replied(0, 0);
		}
	}

	@Override
	public void commandFailed(CommandFailedEvent event) {
		PendingCommand pending = pending(event);
		if (pending != null) {
			pending.failed(event.getCause());
		}
	}

	private void start(CommandStartedEvent event, RedisCommand<Object, Object, Object> command) {
		RedisCommandForm form = RedisCommandForm.of(command.getType());
		if (form == RedisCommandForm.IGNORED || command.isDone()) {
			return;
		}
		boolean readsReply = this.readsReplies && form.isKnown() && command.getOutput() != null
				&& !(command instanceof TransactionalCommand);
		OperationSource accesses = readsReply ? accesses(form, command.getArgs()) : null;
		Operation access = (accesses != null) ? accesses.start() : null;
		Operation operation = (access != null && access.isRecording()) ? this.commands.startChild(access)
				: this.commands.start();
		PendingCommand pending = new PendingCommand(form, operation, access, this.server.timeout());
		event.getContext().put(PENDING, pending);
		if (command instanceof CompleteableCommand<?> completeable) {
			completeable.onComplete(pending);
		}
		if (readsReply && (pending.isRecording() || pending.isRead())) {
			command.setOutput(ReplyOutput.of(command.getOutput(), form.reply(), pending));
		}
		if (pending.isRecording()) {
			CommandArguments arguments = CommandArguments.of(form, command.getArgs());
			pending.describe(arguments, this.keys.all(arguments.keys()));
		}
		operation.detach();
		if (access != null) {
			access.detach();
		}
	}

	private @Nullable OperationSource accesses(RedisCommandForm form, @Nullable CommandArgs<Object, Object> args) {
		if (form.access() == null || args == null || this.caches.isEmpty()) {
			return null;
		}
		ByteBuffer key = args.getFirstEncodedKey();
		if (key == null) {
			return null;
		}
		for (RedisCache cache : this.caches) {
			if (cache.holds(key)) {
				return cache.accesses(form.access());
			}
		}
		return null;
	}

	private static @Nullable PendingCommand pending(CommandBaseEvent event) {
		return (PendingCommand) event.getContext().get(PENDING);
	}

}
