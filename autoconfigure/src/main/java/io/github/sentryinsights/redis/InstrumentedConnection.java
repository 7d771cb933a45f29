package io.github.sentryinsights.redis;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisPipelineException;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.ServerAddress;
import io.github.sentryinsights.redis.ConnectionMethod.Kind;

/**
 * Reports the commands of one connection of Spring Data Redis. Like the connection it
 * stands for, it is used by one thread at a time.
 * <p>
 * The replies to pipelined commands are told when the pipeline is closed. Commands inside
 * a transaction are told without a reply.
 */
final class InstrumentedConnection {

	private static final byte[] GET = { 'G', 'E', 'T' };

	private final RedisConnection connection;

	private final CommandOperations commands;

	private final Calls calls;

	private final Map<Method, ConnectionMethod> methods;

	private final List<Pipelined> pipelined = new ArrayList<>(0);

	private InstrumentedConnection(RedisConnection connection, CommandOperations commands, Calls calls,
			Map<Method, ConnectionMethod> methods) {
		this.connection = connection;
		this.commands = commands;
		this.calls = calls;
		this.methods = methods;
	}

	/**
	 * Put a proxy in front of a connection.
	 * @param connection the connection
	 * @param commands tells whether anything is kept of a call
	 * @param calls starts what is told of a call
	 * @param methods remembers what methods do, for all connections of a factory
	 * @return a connection with the same interfaces
	 */
	static RedisConnection of(RedisConnection connection, CommandOperations commands, Calls calls,
			Map<Method, ConnectionMethod> methods) {
		return (RedisConnection) new InstrumentedConnection(connection, commands, calls, methods).proxy(connection);
	}

	/**
	 * Return what remembers the methods of connections, of which there are as many as
	 * their interfaces have.
	 * @return an empty map
	 */
	static Map<Method, ConnectionMethod> methods() {
		return new ConcurrentHashMap<>();
	}

	private Object proxy(Object target) {
		return Proxy.newProxyInstance(target.getClass().getClassLoader(), ClassUtils.getAllInterfaces(target),
				new Reporting(target));
	}

	private @Nullable Object call(ConnectionMethod called, Call call) throws Throwable {
		return switch (called.kind()) {
			case COMMAND, ANY_COMMAND, END_OF_TRANSACTION -> command(called, call);
			case COMMANDS -> commands(call.proceed());
			case CLOSE_PIPELINE -> closePipeline(call);
			case CLOSE -> close(call);
			case OTHER -> call.proceed();
		};
	}

	/**
	 * Some connections are their own commands.
	 */
	private @Nullable Object commands(@Nullable Object commands) {
		return (commands != null && !Proxy.isProxyClass(commands.getClass())) ? proxy(commands) : commands;
	}

	private @Nullable Object command(ConnectionMethod called, Call call) throws Throwable {
		Sent sent = this.commands.isActive() ? start(called, call.arguments()) : null;
		if (sent == null) {
			return call.proceed();
		}
		PendingCommand pending = sent.pending();
		Object result;
		boolean pipelined = this.connection.isPipelined() && !isQueued(called);
		try {
			result = this.calls.proceed(pending, call);
		}
		catch (Throwable ex) {
			// An error as well ends the command, and goes on unchanged.
			tellNode(sent);
			pending.failed(ex);
			throw ex;
		}
		tellNode(sent);
		if (pipelined) {
			this.pipelined.add(new Pipelined(pending, called.replies()));
		}
		else {
			replied(pending, called.replies(), result);
		}
		return result;
	}

	private @Nullable Sent start(ConnectionMethod called, @Nullable Object[] arguments) {
		try {
			List<@Nullable Object> sent = Arrays.asList(arguments);
			RedisCommandForm form = called.form();
			String command = called.command();
			if (called.kind() == Kind.ANY_COMMAND) {
				command = String.valueOf(sent.get(0));
				form = RedisCommandForm.of(command);
				sent = sent.subList(1, sent.size());
			}
			if (form == RedisCommandForm.IGNORED || !this.calls.concern(form)) {
				return null;
			}
			ConnectionArguments wire = ConnectionArguments.of(command, sent);
			if (called.kind() == Kind.COMMAND) {
				wire.putBefore(form.keys());
			}
			if (called.returnsOld()) {
				wire.values().add(GET);
			}
			PendingCommand pending = this.calls.start(this.connection, form, wire, isQueued(called));
			return (pending != null) ? new Sent(form, wire, pending) : null;
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
			return null;
		}
	}

