package io.github.sentryinsights.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.configuration.IllegalConfigurationException;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.port.AmqpPort;

/**
 * A real AMQP 0-9-1 broker in this JVM, started when a test first asks for it and shared
 * by all.
 */
final class RabbitBroker {

	private static final String CONFIGURATION = """
			{
			  "name": "broker",
			  "modelVersion": "9.0",
			  "authenticationproviders": [ {
			    "name": "plain",
			    "type": "Plain",
			    "secureOnlyMechanisms": [],
			    "users": [ { "name": "guest", "type": "managed", "password": "guest" } ]
			  } ],
			  "ports": [ {
			    "name": "amqp",
			    "type": "AMQP",
			    "port": "0",
			    "bindingAddress": "127.0.0.1",
			    "protocols": [ "AMQP_0_9_1" ],
			    "authenticationProvider": "plain",
			    "virtualhostaliases": [ { "name": "default", "type": "defaultAlias" } ]
			  } ],
			  "virtualhostnodes": [ {
			    "name": "default",
			    "type": "Memory",
			    "defaultVirtualHostNode": "true",
			    "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\", \\"nodeAutoCreationPolicies\\": []}"
			  } ]
			}
			""";

	private final SystemLauncher launcher;

	private final int port;

	private RabbitBroker(SystemLauncher launcher, int port) {
		this.launcher = launcher;
		this.port = port;
	}

	/**
	 * Return the broker that all tests share.
	 * @return the broker
	 */
	static RabbitBroker get() {
		return Started.broker;
	}

	/**
	 * Start a broker that a test has to itself.
	 * @return the broker
	 */
	static RabbitBroker start() {
		try {
			Path directory = Files.createTempDirectory("amqp");
			Path configuration = directory.resolve("configuration.json");
			Files.writeString(configuration, CONFIGURATION);
			configuration.toFile().deleteOnExit();
			AtomicReference<SystemConfig<?>> system = new AtomicReference<>();
			SystemLauncher launcher = new SystemLauncher(new SystemLauncherListener.DefaultSystemLauncherListener() {

				@Override
				public void onContainerResolve(SystemConfig<?> systemConfig) {
					system.set(systemConfig);
				}

			});
			Map<String, Object> attributes = new HashMap<>();
			attributes.put(SystemConfig.TYPE, "Memory");
			attributes.put(SystemConfig.INITIAL_CONFIGURATION_LOCATION, configuration.toUri().toString());
			attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false);
			attributes.put(ConfiguredObject.CONTEXT, Map.of("qpid.work_dir", directory.toString()));
			launcher.startup(attributes);
			Broker<?> broker = (Broker<?>) system.get().getContainer();
			AmqpPort<?> port = (AmqpPort<?>) broker.getPorts().iterator().next();
			return new RabbitBroker(launcher, port.getBoundPort());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (Exception ex) {
			throw new IllegalConfigurationException("The broker did not start", ex);
		}
	}

	int port() {
		return this.port;
	}

	void stop() {
		this.launcher.shutdown();
	}

	private static final class Started {

		private static final RabbitBroker broker = start();

	}

}
