package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.redis.RedisCommandForm.Expiry;
import io.github.sentryinsights.redis.RedisCommandForm.Keys;

/**
 * What may be told of the arguments of a command: its keys, the size of its values, the
 * time to live it sets and on what condition. Of several keys, only those that belong to
 * a cache, and their values, are told with the access to the cache.
 */
final class CommandArguments {

	private static final int MAX_KEYS = 10;

	/** Enough digits for any number Redis takes, and few enough not to overflow. */
	private static final int MAX_DIGITS = 18;

	private final RedisCommandForm form;

	private final RedisCaches caches;

	private final int count;

	private final List<String> keys = new ArrayList<>(1);

	/** The keys that belong to a cache, when not all do. */
	private @Nullable List<String> cacheKeys;

	/** The positions of the keys that belong to none, when not all do. */
	private @Nullable BitSet elsewhere;

	private @Nullable RedisCache cache;

	private int next;

	private int keysSeen;

	private int keysCounted;

	private boolean unknown;

	private boolean cached;

	private long size;

	private @Nullable Long ttl;

	private Option option = Option.NONE;

	private boolean returnsOld;

	private Option condition = Option.NONE;

	private CommandArguments(RedisCommandForm form, RedisCaches caches, int count) {
		this.form = form;
		this.caches = caches;
		this.count = count;
	}

	static CommandArguments of(RedisCommandForm form, RedisCaches caches, @Nullable SentArguments sent) {
		CommandArguments arguments = new CommandArguments(form, caches, (sent != null) ? sent.count() : 0);
		if (form.isKnown() && sent != null) {
			arguments.read(sent);
		}
		return arguments;
	}

	/**
	 * Return the keys, at most {@value #MAX_KEYS}.
	 * @return the text of the keys
	 */
	List<String> keys() {
		return this.keys;
	}

	/**
	 * Return the keys that belong to a cache, at most {@value #MAX_KEYS}.
	 * @return the text of these keys
	 */
	List<String> cacheKeys() {
		return (this.cacheKeys != null) ? this.cacheKeys : this.keys;
	}

	/**
	 * Return the cache of the first key that belongs to one.
	 * @return the cache, or {@code null} without such a key
	 */
	@Nullable RedisCache cache() {
		return this.cache;
	}

	/**
	 * Return which keys belong to no cache.
	 * @return their positions among the keys, or {@code null} when it is none of several
	 */
	@Nullable BitSet elsewhere() {
		return this.elsewhere;
	}

	/**
	 * Return the size of all values whose keys belong to a cache.
	 * @return the size, in bytes
	 */
	long size() {
		return this.size;
	}

	/**
	 * Return the time to live.
	 * @return the time, in seconds, or {@code null} when none is set
	 */
	@Nullable Long ttl() {
		return this.ttl;
	}

	/**
	 * Return whether a write happened that answers with the old value or with a status.
	 * @param present whether there was an answer
	 * @return whether something was written
	 */
	boolean hasWritten(boolean present) {
		if (!this.returnsOld) {
			return present;
		}
		return switch (this.condition) {
			case NX -> !present;
			case XX -> present;
			default -> true;
		};
	}

	private void read(SentArguments sent) {
		ByteBuffer key = this.form.isOfKeyAlone() ? sent.firstKey() : null;
		if (key != null) {
			readKey(key);
		}
		else {
			sent.forEach(this::read);
		}
	}

	private void read(ByteBuffer argument) {
		int index = this.next++;
		if (index == 0 && this.form.keys().followSubcommand()) {
			this.unknown = !Keys.isSubcommand(argument);
		}
		if (this.unknown) {
			return;
		}
		if (this.form.keys().areCountedBy(index)) {
			this.keysCounted = (int) number(argument);
		}
		else if (this.keysCounted == 0 && this.form.keys().follow(index, argument)) {
			this.keysCounted = (this.count - index - 1) / 2;
		}
		else if (this.form.keys().contain(index, this.count, this.keysCounted)) {
			readKey(argument);
		}
		else if (this.form.values().contain(index)) {
			if (this.cached) {
				this.size += argument.remaining();
			}
		}
		else if (this.form.expiry() == Expiry.OPTIONS) {
			readOption(argument);
		}
		else if (this.form.expiry() != Expiry.NONE && index == 1) {
			this.ttl = this.form.expiry().seconds(number(argument));
		}
	}

	private void readKey(ByteBuffer key) {
		RedisCache owner = this.caches.of(key);
		this.cached = owner != null;
		if (this.cache == null) {
			this.cache = owner;
		}
		if (!this.cached && this.form.keys().areSeveral() && !this.caches.isEmpty()) {
			keyElsewhere(this.keysSeen);
		}
		List<String> ofCaches = this.cached ? this.cacheKeys : null;
		boolean told = this.keys.size() < MAX_KEYS;
		boolean toldOfCache = ofCaches != null && ofCaches.size() < MAX_KEYS;
		String text = (told || toldOfCache) ? KeyText.of(key) : "";
		if (told) {
			this.keys.add(text);
		}
		if (ofCaches != null && toldOfCache) {
			ofCaches.add(text);
		}
		this.keysSeen++;
	}

	private void keyElsewhere(int position) {
		if (this.elsewhere == null) {
			this.elsewhere = new BitSet();
			this.cacheKeys = new ArrayList<>(this.keys);
		}
		this.elsewhere.set(position);
	}

	private void readOption(ByteBuffer argument) {
		if (this.option.expiry != Expiry.NONE) {
			this.ttl = this.option.expiry.seconds(number(argument));
			this.option = Option.NONE;
			return;
		}
		this.option = Option.of(argument);
		if (this.option == Option.GET) {
			this.returnsOld = true;
		}
		else if (this.option == Option.NX || this.option == Option.XX) {
			this.condition = this.option;
		}
	}

	private static long number(ByteBuffer argument) {
		int length = argument.remaining();
		if (length > MAX_DIGITS) {
			return 0;
		}
		long number = 0;
		for (int i = 0; i < length; i++) {
			int digit = argument.get(argument.position() + i) - '0';
			if (digit < 0 || digit > 9) {
				return 0;
			}
			number = number * 10 + digit;
		}
		return number;
	}

	/**
	 * An option of a command that concerns an access to a cache.
	 */
	private enum Option {

		NONE(Expiry.NONE), EX(Expiry.SECONDS), PX(Expiry.MILLISECONDS), EXAT(Expiry.AT_SECONDS),
		PXAT(Expiry.AT_MILLISECONDS), NX(Expiry.NONE), XX(Expiry.NONE), GET(Expiry.NONE);

		private static final Option[] OPTIONS = values();

		private final Expiry expiry;

		Option(Expiry expiry) {
			this.expiry = expiry;
		}

		static Option of(ByteBuffer argument) {
			for (Option option : OPTIONS) {
				if (option.isNamedBy(argument)) {
					return option;
				}
			}
			return NONE;
		}

		private boolean isNamedBy(ByteBuffer argument) {
			return SentArguments.isKeyword(argument, name());
		}

	}

}
