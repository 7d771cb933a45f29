package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;

/**
 * The attributes that name the other end of a connection.
 */
final class NetworkConvention {

	static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.text("server.address", NONE);

	static final AttributeKey<Integer> SERVER_PORT = AttributeKey.count("server.port");

	static final AttributeKey<String> PEER_ADDRESS = AttributeKey.text("network.peer.address", NONE);

	static final AttributeKey<Integer> PEER_PORT = AttributeKey.count("network.peer.port");

	private NetworkConvention() {
	}

}
