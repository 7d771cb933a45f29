package io.github.sentryinsights.rabbit;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

/**
 * An application with RabbitMQ, wired by hand so that it is the same on every Spring
 * Boot.
 */
final class RabbitApplication {

	private RabbitApplication() {
	}

	static ApplicationContextRunner sendingTo(SentryReceiver receiver) {
		return with(InsightsContextRunner.sendingTo(receiver), RabbitBroker.get());
	}

	static ApplicationContextRunner withoutSentry() {
		return with(InsightsContextRunner.withoutSentry(), RabbitBroker.get());
	}

	static ApplicationContextRunner with(ApplicationContextRunner runner, RabbitBroker broker) {
		return runner
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.rabbit.RabbitInsightsAutoConfiguration"))
			.withUserConfiguration(RabbitConfiguration.class)
			.withPropertyValues("port=" + broker.port());
	}

	static Message message(String body) {
		return MessageBuilder.withBody(body.getBytes()).build();
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
	@EnableRabbit
	static class RabbitConfiguration {

		@Bean
		CachingConnectionFactory connectionFactory(@Value("${port}") int port,
				@Value("${confirms:NONE}") ConfirmType confirms, @Value("${returns:false}") boolean returns) {
			CachingConnectionFactory factory = new CachingConnectionFactory("127.0.0.1", port);
			factory.setPublisherConfirmType(confirms);
			factory.setPublisherReturns(returns);
			return factory;
		}

		@Bean
		RabbitTemplate template(CachingConnectionFactory connectionFactory) {
			RabbitTemplate template = new RabbitTemplate(connectionFactory);
			template.setUseTemporaryReplyQueues(true);
			return template;
		}

		@Bean
		RabbitAdmin admin(CachingConnectionFactory connectionFactory) {
			return new RabbitAdmin(connectionFactory);
		}

		@Bean
		SimpleRabbitListenerContainerFactory rabbitListenerContainerFactory(
				CachingConnectionFactory connectionFactory) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setRecoveryInterval(100L);
			factory.setReceiveTimeout(20L);
			return factory;
		}

		@Bean
		DirectRabbitListenerContainerFactory direct(CachingConnectionFactory connectionFactory) {
			DirectRabbitListenerContainerFactory factory = new DirectRabbitListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setAcknowledgeMode(AcknowledgeMode.AUTO);
			return factory;
		}

	}

}
