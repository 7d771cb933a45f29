package io.github.sentryinsights.redis;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

import io.lettuce.core.AbstractRedisClient;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Adds a listener to the client of each connection factory, and again to the new client
 * that a factory makes when the context is restarted.
 * <p>
 * A client passes its listeners on to the connections it opens from then on, so a factory
 * that connects while it starts has to connect once more.
 */
final class LettuceClients implements SmartLifecycle {

	private final Map<LettuceConnectionFactory, Client> clients = new WeakHashMap<>();

	private volatile boolean running;

	synchronized void report(LettuceConnectionFactory factory, CommandOperations commands) {
		Client client = new Client(commands);
		this.clients.put(factory, client);
		client.listenTo(factory);
	}

	@Override
	public synchronized void start() {
		this.clients.forEach((factory, client) -> client.listenTo(factory));
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public synchronized int getPhase() {
		int latest = this.clients.keySet().stream().mapToInt(LettuceConnectionFactory::getPhase).max().orElse(0);
		return (latest == Integer.MAX_VALUE) ? latest : latest + 1;
	}

	/**
	 * The client of one factory.
	 */
	private static final class Client {

		private final CommandOperations commands;

		private @Nullable WeakReference<AbstractRedisClient> listened;

		Client(CommandOperations commands) {
			this.commands = commands;
		}

		void listenTo(LettuceConnectionFactory factory) {
			AbstractRedisClient client = factory.isRunning() ? factory.getNativeClient() : null;
			if (client == null || (this.listened != null && this.listened.refersTo(client))) {
				return;
			}
			client.addListener(new LettuceCommandListener(this.commands, LettuceNodes.of(client, factory)));
			this.listened = new WeakReference<>(client);
			reconnect(factory);
		}

		/**
		 * The connection that an eager factory has opened already knows no listener.
		 */
		private void reconnect(LettuceConnectionFactory factory) {
			if (!factory.getEagerInitialization() || !factory.getShareNativeConnection()) {
				return;
			}
			try {
				factory.initConnection();
			}
			catch (RuntimeException ex) {
				// The factory connects when it is asked to.
				this.commands.handle(ex);
			}
		}

	}

}
