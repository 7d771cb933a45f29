package io.github.sentryinsights.jms;

import java.lang.reflect.Method;

import jakarta.jms.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.RecordedWork;

/**
 * Has the connections and contexts of a factory report what is sent over them, whether a
 * template or plain code sends it.
 */
final class ConnectionFactoryInstrumentation extends JmsBeanInstrumentation<ConnectionFactory> {

	private @Nullable SentMessages messages;

	ConnectionFactoryInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(ConnectionFactory.class, RecordedWork.JMS_PRODUCERS, context);
	}

	@Override
	protected Object instrument(ConnectionFactory factory, String beanName, InstrumentationContext context) {
		if (JmsBeanProxy.isProxy(factory)) {
			return factory;
		}
		SentMessages messages = messages(context);
		Object proxy = JmsBeanProxy.of(factory, Answered.INSTANCE, (self, method, arguments) -> messages
			.follow(AopUtils.invokeJoinpointUsingReflection(factory, method, arguments)));
		context.beans().instrumented(JmsInsightsAutoConfiguration.TECHNOLOGY, beanName);
		return proxy;
	}

	/**
	 * Shared by all factories, as one may be built on another, and sends every message
	 * through it.
	 */
	private synchronized SentMessages messages(InstrumentationContext context) {
		SentMessages messages = this.messages;
		if (messages == null) {
			messages = new SentMessages(context.operations());
			this.messages = messages;
		}
		return messages;
	}

	private enum Answered implements BeanProxy.Answered {

		INSTANCE;

		@Override
		public boolean includes(Method method) {
			return SentMessages.isFollowed(method.getReturnType()) && method.getName().startsWith("create");
		}

	}

}
