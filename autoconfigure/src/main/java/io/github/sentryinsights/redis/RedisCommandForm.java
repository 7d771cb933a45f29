package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationKind;

/**
 * What is known of a Redis command: which of its arguments are keys, which are values,
 * and what it does to a cache. Whatever is not known to be a key is never read as text.
 *
 * @param name the name of the command, in upper case
 * @param keys which arguments are keys
 * @param access what the command does to a cache, {@code null} for nothing
 * @param values which arguments are values
 * @param expiry where the time to live is told
 * @param reply how what is found is told
 */
record RedisCommandForm(String name, Keys keys, @Nullable OperationKind access, Values values, Expiry expiry,
		Reply reply) {

	/**
	 * A command that says nothing about the application: connection handling, health
	 * checks, subscriptions.
	 */
	static final RedisCommandForm IGNORED = of("", Keys.NONE);

	private static final String UNKNOWN = "UNKNOWN";

	private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9._-]{0,39}");

	private static final Map<String, RedisCommandForm> FORMS = forms();

	/**
	 * Return the form of a command.
	 * @param command the name of the command
	 * @return the form, which names nothing that does not look like a command
	 */
	static RedisCommandForm of(String command) {
		RedisCommandForm form = FORMS.get(command);
		return (form != null) ? form : other(command);
	}

	/**
	 * Return whether the keys of the command are known.
	 * @return whether its arguments are read
	 */
	boolean isKnown() {
		return this.keys != Keys.NONE;
	}

	/**
	 * Return whether there is nothing to tell of the arguments but one key.
	 * @return whether the other arguments can be left unread
	 */
	boolean isOfKeyAlone() {
		return this.keys == Keys.FIRST && this.values == Values.NONE && this.expiry == Expiry.NONE;
	}

	private static RedisCommandForm other(String type) {
		String name = type.toUpperCase(Locale.ROOT);
		RedisCommandForm form = FORMS.get(name);
		return (form != null) ? form : of(NAME.matcher(name).matches() ? name : UNKNOWN, Keys.NONE);
	}

	private static Map<String, RedisCommandForm> forms() {
		Map<String, RedisCommandForm> forms = new HashMap<>();
		for (String name : words("""
				ASKING AUTH CLIENT CLUSTER COMMAND HELLO INFO PING PSUBSCRIBE PUNSUBSCRIBE QUIT READONLY READWRITE
				ROLE SELECT SENTINEL SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE UNSUBSCRIBE""")) {
			forms.put(name, IGNORED);
		}
		for (String name : words(
				"""
						BITCOUNT BITFIELD BITFIELD_RO BITPOS DECR DECRBY DUMP EXPIRETIME GEOADD GEODIST GEOHASH GEOPOS
						GEORADIUS GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEORADIUS_RO GEOSEARCH GETBIT GETRANGE HEXISTS
						HEXPIRE HEXPIREAT HEXPIRETIME HGETDEL HGETEX HINCRBY HINCRBYFLOAT HKEYS HLEN HPERSIST HPEXPIRE
						HPEXPIREAT HPEXPIRETIME HPTTL HRANDFIELD HSCAN HSETEX HSTRLEN HTTL INCR INCRBY INCRBYFLOAT
						LINDEX LINSERT LLEN LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MOVE PEXPIRETIME PFADD PTTL RESTORE
						RPOP RPUSH RPUSHX SADD SCARD SETBIT SETRANGE SISMEMBER SMEMBERS SMISMEMBER SORT SORT_RO SPOP
						SRANDMEMBER SREM SSCAN STRLEN TTL TYPE XACK XADD XAUTOCLAIM XCLAIM XDEL XLEN XPENDING XRANGE
						XREVRANGE XSETID XTRIM ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM
						ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK
						ZSCAN ZSCORE""")) {
			add(forms, of(name, Keys.FIRST));
		}
		for (String name : words("""
				EXISTS PFCOUNT PFMERGE RENAME RENAMENX RPOPLPUSH SDIFF SDIFFSTORE SINTER SINTERSTORE SUNION
				SUNIONSTORE TOUCH WATCH""")) {
			add(forms, of(name, Keys.ALL));
		}
		for (String name : words("BLPOP BRPOP BRPOPLPUSH BZPOPMAX BZPOPMIN")) {
			add(forms, of(name, Keys.ALL_BUT_LAST));
		}
		for (String name : words("BLMOVE COPY GEOSEARCHSTORE LCS LMOVE SMOVE ZRANGESTORE")) {
			add(forms, of(name, Keys.FIRST_TWO));
		}
		for (String name : words("BLMPOP BZMPOP EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO")) {
			add(forms, of(name, Keys.COUNTED));
		}
		for (String name : words("LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION")) {
			add(forms, of(name, Keys.COUNTED_AT_ONCE));
		}
		for (String name : words("ZDIFFSTORE ZINTERSTORE ZUNIONSTORE")) {
			add(forms, of(name, Keys.FIRST_AND_COUNTED));
		}
		for (String name : words("MEMORY OBJECT XGROUP XINFO")) {
			add(forms, of(name, Keys.SECOND));
		}
		add(forms, of("BITOP", Keys.ALL_BUT_FIRST));
		add(forms, of("XREAD", Keys.STREAMS));
		add(forms, of("XREADGROUP", Keys.STREAMS_OF_GROUP));
		for (String name : words("""
				DBSIZE DISCARD EXEC KEYS MULTI PUBLISH SCAN SCRIPT UNWATCH""")) {
			add(forms, of(name, Keys.NONE));
		}
		add(forms, read("GET", Keys.FIRST, Expiry.NONE, Reply.VALUES));
		add(forms, read("GETDEL", Keys.FIRST, Expiry.NONE, Reply.VALUES));
		add(forms, read("GETEX", Keys.FIRST, Expiry.OPTIONS, Reply.VALUES));
		add(forms, read("MGET", Keys.ALL, Expiry.NONE, Reply.VALUES));
		add(forms, read("HGET", Keys.FIRST, Expiry.NONE, Reply.VALUES));
		add(forms, read("HMGET", Keys.FIRST, Expiry.NONE, Reply.VALUES));
		add(forms, read("HVALS", Keys.FIRST, Expiry.NONE, Reply.VALUES));
		add(forms, read("HGETALL", Keys.FIRST, Expiry.NONE, Reply.PAIRS));
		add(forms, write("SET", Keys.FIRST, new Values(1, 0), Expiry.OPTIONS, Reply.OLD_OR_STATUS));
		add(forms, write("SETNX", Keys.FIRST, new Values(1, 0), Expiry.NONE, Reply.NUMBER));
		add(forms, write("GETSET", Keys.FIRST, new Values(1, 0), Expiry.NONE, Reply.OTHER));
		add(forms, write("APPEND", Keys.FIRST, new Values(1, 0), Expiry.NONE, Reply.OTHER));
		add(forms, write("SETEX", Keys.FIRST, new Values(2, 0), Expiry.SECONDS, Reply.OTHER));
		add(forms, write("PSETEX", Keys.FIRST, new Values(2, 0), Expiry.MILLISECONDS, Reply.OTHER));
		add(forms, write("MSET", Keys.EVERY_SECOND, new Values(1, 2), Expiry.NONE, Reply.OTHER));
		add(forms, write("MSETNX", Keys.EVERY_SECOND, new Values(1, 2), Expiry.NONE, Reply.NUMBER));
		add(forms, write("HSET", Keys.FIRST, new Values(2, 2), Expiry.NONE, Reply.OTHER));
		add(forms, write("HMSET", Keys.FIRST, new Values(2, 2), Expiry.NONE, Reply.OTHER));
		add(forms, write("HSETNX", Keys.FIRST, new Values(2, 0), Expiry.NONE, Reply.NUMBER));
		add(forms, write("EXPIRE", Keys.FIRST, Values.NONE, Expiry.SECONDS, Reply.NUMBER));
		add(forms, write("PEXPIRE", Keys.FIRST, Values.NONE, Expiry.MILLISECONDS, Reply.NUMBER));
		add(forms, write("EXPIREAT", Keys.FIRST, Values.NONE, Expiry.AT_SECONDS, Reply.NUMBER));
		add(forms, write("PEXPIREAT", Keys.FIRST, Values.NONE, Expiry.AT_MILLISECONDS, Reply.NUMBER));
		add(forms, write("PERSIST", Keys.FIRST, Values.NONE, Expiry.NONE, Reply.NUMBER));
		add(forms, remove("DEL", Keys.ALL));
		add(forms, remove("UNLINK", Keys.ALL));
		add(forms, remove("HDEL", Keys.FIRST));
		add(forms, flush("FLUSHDB"));
		add(forms, flush("FLUSHALL"));
		return Map.copyOf(forms);
	}

	private static String[] words(String text) {
		return text.split("\\s+");
	}

	private static void add(Map<String, RedisCommandForm> forms, RedisCommandForm form) {
		forms.put(form.name(), form);
	}

	private static RedisCommandForm of(String name, Keys keys) {
		return new RedisCommandForm(name, keys, null, Values.NONE, Expiry.NONE, Reply.OTHER);
	}

	private static RedisCommandForm read(String name, Keys keys, Expiry expiry, Reply reply) {
		return new RedisCommandForm(name, keys, OperationKind.CACHE_GET, Values.NONE, expiry, reply);
	}

	private static RedisCommandForm write(String name, Keys keys, Values values, Expiry expiry, Reply reply) {
		return new RedisCommandForm(name, keys, OperationKind.CACHE_PUT, values, expiry, reply);
	}

	private static RedisCommandForm remove(String name, Keys keys) {
		return new RedisCommandForm(name, keys, OperationKind.CACHE_REMOVE, Values.NONE, Expiry.NONE, Reply.OTHER);
	}

	private static RedisCommandForm flush(String name) {
		return new RedisCommandForm(name, Keys.NONE, OperationKind.CACHE_FLUSH, Values.NONE, Expiry.NONE, Reply.OTHER);
	}

	/**
	 * Which arguments are keys.
	 */
	enum Keys {

		/** None, or none that is known. */
		NONE,

		/** The first argument. */
		FIRST,

		/** The second argument, behind the name of a subcommand. */
		SECOND,

		/** The first two arguments. */
		FIRST_TWO,

		/** All arguments. */
		ALL,

		/** All arguments but the first, which says what to do. */
		ALL_BUT_FIRST,

		/** All arguments but the last. */
		ALL_BUT_LAST,

		/** The first argument and every second one from there. */
		EVERY_SECOND,

		/**
		 * As many from the third argument on as the second one says, none when there are
		 * not as many.
		 */
		COUNTED,

		/**
		 * As many from the second argument on as the first one says, none when there are
		 * not as many.
		 */
		COUNTED_AT_ONCE,

		/** The first argument, and those of {@link #COUNTED}. */
		FIRST_AND_COUNTED,

		/** The first half of what follows a keyword. */
		STREAMS,

		/**
		 * Those of {@link #STREAMS}, where the first three arguments say who reads.
		 */
		STREAMS_OF_GROUP;

		/** Of the commands that have any. */
		private static final List<String> SUBCOMMANDS = List.of("ENCODING", "FREQ", "IDLETIME", "REFCOUNT", "USAGE",
				"CREATE", "CREATECONSUMER", "DELCONSUMER", "DESTROY", "SETID", "CONSUMERS", "GROUPS", "STREAM", "AND",
				"OR", "XOR", "NOT", "DIFF", "DIFF1", "ANDOR", "ONE");

		/**
		 * Return whether an argument says how many keys there are.
		 * @param index the index of the argument
		 * @return whether it is a number of keys
		 */
		boolean areCountedBy(int index) {
			return switch (this) {
				case COUNTED, FIRST_AND_COUNTED -> index == 1;
				case COUNTED_AT_ONCE -> index == 0;
				default -> false;
			};
		}

		/**
		 * Return whether an argument is the keyword that keys follow.
		 * @param index the index of the argument
		 * @param argument the argument, which is not consumed
		 * @return whether half of what follows are keys
		 */
		boolean follow(int index, ByteBuffer argument) {
			return switch (this) {
				case STREAMS -> SentArguments.isKeyword(argument, "STREAMS");
				case STREAMS_OF_GROUP -> index > 2 && SentArguments.isKeyword(argument, "STREAMS");
				default -> false;
			};
		}

		/**
		 * Return whether an argument is a key.
		 * @param index the index of the argument
		 * @param count the number of arguments
		 * @param counted the number of keys that an argument says
		 * @return whether it is one
		 */
		boolean contain(int index, int count, int counted) {
			return switch (this) {
				case NONE -> false;
				case FIRST -> index == 0;
				case SECOND -> index == 1;
				case FIRST_TWO -> index < 2;
				case ALL -> true;
				case ALL_BUT_FIRST -> index > 0;
				case ALL_BUT_LAST -> index < count - 1;
				case EVERY_SECOND -> index % 2 == 0;
				case COUNTED -> counted <= count - 2 && index > 1 && index - 2 < counted;
				case COUNTED_AT_ONCE -> counted <= count - 1 && index > 0 && index - 1 < counted;
				case FIRST_AND_COUNTED -> index == 0 || COUNTED.contain(index, count, counted);
				case STREAMS, STREAMS_OF_GROUP -> index >= count - 2 * counted && index < count - counted;
			};
		}

		/**
		 * Return whether something that says what to do comes first.
		 * @return whether the first argument is no key though others are
		 */
		boolean followSubcommand() {
			return this == SECOND || this == ALL_BUT_FIRST;
		}

		/**
		 * Return whether an argument is a subcommand that keys follow.
		 * @param argument the first argument, which is not consumed
		 * @return whether it is known to be one
		 */
		static boolean isSubcommand(ByteBuffer argument) {
			return SUBCOMMANDS.stream().anyMatch(subcommand -> SentArguments.isKeyword(argument, subcommand));
		}

		/**
		 * Return whether there may be more than one, so that not all need be keys of a
		 * cache.
		 * @return whether more than the first argument has to be looked at
		 */
		boolean areSeveral() {
			return this != NONE && this != FIRST && this != SECOND;
		}

	}

	/**
	 * Which arguments are values.
	 *
	 * @param first the index of the first value
	 * @param step the distance to the next, {@code 0} when there is only one
	 */
	record Values(int first, int step) {

		static final Values NONE = new Values(-1, 0);

		boolean contain(int index) {
			return index == this.first
					|| (this.step != 0 && index > this.first && (index - this.first) % this.step == 0);
		}

	}

	/**
	 * Where the time to live is told.
	 */
	enum Expiry {

		/** Nowhere. */
		NONE,

		/** In the second argument, in seconds. */
		SECONDS,

		/** In the second argument, in milliseconds. */
		MILLISECONDS,

		/** In the second argument, as a time in seconds. */
		AT_SECONDS,

		/** In the second argument, as a time in milliseconds. */
		AT_MILLISECONDS,

		/** Behind a keyword among the last arguments. */
		OPTIONS;

		/**
		 * Return the time to live that a number means.
		 * @param number the number
		 * @return the time, in seconds, rounded up
		 */
		long seconds(long number) {
			return Math.max(0, switch (this) {
				case NONE, OPTIONS -> 0;
				case SECONDS -> number;
				case MILLISECONDS -> (number + 999) / 1000;
				case AT_SECONDS -> number - System.currentTimeMillis() / 1000;
				case AT_MILLISECONDS -> (number - System.currentTimeMillis() + 999) / 1000;
			});
		}

	}

	/**
	 * How it is told what was found or written.
	 */
	enum Reply {

		/** Not at all; what does not fail is written. */
		OTHER,

		/** As one value for each that was asked for, which may be missing. */
		VALUES,

		/** As pairs of a name and a value. */
		PAIRS,

		/** As a number, 0 when nothing was written. */
		NUMBER,

		/** By its absence when nothing was written, unless it is the old value. */
		OLD_OR_STATUS

	}

}
