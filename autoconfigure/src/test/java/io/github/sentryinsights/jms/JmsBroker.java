package io.github.sentryinsights.jms;

import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * A real JMS broker in this JVM.
 */
final class JmsBroker {

	private final EmbeddedActiveMQ server;

	private final int id;

	private JmsBroker(EmbeddedActiveMQ server, int id) {
		this.server = server;
		this.id = id;
	}

	/**
	 * Return the broker that all tests share, started when a test first asks for it.
	 * @return the broker
	 */
	static JmsBroker get() {
		return Started.broker;
	}

	/**
	 * Start a broker that a test has to itself.
	 * @param id tells it from others in this JVM
	 * @return the broker
	 */
	static JmsBroker start(int id) {
		try {
			AddressSettings settings = new AddressSettings();
			settings.setRedeliveryDelay(0);
			settings.setMaxDeliveryAttempts(10);
			EmbeddedActiveMQ server = new EmbeddedActiveMQ();
			server.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
				.setSecurityEnabled(false)
				.setJMXManagementEnabled(false)
				.addAddressSetting("#", settings)
				.addAcceptorConfiguration("vm", "vm://" + id)
				.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:0"));
			server.start();
			return new JmsBroker(server, id);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	ActiveMQConnectionFactory connectionFactory() {
		return new ActiveMQConnectionFactory("vm://" + this.id);
	}

	int port() {
		return this.server.getActiveMQServer().getRemotingService().getAcceptor("tcp").getActualPort();
	}

	void stop() throws Exception {
		this.server.stop();
	}

	private static final class Started {

		private static final JmsBroker broker = start(0);

	}

}
