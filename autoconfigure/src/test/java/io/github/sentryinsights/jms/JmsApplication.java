package io.github.sentryinsights.jms;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.SimpleJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

/**
 * An application with JMS, wired by hand so that it is the same on every Spring Boot.
 */
final class JmsApplication {

	private JmsApplication() {
	}

	static ApplicationContextRunner sendingTo(SentryReceiver receiver) {
		return with(InsightsContextRunner.sendingTo(receiver));
	}

	static ApplicationContextRunner withoutSentry() {
		return with(InsightsContextRunner.withoutSentry());
	}

	static ApplicationContextRunner with(ApplicationContextRunner runner) {
		return runner
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.jms.JmsInsightsAutoConfiguration"))
			.withUserConfiguration(JmsConfiguration.class);
	}

	/**
	 * Run work in a transaction that is current on this thread.
	 */
	static void inTransaction(String name, Work work) {
		ITransaction transaction = CurrentTransaction.start(name);
		try {
			work.run();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			transaction.finish(SpanStatus.OK);
			Sentry.configureScope(scope -> scope.clearTransaction());
		}
	}

	/**
	 * Work in a transaction.
	 */
	@FunctionalInterface
	interface Work {

		void run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJms
	static class JmsConfiguration {

		@Bean(destroyMethod = "close")
		ActiveMQConnectionFactory connectionFactory(@Value("${broker-url:}") String url) {
			return url.isEmpty() ? JmsBroker.get().connectionFactory() : new ActiveMQConnectionFactory(url);
		}

		@Bean
		JmsTemplate template(ActiveMQConnectionFactory connectionFactory) {
			JmsTemplate template = new JmsTemplate(connectionFactory);
			template.setReceiveTimeout(10_000);
			return template;
		}

		@Bean
		DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ActiveMQConnectionFactory connectionFactory) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setSessionTransacted(true);
			factory.setReceiveTimeout(100L);
			return factory;
		}

		@Bean
		SimpleJmsListenerContainerFactory simple(ConnectionFactory connectionFactory) {
			SimpleJmsListenerContainerFactory factory = new SimpleJmsListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			return factory;
		}

	}

}
