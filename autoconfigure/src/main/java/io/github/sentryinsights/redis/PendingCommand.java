package io.github.sentryinsights.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.convention.ServerAddress;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.key.ShownKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.redis.RedisCommandForm.Values;

/**
 * The operations of a command from when it is sent until its reply arrives, it fails or
 * its caller gives up, whichever is told first and on whatever thread.
 */
final class PendingCommand implements BiConsumer<@Nullable Object, @Nullable Throwable> {

	private static final VarHandle ENDED;

	static {
		try {
			ENDED = MethodHandles.lookup().findVarHandle(PendingCommand.class, "ended", boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final RedisCommandForm form;

	private final @Nullable CommandArguments arguments;

	private final Operation command;

	private final @Nullable Operation access;

	private final long timeout;

	private final long started = System.nanoTime();

	private boolean addressed;

	private @Nullable Attributes around;

	private volatile boolean ended;

	/**
	 * Create a pending command.
	 * @param form the form of the command
	 * @param arguments its arguments, if they have been read
	 * @param command the operation of the command itself
	 * @param access the operation of the access to a cache around it
	 * @param timeout how long a caller waits for a reply, in milliseconds
	 */
	PendingCommand(RedisCommandForm form, @Nullable CommandArguments arguments, Operation command,
			@Nullable Operation access, long timeout) {
		this.form = form;
		this.arguments = arguments;
		this.command = command;
		this.access = access;
		this.timeout = timeout;
	}

	/**
	 * Return a count for the reply.
	 * @return a count of nothing yet
	 */
	ReplyCount count() {
		return new ReplyCount(this.form.reply(), (this.arguments != null) ? this.arguments.elsewhere() : null);
	}

	private boolean isRecording() {
		return this.command.isRecording() || isAccess();
	}

	/**
	 * Return whether the reply has something to tell.
	 * @return whether anything is kept of the command
	 */
	boolean isKept() {
		return !this.command.isNoop() || (this.access != null && !this.access.isNoop());
	}

	/**
	 * Describe the command. A read is a miss until its reply says otherwise.
	 * @param keys decides what may be shown of the keys
	 */
	void describe(CacheKeys keys) {
		CommandArguments arguments = this.arguments;
		if (arguments == null || !isRecording()) {
			return;
		}
		ShownKeys shown = keys.all(arguments.keys());
		if (this.command.isRecording()) {
			this.command.attributes(attributes -> RedisConvention.command(attributes, this.form.name(), shown));
		}
		if (this.access != null && this.access.isRecording()) {
			ShownKeys ofCache = (arguments.elsewhere() == null) ? shown : keys.all(arguments.cacheKeys());
			this.access.attributes(attributes -> describe(attributes, arguments, ofCache));
		}
	}

	private void describe(Attributes attributes, CommandArguments arguments, ShownKeys keys) {
		CacheConvention.keys(attributes, keys);
		attributes.set(CacheConvention.OPERATION, this.form.name().toLowerCase(Locale.ROOT));
		if (this.form.access() == OperationKind.CACHE_GET) {
			attributes.set(CacheConvention.HIT, false);
		}
		if (this.form.values() != Values.NONE) {
			attributes.set(CacheConvention.ITEM_SIZE, arguments.size());
		}
		Long ttl = arguments.ttl();
		if (ttl != null) {
			attributes.set(CacheConvention.TTL, ttl);
		}
	}

	/**
	 * Return whether it is an access to a cache by itself.
	 * @return whether such an access is recorded around it
	 */
	boolean isAccess() {
		return this.access != null && this.access.isRecording();
	}

	/**
	 * Return the access to a cache around it.
	 * @return the access, or {@code null} without one
	 */
	@Nullable Operation access() {
		return this.access;
	}

	/**
	 * Return whether its keys are known, which decide where it goes.
	 * @return whether it has keys
	 */
	boolean hasKeys() {
		return this.form.isKnown();
	}

	/**
	 * Return whether it needs no node to be told.
	 * @return whether one has been told, or nobody would know of it
	 */
	boolean isAddressed() {
		return this.addressed || !isRecording();
	}

	/**
	 * Take note of the access to a cache that a command is sent for.
	 * @param around the attributes of the access, if there is one
	 */
	void sentFor(@Nullable Attributes around) {
		this.around = around;
	}

	/**
	 * Return the access to a cache that a command is sent for.
	 * @return the attributes of the access, or {@code null} when none is known
	 */
	@Nullable Attributes around() {
		return this.around;
	}

	/**
	 * Take note of the node that a command is sent to.
	 * @param node the node
	 */
	void sentTo(ServerAddress node) {
		this.addressed = true;
		if (this.command.isRecording()) {
			this.command.attributes(RedisConvention::server, node);
		}
		if (this.access != null && isAccess()) {
			this.access.attributes(CacheConvention::peer, node);
		}
	}

	/**
	 * Take note of a reply.
	 * @param count what the reply holds
	 */
	void replied(ReplyCount count) {
		if (ENDED.compareAndSet(this, false, true)) {
			tell(count);
			end();
		}
	}

	/**
	 * Take note of an end that tells nothing.
	 */
	void ended() {
		if (ENDED.compareAndSet(this, false, true)) {
			miss();
			end();
		}
	}

	void failed(Throwable error) {
		if (!ENDED.compareAndSet(this, false, true)) {
			return;
		}
		miss();
		boolean cancelled = error instanceof CancellationException && !isTimeOver();
		tell(this.command, cancelled, error);
		if (this.access != null) {
			tell(this.access, cancelled, error);
		}
		end();
	}

	/**
	 * Take note of the end of the future that the caller holds.
	 * @param result the result
	 * @param error the error
	 */
	@Override
	public void accept(@Nullable Object result, @Nullable Throwable error) {
		if (error != null) {
			failed(error);
		}
		else {
			ended();
		}
	}

	private static void tell(Operation operation, boolean cancelled, Throwable error) {
		if (cancelled) {
			operation.outcome(Outcome.CANCELLED);
		}
		else {
			operation.fail(error);
		}
	}

	/**
	 * A caller that has waited for the whole timeout cancels the command.
	 */
	private boolean isTimeOver() {
		return this.timeout > 0 && System.nanoTime() - this.started >= TimeUnit.MILLISECONDS.toNanos(this.timeout);
	}

	private void miss() {
		if (this.access != null && this.form.access() == OperationKind.CACHE_GET) {
			this.access.outcome(Outcome.MISS);
		}
	}

	private void tell(ReplyCount count) {
		if (this.access == null) {
			return;
		}
		if (this.form.access() == OperationKind.CACHE_GET) {
			this.access.outcome(count.hasFound() ? Outcome.HIT : Outcome.MISS);
		}
		if (this.arguments != null && this.access.isRecording()) {
			CommandArguments arguments = this.arguments;
			this.access.attributes(attributes -> tell(attributes, count, arguments));
		}
	}

	private void tell(Attributes attributes, ReplyCount count, CommandArguments arguments) {
		if (this.form.access() == OperationKind.CACHE_PUT) {
			attributes.set(CacheConvention.WRITE, count.hasWritten(arguments));
		}
		else if (this.form.access() == OperationKind.CACHE_GET && count.hasFound()) {
			attributes.set(CacheConvention.HIT, true);
			attributes.set(CacheConvention.ITEM_SIZE, count.size());
		}
	}

	private void end() {
		this.command.end();
		if (this.access != null) {
			this.access.end();
		}
	}

}
