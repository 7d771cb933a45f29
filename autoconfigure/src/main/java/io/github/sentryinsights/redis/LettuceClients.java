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
 * A client passes its listeners on to the connections it opens from then on, and one that
 * comes from a pool goes back there when the factory is told to connect once more. So a
 * factory that would connect while it starts is kept from it, and connected here.
 */
final class LettuceClients implements SmartLifecycle {

	private final Map<LettuceConnectionFactory, Client> clients = new WeakHashMap<>();

	private volatile boolean running;

	/**
	 * Keep a factory from connecting while it starts.
	 * @param factory the factory, which has not started yet
	 */
	synchronized void hold(LettuceConnectionFactory factory) {
		if (factory.getEagerInitialization()) {
			client(factory).hold(factory);
		}
	}

	synchronized void report(LettuceConnectionFactory factory, CommandOperations commands) {
		Client client = client(factory);
		client.report(commands);
		client.listenTo(factory);
	}

	/**
	 * Connect a factory that was kept from it, now or when the context starts it. A
	 * factory that somebody else is to start connects by itself.
	 * @param factory the factory
	 */
	synchronized void release(LettuceConnectionFactory factory) {
		Client client = this.clients.get(factory);
		if (client != null && (factory.isRunning() || this.running || !factory.isAutoStartup())) {
			client.release(factory);
		}
	}

	private Client client(LettuceConnectionFactory factory) {
		return this.clients.computeIfAbsent(factory, added -> new Client());
	}

	@Override
	public synchronized void start() {
		this.clients.forEach((factory, client) -> {
			client.listenTo(factory);
			client.release(factory);
		});
		this.running = true;
	}

	@Override
	public synchronized void stop() {
		this.clients.forEach((factory, client) -> {
			if (factory.getEagerInitialization()) {
				client.hold(factory);
			}
		});
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

		private @Nullable CommandOperations commands;

		private @Nullable WeakReference<AbstractRedisClient> listened;

		private boolean held;

		void report(CommandOperations commands) {
			this.commands = commands;
		}

		void hold(LettuceConnectionFactory factory) {
			factory.setEagerInitialization(false);
			this.held = true;
		}

		void release(LettuceConnectionFactory factory) {
			if (!this.held) {
				return;
			}
			this.held = false;
			factory.setEagerInitialization(true);
			if (factory.isRunning() && factory.getShareNativeConnection()) {
				factory.initConnection();
			}
		}

		private static void observe(AbstractRedisClient client, LettuceCommandListener listener,
				CommandOperations commands) {
			try {
				LettuceRouting.observe(client, listener);
			}
			catch (RuntimeException | LinkageError ex) {
				commands.handle(ex);
			}
		}

		void listenTo(LettuceConnectionFactory factory) {
			AbstractRedisClient client = factory.isRunning() ? factory.getNativeClient() : null;
			CommandOperations commands = this.commands;
			if (client == null || commands == null || (this.listened != null && this.listened.refersTo(client))) {
				return;
			}
			boolean chosen = LettuceNodes.areChosen(factory);
			LettuceCommandListener listener = new LettuceCommandListener(commands, LettuceNodes.of(client, factory),
					chosen);
			client.addListener(listener);
			if (chosen) {
				client.addListener(new LettuceChannels(commands));
			}
			observe(client, listener, commands);
			this.listened = new WeakReference<>(client);
		}

	}

}
