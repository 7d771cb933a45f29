package io.github.sentryinsights.rabbit;

import java.util.Map;

import com.rabbitmq.client.MetricsCollector;
import com.rabbitmq.client.NoOpMetricsCollector;
import com.rabbitmq.client.observation.ObservationCollector;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.AbstractRoutingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.RecordedWork;
import io.github.sentryinsights.operation.Operations;

/**
 * Has the connections of a factory report what is published over them. The factory, and
 * all templates and containers that are built on it, stay as they are.
 * <p>
 * The collector of the user and the targets of a routing factory are read from their
 * fields, as neither can be asked for.
 */
final class ConnectionFactoryInstrumentation extends RabbitBeanInstrumentation<ConnectionFactory> {

	ConnectionFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(ConnectionFactory.class, RecordedWork.RABBIT_PUBLISHERS, context);
	}

	@Override
	protected Object instrument(ConnectionFactory factory, String beanName, InstrumentationContext context) {
		if (instrument(factory, context.operations())) {
			context.beans().instrumented(RabbitInsightsAutoConfiguration.TECHNOLOGY, beanName);
		}
		else {
			context.beans()
				.leftAlone(RabbitInsightsAutoConfiguration.TECHNOLOGY, beanName,
						"a connection factory without a client of its own");
		}
		return factory;
	}

	private static boolean instrument(ConnectionFactory factory, Operations operations) {
		if (factory instanceof AbstractConnectionFactory ofClient) {
			instrument(ofClient.getRabbitConnectionFactory(), operations);
			return true;
		}
		if (!(factory instanceof AbstractRoutingConnectionFactory)) {
			return false;
		}
		boolean all = true;
		for (Object target : ((Map<?, ?>) field(factory, "targetConnectionFactories")).values()) {
			all &= instrument((ConnectionFactory) target, operations);
		}
		return all;
	}

	private static void instrument(com.rabbitmq.client.ConnectionFactory client, Operations operations) {
		MetricsCollector metrics = client.getMetricsCollector();
		if (metrics instanceof ConfirmCollector) {
			return;
		}
		ObservationCollector observations = (ObservationCollector) field(client, "observationCollector");
		ConfirmCollector confirms = new ConfirmCollector((metrics != null) ? metrics : new NoOpMetricsCollector(),
				client, operations);
		client.setObservationCollector(new TracingObservationCollector(observations, operations, confirms));
		client.setMetricsCollector(confirms);
	}

	private static Object field(Object object, String name) {
		Object value = PropertyAccessorFactory.forDirectFieldAccess(object).getPropertyValue(name);
		if (value == null) {
			throw new IllegalStateException(name + " of " + object.getClass().getName() + " is not set");
		}
		return value;
	}

}
