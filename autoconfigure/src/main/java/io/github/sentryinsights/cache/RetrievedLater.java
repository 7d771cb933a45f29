package io.github.sentryinsights.cache;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * What a read returns that is not over yet: the future of the cache, but for its order.
 * <p>
 * A future calls first what was registered with it last. So with the future of the cache
 * itself the caller would go on before the read is told to have ended, and the time of
 * whatever the caller does then would be time of the cache.
 *
 * @param <T> the type of the value
 */
final class RetrievedLater<T extends @Nullable Object> extends CompletableFuture<T> {

	private @Nullable CompletableFuture<T> found;

	/**
	 * Complete as a future does, unless it has completed already. What is registered with
	 * that one from now on comes before the callers of this one.
	 * @param found the future
	 * @return the same future
	 */
	CompletableFuture<T> follow(CompletableFuture<T> found) {
		if (found != null && !found.isDone()) {
			this.found = found;
			found.whenComplete(this::follow);
		}
		return found;
	}

	private void follow(T value, @Nullable Throwable error) {
		if (error != null) {
			completeExceptionally(error);
		}
		else {
			complete(value);
		}
	}

	/**
	 * Return whether there is a future to wait for.
	 * @return whether this future ever completes
	 */
	boolean isFollowing() {
		return this.found != null;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		if (this.found != null) {
			this.found.cancel(mayInterruptIfRunning);
		}
		return super.cancel(mayInterruptIfRunning);
	}

}
