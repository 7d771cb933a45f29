package io.github.sentryinsights.convention;

import org.jspecify.annotations.Nullable;

/**
 * What the client of a broker knows of a message that is about to be handled, beside its
 * headers.
 *
 * @param id the identity of the message, for one that carries none in its headers, or
 * {@code null} for a random one
 * @param bodySize the size of the message without its headers, in bytes, or negative when
 * it is not known
 * @param retries the number of earlier deliveries, 0 on the first one
 * @param sentMillis when the broker or the sender says that the message was sent, in
 * milliseconds since the epoch, or negative when neither does; for a message that carries
 * no time in its headers
 * @since 0.1.0
 */
public record ReceivedMessage(@Nullable String id, long bodySize, int retries, long sentMillis) {

	/**
	 * A message of which nothing else is known.
	 */
	public static final ReceivedMessage UNKNOWN = new ReceivedMessage(null, -1, 0, -1);

}
