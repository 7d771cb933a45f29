package io.github.sentryinsights.redis;

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

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Reports the commands of one client.
 * <p>
 * The events of the client come after the caller has been woken, who may then end the
 * transaction first; so the end of a command is taken from its reply as it is decoded,
 * and from the future that the caller may cancel. The events are what is left.
 * <p>
 * A command that a node of a cluster redirects starts and succeeds once more for each
 * node; it is still one, whose reply is the last.
 */
final class LettuceCommandListener implements CommandListener {

	private static final String PENDING = LettuceCommandListener.class.getName();

	private final CommandOperations commands;

	private final LettuceNodes nodes;

	private final boolean chosen;

	private final boolean readsReplies = ReplyOutput.isComplete();

	/**
	 * Create a listener.
	 * @param commands starts the operations of the commands
	 * @param nodes tells where a command is about to go
	 * @param chosen whether that may become known only later
	 */
	LettuceCommandListener(CommandOperations commands, LettuceNodes nodes, boolean chosen) {
		this.commands = commands;
		this.nodes = nodes;
		this.chosen = chosen;
	}

	/**
	 * Take note of a command that its caller has sent, before it is known which
	 * connection it goes through.
	 * @param command the command; what no caller waits for is none
	 */
	void commandRouted(RedisCommand<?, ?, ?> command) {
		if (command instanceof CompleteableCommand && readsReply(command)) {
			start(command);
		}
	}

	@Override
	public void commandStarted(CommandStartedEvent event) {
		RedisCommand<Object, Object, Object> command = event.getCommand();
		if (command.getOutput() instanceof ReplyOutput output) {
			if (!output.isRedirected()) {
				tellNode(output.pending(), command.getArgs());
			}
			return;
		}
		PendingCommand pending = start(command);
		if (pending != null && !(command.getOutput() instanceof ReplyOutput)) {
			event.getContext().put(PENDING, pending);
		}
	}

	@Override
	public void commandSucceeded(CommandSucceededEvent event) {
		PendingCommand pending = pending(event);
		if (pending != null) {
			pending.ended();
		}
	}

	@Override
	public void commandFailed(CommandFailedEvent event) {
		PendingCommand pending = pending(event);
		if (pending != null) {
			pending.failed(event.getCause());
		}
	}

	private @Nullable PendingCommand start(RedisCommand<?, ?, ?> command) {
		if (command.getOutput() instanceof ReplyOutput || !this.commands.isActive()) {
			return null;
		}
		try {
			RedisCommandForm form = RedisCommandForm.of(command.getType().toString());
			return (form == RedisCommandForm.IGNORED || command.isDone()) ? null : start(command, form);
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
			return null;
		}
	}

	private PendingCommand start(RedisCommand<?, ?, ?> command, RedisCommandForm form) {
		CommandArgs<?, ?> args = command.getArgs();
		LettuceArguments sent = (args != null) ? new LettuceArguments(args) : null;
		boolean readsReply = readsReply(command);
		PendingCommand pending = readsReply ? this.commands.startAccess(form, sent)
				: this.commands.startCommand(form, sent);
		tellNode(pending, args);
		if (this.chosen && !pending.isAddressed()) {
			this.commands.keepAccess(pending);
		}
		if (command instanceof CompleteableCommand<?> completeable) {
			completeable.onComplete(pending);
		}
		if (readsReply && pending.isKept()) {
			ReplyOutput.read(command, pending);
		}
		return pending;
	}

	private boolean readsReply(RedisCommand<?, ?, ?> command) {
		return this.readsReplies && command.getOutput() != null && !(command instanceof TransactionalCommand);
	}

	private void tellNode(PendingCommand pending, @Nullable CommandArgs<?, ?> args) {
		if (pending.isAddressed()) {
			return;
		}
		try {
			ServerAddress node = this.nodes.of(pending.hasKeys() ? args : null);
			if (node != null) {
				this.commands.sentTo(pending, node);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
		}
	}

	/**
	 * What follows a redirection is seen by the output and by the future of the caller.
	 */
	private static @Nullable PendingCommand pending(CommandBaseEvent event) {
		if (event.getCommand().getOutput() instanceof ReplyOutput output) {
			return output.isRedirected() ? null : output.pending();
		}
		return (PendingCommand) event.getContext().get(PENDING);
	}

}
