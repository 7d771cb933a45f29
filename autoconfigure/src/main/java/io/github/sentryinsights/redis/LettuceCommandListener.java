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

	private final boolean readsReplies = ReplyOutput.isComplete();

	LettuceCommandListener(CommandOperations commands, LettuceNodes nodes) {
		this.commands = commands;
		this.nodes = nodes;
	}

	@Override
	public void commandStarted(CommandStartedEvent event) {
		RedisCommand<Object, Object, Object> command = event.getCommand();
		if (command.getOutput() instanceof ReplyOutput || !this.commands.isActive()) {
			return;
		}
		try {
			start(event, command);
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
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

	private void start(CommandStartedEvent event, RedisCommand<Object, Object, Object> command) {
		RedisCommandForm form = RedisCommandForm.of(command.getType().toString());
		if (form == RedisCommandForm.IGNORED || command.isDone()) {
			return;
		}
		CommandArgs<Object, Object> args = command.getArgs();
		LettuceArguments sent = (args != null) ? new LettuceArguments(args) : null;
		boolean readsReply = this.readsReplies && command.getOutput() != null
				&& !(command instanceof TransactionalCommand);
		PendingCommand pending = readsReply ? this.commands.startAccess(form, sent)
				: this.commands.startCommand(form, sent);
		if (pending.isRecording()) {
			ServerAddress node = this.nodes.of(args);
			if (node != null) {
				pending.sentTo(node);
			}
		}
		if (command instanceof CompleteableCommand<?> completeable) {
			completeable.onComplete(pending);
		}
		if (readsReply && pending.isKept()) {
			command.setOutput(ReplyOutput.of(command.getOutput(), pending));
		}
		else {
			event.getContext().put(PENDING, pending);
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
