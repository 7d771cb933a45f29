package io.github.sentryinsights.cloudstream;

import java.util.Objects;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.DefaultBinderFactory;
import org.springframework.cloud.stream.binder.kafka.KafkaMessageChannelBinder;
import org.springframework.cloud.stream.binder.kafka.config.ClientFactoryCustomizer;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.integration.core.MessageProducer;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.operation.Operations;

/**
 * Has the listener containers, the producer factories and the connection factories of
 * each binder instrumented.
 * <p>
 * A binder lives in a context of its own, which the bean post-processors of the
 * application do not reach, and makes containers and producer factories by hand. The
 * binder factory tells when such a context is ready, before anything is bound. The user's
 * customizers are read from their fields, as there are no getters, and run first.
 */
final class BinderInstrumentation implements DefaultBinderFactory.Listener {

	/** The field of the endpoints of all binders, which have no getter for it. */
	private static final String CONTAINER = "messageListenerContainer";

	private final ObjectProvider<BeanInstrumentation<?>> instrumentations;

	private final ObjectProvider<Operations> operations;

	BinderInstrumentation(ObjectProvider<BeanInstrumentation<?>> instrumentations,
			ObjectProvider<Operations> operations) {
		this.instrumentations = instrumentations;
		this.operations = operations;
	}

	@Override
	public void afterBinderContextInitialized(String binderName, ConfigurableApplicationContext binderContext) {
		HandMadeBeans beans = new HandMadeBeans(binderName, this.instrumentations);
		attempt(() -> {
			if (isPresent("org.springframework.amqp.rabbit.connection.ConnectionFactory")) {
				Rabbit.instrument(binderContext, beans);
			}
			if (binderContext.getBean(Binder.class) instanceof AbstractMessageChannelBinder<?, ?, ?> binder) {
				instrumentEndpoints(binder, beans);
				if (isInstance(binder, "org.springframework.cloud.stream.binder.kafka.KafkaMessageChannelBinder")) {
					Kafka.instrument((KafkaMessageChannelBinder) binder, beans);
				}
				if (isInstance(binder, "org.springframework.cloud.stream.binder.rabbit.RabbitMessageChannelBinder")) {
					instrumentContainers(binder, beans);
				}
			}
		});
	}

	private void instrumentEndpoints(AbstractMessageChannelBinder<?, ?, ?> binder, HandMadeBeans beans) {
		ConsumerEndpointCustomizer<MessageProducer> customizer = field(binder, "consumerCustomizer");
		binder.setConsumerEndpointCustomizer((endpoint, destination, group) -> {
			customizer.configure(endpoint, destination, group);
			attempt(() -> {
				if (PropertyAccessorFactory.forDirectFieldAccess(endpoint).isReadableProperty(CONTAINER)) {
					Object container = field(endpoint, CONTAINER);
					beans.instrument(container);
					beans.follow(endpoint, container);
				}
			});
		});
	}

	/**
	 * Containers of Spring AMQP are initialized before their endpoints are told. Other
	 * binders have their own kinds of this customizer, which they ask for.
	 */
	private void instrumentContainers(AbstractMessageChannelBinder<?, ?, ?> binder, HandMadeBeans beans) {
		ListenerContainerCustomizer<Object> customizer = field(binder, "containerCustomizer");
		binder.setContainerCustomizer((container, destination, group) -> {
			customizer.configure(container, destination, group);
			attempt(() -> beans.instrument(container));
		});
	}

	private void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.ifAvailable(operations -> operations.handle(ex));
		}
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, BinderInstrumentation.class.getClassLoader());
	}

	private static boolean isInstance(Object binder, String className) {
		return isPresent(className)
				&& ClassUtils.resolveClassName(className, BinderInstrumentation.class.getClassLoader())
					.isInstance(binder);
	}

	@SuppressWarnings("unchecked")
	private static <T> T field(Object holder, String name) {
		return (T) Objects.requireNonNull(PropertyAccessorFactory.forDirectFieldAccess(holder).getPropertyValue(name));
	}

	/**
	 * Knows the classes of Spring AMQP.
	 */
	private static final class Rabbit {

		private Rabbit() {
		}

		/**
		 * A binder with an environment of its own has a connection factory of its own.
		 */
		static void instrument(ConfigurableApplicationContext binderContext, HandMadeBeans beans) {
			binderContext.getBeansOfType(ConnectionFactory.class).values().forEach(beans::instrument);
		}

	}

	/**
	 * Knows the classes of the binder for Kafka.
	 */
	private static final class Kafka {

		private Kafka() {
		}

		static void instrument(KafkaMessageChannelBinder binder, HandMadeBeans beans) {
			binder.addClientFactoryCustomizer(new ClientFactoryCustomizer() {

				@Override
				public void configure(ProducerFactory<?, ?> factory) {
					beans.instrument(factory);
				}

			});
			ProducerFactory<?, ?> transactional = binder.getTransactionalProducerFactory();
			if (transactional != null) {
				beans.instrument(transactional);
			}
		}

	}

}
