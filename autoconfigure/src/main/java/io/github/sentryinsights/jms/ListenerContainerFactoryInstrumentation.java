package io.github.sentryinsights.jms;

import java.lang.reflect.Method;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.RecordedWork;

/**
 * Has the containers of a factory report each message they handle. A proxy of the
 * factory, as nothing else sees its containers before they start.
 */
@SuppressWarnings("rawtypes")
final class ListenerContainerFactoryInstrumentation extends JmsBeanInstrumentation<JmsListenerContainerFactory> {

	ListenerContainerFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(JmsListenerContainerFactory.class, RecordedWork.JMS_LISTENERS, context);
	}

	@Override
	protected Object instrument(JmsListenerContainerFactory factory, String beanName, InstrumentationContext context) {
		if (JmsBeanProxy.isProxy(factory)) {
			return factory;
		}
		ListenerContainers containers = new ListenerContainers(context);
		Object proxy = JmsBeanProxy.of(factory, Answered.INSTANCE, (self, method, arguments) -> {
			Object container = AopUtils.invokeJoinpointUsingReflection(factory, method, arguments);
			if (container instanceof AbstractMessageListenerContainer created) {
				containers.instrument(created);
			}
			return container;
		});
		context.beans().instrumented(JmsInsightsAutoConfiguration.TECHNOLOGY, beanName);
		return proxy;
	}

	private enum Answered implements BeanProxy.Answered {

		INSTANCE;

		@Override
		public boolean includes(Method method) {
			return method.getName().equals("createListenerContainer") && method.getParameterCount() == 1;
		}

	}

}
