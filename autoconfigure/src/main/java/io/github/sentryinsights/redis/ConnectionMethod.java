package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.data.redis.connection.RedisConnection;

/**
 * What a method of a connection of Spring Data Redis does, which its name tells: that of
 * a command, sometimes with a suffix for the form of the result.
 *
 * @param kind what it does
 * @param command the command it sends, in upper case
 * @param form the form of that command
 * @param replies whether it has a reply that the end of a pipeline returns
 * @param returnsOld whether the reply is the old value
 */
record ConnectionMethod(Kind kind, String command, RedisCommandForm form, boolean replies, boolean returnsOld) {

	private static final Pattern RESULT = Pattern.compile("WITHSCORES?$|WITHVALUES$");

	private static final Pattern RANGE_STORE = Pattern.compile("ZRANGESTORE(REV)?BY.*");

	private static final Map<String, String> COMMANDS = Map.ofEntries(Map.entry("SETGET", "SET"),
			Map.entry("GEOREMOVE", "ZREM"), Map.entry("ZREMRANGE", "ZREMRANGEBYRANK"),
			Map.entry("XCLAIMJUSTID", "XCLAIM"), Map.entry("ENCODINGOF", "OBJECT"), Map.entry("IDLETIME", "OBJECT"),
			Map.entry("REFCOUNT", "OBJECT"), Map.entry("GETCONFIG", "CONFIG"), Map.entry("SETCONFIG", "CONFIG"),
			Map.entry("RESETCONFIGSTATS", "CONFIG"), Map.entry("REWRITECONFIG", "CONFIG"),
			Map.entry("KILLCLIENT", "CLIENT"), Map.entry("SETCLIENTNAME", "CLIENT"),
			Map.entry("GETCLIENTNAME", "CLIENT"), Map.entry("GETCLIENTLIST", "CLIENT"),
			Map.entry("REPLICAOFNOONE", "REPLICAOF"), Map.entry("APPLYEXPIRATION", "PEXPIRE"),
			Map.entry("APPLYHASHFIELDEXPIRATION", "HPEXPIRE"));

	/** Commands with subcommands, each of which has methods of its own. */
	private static final List<String> FAMILIES = List.of("CLUSTER", "SCRIPT", "XINFO", "XGROUP");

	static ConnectionMethod of(Method method) {
		String name = method.getName();
		return switch (name) {
			case "isClosed", "getNativeConnection", "isQueueing", "isPipelined", "getSentinelConnection",
					"isSubscribed", "getSubscription", "openPipeline" ->
				noCommand(Kind.OTHER);
			case "closePipeline" -> noCommand(Kind.CLOSE_PIPELINE);
			case "close" -> noCommand(Kind.CLOSE);
			case "execute" -> command(Kind.ANY_COMMAND, method);
			case "exec", "discard" -> command(Kind.END_OF_TRANSACTION, method);
			default -> {
				if (!isOfConnection(method)) {
					yield noCommand(Kind.OTHER);
				}
				yield isProvider(method) ? noCommand(Kind.COMMANDS) : command(Kind.COMMAND, method);
			}
		};
	}

	private static ConnectionMethod noCommand(Kind kind) {
		return new ConnectionMethod(kind, "", RedisCommandForm.IGNORED, false, false);
	}

	private static ConnectionMethod command(Kind kind, Method method) {
		String command = command(method.getName());
		return new ConnectionMethod(kind, command, RedisCommandForm.of(command), method.getReturnType() != void.class,
				method.getName().equals("setGet"));
	}

	private static String command(String name) {
		String upper = RESULT.matcher(name.toUpperCase(Locale.ROOT)).replaceFirst("");
		String command = COMMANDS.get(upper);
		if (command != null) {
			return command;
		}
		for (String family : FAMILIES) {
			if (upper.startsWith(family)) {
				return family;
			}
		}
		return RANGE_STORE.matcher(upper).matches() ? "ZRANGESTORE" : upper;
	}

	private static boolean isOfConnection(Method method) {
		Class<?> type = method.getDeclaringClass();
		String name = type.getSimpleName();
		return type.getPackage() == RedisConnection.class.getPackage()
				&& (name.endsWith("Commands") || name.endsWith("CommandsProvider") || name.startsWith("Defaulted")
						|| RedisConnection.class.isAssignableFrom(type));
	}

	/**
	 * Whether a method returns commands, such as those on strings.
	 */
	private static boolean isProvider(Method method) {
		return method.getParameterCount() == 0 && method.getReturnType().isInterface()
				&& method.getName().endsWith("Commands");
	}

	/**
	 * What a method does.
	 */
	enum Kind {

		/** It sends a command. */
		COMMAND,

		/** It sends the command that its first argument names. */
		ANY_COMMAND,

		/** It sends the command that ends a transaction. */
		END_OF_TRANSACTION,

		/** It returns commands. */
		COMMANDS,

		/** It returns the replies that were held back. */
		CLOSE_PIPELINE,

		/** It ends the use of the connection. */
		CLOSE,

		/** It sends nothing. */
		OTHER

	}

}