	private void tellNode(Sent sent) {
		if (sent.pending().isAddressed()) {
			return;
		}
		try {
			ServerAddress node = this.calls.node(this.connection, sent.form(), sent.arguments());
			if (node != null) {
				this.commands.sentTo(sent.pending(), node);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.commands.handle(ex);
		}
	}

	private boolean isQueued(ConnectionMethod called) {
		return called.kind() != Kind.END_OF_TRANSACTION && this.connection.isQueueing();
	}

	private @Nullable Object closePipeline(Call call) throws Throwable {
		Object replies;
		try {
			replies = call.proceed();
		}
		catch (RedisPipelineException ex) {
			tell(ex.getPipelineResult(), ex);
			throw ex;
		}
		catch (Throwable ex) {
			tell(List.of(), ex);
			throw ex;
		}
		tell((replies instanceof List<?> list) ? list : List.of(), null);
		return replies;
	}

	private void tell(List<?> replies, @Nullable Throwable error) {
		long expected = this.pipelined.stream().filter(Pipelined::replies).count();
		int next = 0;
		for (Pipelined command : this.pipelined) {
			if (expected != replies.size()) {
				command.end(error);
			}
			else {
				replied(command.pending(), command.replies(), command.replies() ? replies.get(next++) : null);
			}
		}
		this.pipelined.clear();
	}

	private @Nullable Object close(Call call) throws Throwable {
		this.pipelined.forEach(command -> command.end(new CancellationException()));
		this.pipelined.clear();
		return call.proceed();
	}

	private void replied(PendingCommand pending, boolean replies, @Nullable Object reply) {
		if (reply instanceof Throwable error) {
			pending.failed(error);
			return;
		}
		ReplyCount count = pending.count();
		if (replies) {
			count(count, reply);
		}
		pending.replied(count);
	}

	private static void count(ReplyCount count, @Nullable Object reply) {
		if (reply instanceof byte[] bytes) {
			count.text(bytes.length);
		}
		else if (reply instanceof Map<?, ?> pairs) {
			pairs.forEach((name, value) -> {
				count(count, name);
				count(count, value);
			});
		}
		else if (reply instanceof Collection<?> elements) {
			elements.forEach(element -> count(count, element));
		}
		else if (reply instanceof Number number) {
			count.number(number.longValue());
		}
		else {
			boolean present = reply != null && !Boolean.FALSE.equals(reply);
			count.number(present ? 1 : 0);
			count.text(present ? 0 : -1);
		}
	}

	/**
	 * A call of a method.
	 *
	 * @param target the object to call it on
	 * @param method the method
	 * @param arguments its arguments
	 */
	record Call(Object target, Method method, @Nullable Object[] arguments) {

		@Nullable Object proceed() throws Throwable {
			try {
				return this.method.invoke(this.target, this.arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

	/**
	 * Starts what is told of the calls of a connection.
	 */
	interface Calls {

		/**
		 * Return whether a call may be told.
		 * @param form the form of the command
		 * @return whether to read its arguments
		 */
		default boolean concern(RedisCommandForm form) {
			return true;
		}

		/**
		 * Start what is told of a call.
		 * @param connection the connection
		 * @param form the form of the command
		 * @param arguments the arguments of the command
		 * @param queued whether its reply comes with the end of a transaction
		 * @return the command, or {@code null} when the call is not told
		 */
		@Nullable PendingCommand start(RedisConnection connection, RedisCommandForm form, ConnectionArguments arguments,
				boolean queued);

		/**
		 * Make a call.
		 * @param pending what is told of it
		 * @param call the call
		 * @return its result
		 * @throws Throwable what it throws, untouched
		 */
		default @Nullable Object proceed(PendingCommand pending, Call call) throws Throwable {
			return call.proceed();
		}

		/**
		 * Return the node that a command has gone to.
		 * @param connection the connection
		 * @param form the form of the command
		 * @param arguments the arguments of the command
		 * @return the node, or {@code null} when it is not known
		 */
		default @Nullable ServerAddress node(RedisConnection connection, RedisCommandForm form,
				ConnectionArguments arguments) {
			return null;
		}

	}

	/**
	 * A command that has been started.
	 *
	 * @param form its form
	 * @param arguments its arguments
	 * @param pending its operations
	 */
	private record Sent(RedisCommandForm form, ConnectionArguments arguments, PendingCommand pending) {
	}

	/**
	 * A command whose reply is held back.
	 *
	 * @param pending the command
	 * @param replies whether it has a reply
	 */
	private record Pipelined(PendingCommand pending, boolean replies) {

		void end(@Nullable Throwable error) {
			if (error != null) {
				this.pending.failed(error);
			}
			else {
				this.pending.ended();
			}
		}

	}

	/**
	 * Reports the commands among the methods of a connection or of a part of it.
	 */
	private final class Reporting implements InvocationHandler {

		private final Object target;

		Reporting(Object target) {
			this.target = target;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
				throws Throwable {
			Call call = new Call(this.target, method, (arguments != null) ? arguments : new Object[0]);
			if (method.getDeclaringClass() == Object.class) {
				return (method.getName().equals("equals")) ? isSame(proxy, call.arguments()[0]) : call.proceed();
			}
			return call(InstrumentedConnection.this.methods.computeIfAbsent(method, ConnectionMethod::of), call);
		}

		private boolean isSame(Object proxy, @Nullable Object other) {
			return proxy == other || Objects.equals(this.target, other);
		}

	}

}
