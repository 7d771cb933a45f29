package io.github.sentryinsights.rabbit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.config.AbstractRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.RecordedWork;

/**
 * Has the containers of a factory report each message they handle.
 * <p>
 * The user's customizer is read from its field, as there is no getter. It runs first.
 */
@SuppressWarnings({ "rawtypes", "unchecked" })
final class ListenerContainerFactoryInstrumentation
		extends RabbitBeanInstrumentation<AbstractRabbitListenerContainerFactory> {

	ListenerContainerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(AbstractRabbitListenerContainerFactory.class, RecordedWork.RABBIT_LISTENERS, context);
	}

	@Override
	protected Object instrument(AbstractRabbitListenerContainerFactory factory, String beanName,
			InstrumentationContext context) {
		Object present = PropertyAccessorFactory.forDirectFieldAccess(factory).getPropertyValue("containerCustomizer");
		if (!isTracing(present)) {
			factory.setContainerCustomizer((ContainerCustomizer) Proxy.newProxyInstance(
					ContainerCustomizer.class.getClassLoader(), new Class<?>[] { ContainerCustomizer.class },
					new TracingCustomizer(present, new ListenerContainers(context))));
		}
		context.beans().instrumented(RabbitInsightsAutoConfiguration.TECHNOLOGY, beanName);
		return factory;
	}

	private static boolean isTracing(@Nullable Object customizer) {
		return customizer != null && Proxy.isProxyClass(customizer.getClass())
				&& Proxy.getInvocationHandler(customizer) instanceof TracingCustomizer;
	}

	/**
	 * A proxy, because the type that is customized has another name in Spring AMQP 4.1.
	 */
	private record TracingCustomizer(@Nullable Object delegate,
			ListenerContainers containers) implements InvocationHandler {

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
				throws Throwable {
			if (method.getDeclaringClass() == Object.class) {
				return AopUtils.invokeJoinpointUsingReflection(this, method, arguments);
			}
			if (this.delegate != null) {
				AopUtils.invokeJoinpointUsingReflection(this.delegate, method, arguments);
			}
			if (arguments != null && arguments[0] instanceof AbstractMessageListenerContainer container) {
				this.containers.instrument(container);
			}
			return null;
		}

	}

}
