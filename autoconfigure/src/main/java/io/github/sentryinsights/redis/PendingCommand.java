package io.github.sentryinsights.redis;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.RedisConvention;
import io.github.sentryinsights.key.ShownKeys;
import io.github.sentryinsights.operation.Operation;

/**
 * The operations of a command from when it is sent until its reply arrives, it fails or
 * its caller gives up, whichever is told first and on whatever thread.
 */
final class PendingCommand implements BiConsumer<@Nullable Object, @Nullable Throwable> {

	private final RedisCommandForm form;

	private final Operation command;

	private final @Nullable Operation access;

	private final long timeout;

	private final long started = System.nanoTime();

	private final AtomicBoolean ended = new AtomicBoolean();

	/**
	 * Create a pending command.
	 * @param form the form of the command
	 * @param command the operation of the command itself
	 * @param access the operation of the access to a cache around it
	 * @param timeout how long a caller waits for a reply, in milliseconds
	 */
	PendingCommand(RedisCommandForm form, Operation command, @Nullable Operation access, long timeout) {
		this.form = form;
		this.command = command;
		this.access = access;
		this.timeout = timeout;
	}

	boolean isRecording() {
		return this.command.isRecording();
	}

	boolean isRead() {
		return this.access != null && this.form.access() == OperationKind.CACHE_GET;
	}

	/**
	 * Describe the command. A read is a miss until its reply says otherwise: Lettuce
	 * tells nobody when a subscriber cancels.
	 * @param arguments the arguments of the command
	 * @param keys what may be shown of its keys
	 */
	void describe(CommandArguments arguments, ShownKeys keys) {
		this.command.attributes(attributes -> RedisConvention.command(attributes, this.form.name(), keys));
		if (this.access == null) {
			return;
		}
		this.access.attributes(attributes -> {
			CacheConvention.keys(attributes, keys);
			attributes.set(CacheConvention.OPERATION, this.form.name().toLowerCase(Locale.ROOT));
			if (isRead()) {
				attributes.set(CacheConvention.HIT, false);
			}
			if (this.form.access() == OperationKind.CACHE_PUT) {
				attributes.set(CacheConvention.ITEM_SIZE, arguments.size());
			}
			Long ttl = arguments.ttl();
			if (ttl != null) {
				attributes.set(CacheConvention.TTL, ttl);
			}
		});
	}

	/**
	 * Take note of a reply.
	 * @param found the number of values in the reply
	 * @param size the size of these values, in bytes
	 */
	void replied(int found, long size) {
		if (this.ended.compareAndSet(false, true)) {
			hit(found, size);
			end();
		}
	}

	void failed(Throwable error) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		hit(0, 0);
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
			replied(0, 0);
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

	private void hit(int found, long size) {
		if (this.access == null || !isRead()) {
			return;
		}
		boolean hit = found > 0;
		this.access.outcome(hit ? Outcome.HIT : Outcome.MISS);
		if (hit && this.access.isRecording()) {
			this.access.attributes(attributes -> {
				attributes.set(CacheConvention.HIT, true);
				attributes.set(CacheConvention.ITEM_SIZE, size);
			});
		}
	}

	private void end() {
		this.command.end();
		if (this.access != null) {
			this.access.end();
		}
	}

}
