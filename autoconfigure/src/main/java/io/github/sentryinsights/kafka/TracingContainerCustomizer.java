package io.github.sentryinsights.kafka;

import org.jspecify.annotations.Nullable;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.operation.Operations;

/**
 * Instruments the containers of a factory, after the customizer of the user.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <C> the type of the containers
 */
final class TracingContainerCustomizer<K, V, C extends AbstractMessageListenerContainer<K, V>>
		implements ContainerCustomizer<K, V, C> {

	private final @Nullable ContainerCustomizer<K, V, C> delegate;

	private final ListenerContainers containers;

	private final Operations operations;

	TracingContainerCustomizer(@Nullable ContainerCustomizer<K, V, C> delegate, ListenerContainers containers,
			Operations operations) {
		this.delegate = delegate;
		this.containers = containers;
		this.operations = operations;
	}

	@Override
	public void configure(C container) {
		if (this.delegate != null) {
			this.delegate.configure(container);
		}
		try {
			this.containers.instrument(container);
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

}
