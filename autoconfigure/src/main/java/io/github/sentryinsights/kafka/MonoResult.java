package io.github.sentryinsights.kafka;

import java.util.HashMap;
import java.util.Map;

import reactor.core.publisher.Mono;

/**
 * What a listener returns that answers by a {@link Mono}, as a suspending function does
 * too.
 */
final class MonoResult {

	private MonoResult() {
	}

	/**
	 * Let a delivery last until the container's subscription is over.
	 * @param result what the listener returned
	 * @param delivery the delivery
	 * @return the result to give to the container
	 */
	static Object follow(Object result, Delivery delivery) {
		if (!(result instanceof Mono<?> mono)) {
			return result;
		}
		Map<Object, Object> entries = new HashMap<>();
		delivery.contextualize(entries::put);
		Mono<?> within = mono.contextWrite(context -> context.putAllMap(entries));
		return Mono.defer(() -> Mono.fromFuture(delivery.follow(within.toFuture())));
	}

}
