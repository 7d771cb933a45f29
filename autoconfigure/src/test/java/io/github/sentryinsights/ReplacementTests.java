package io.github.sentryinsights;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.operation.PublisherInstrumentation;
import io.github.sentryinsights.sql.SqlStatements;
import io.github.sentryinsights.testing.InsightsContextRunner;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the beans that an application puts in the place of ours.
 */
class ReplacementTests {

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry();

	@ParameterizedTest
	@CsvSource({ "sentryInsightsDataSourceInstrumentation, io.github.sentryinsights.jdbc.JdbcAutoConfiguration",
			"sentryInsightsConnectionFactoryInstrumentation, io.github.sentryinsights.r2dbc.R2dbcAutoConfiguration",
			"sentryInsightsLettuceInstrumentation, io.github.sentryinsights.redis.LettuceRedisAutoConfiguration",
			"sentryInsightsCacheManagerInstrumentation, io.github.sentryinsights.cache.SpringCacheAutoConfiguration",
			"sentryInsightsProducerFactoryInstrumentation, io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration",
			"sentryInsightsListenerContainerFactoryInstrumentation, io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration",
			"sentryInsightsListenerContainerInstrumentation, io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration",
			"sentryInsightsTracedAdvisor, io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
			"sentryInsightsScheduledRuns, io.github.sentryinsights.scheduling.SchedulingAutoConfiguration",
			"sentryInsightsAsyncMethodInstrumentation, io.github.sentryinsights.async.AsyncAutoConfiguration",
			"sentryInsightsEventMulticasterInstrumentation, io.github.sentryinsights.async.AsyncAutoConfiguration",
			"sentryInsightsRedisTemplateMessaging, io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration",
			"sentryInsightsStreamContainerMessaging, io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration",
			"sentryInsightsQuartzSchedulerInstrumentation, io.github.sentryinsights.quartz.QuartzAutoConfiguration",
			"sentryInsightsQuartzFactoryInstrumentation, io.github.sentryinsights.quartz.QuartzAutoConfiguration",
			"sentryInsightsJobInstrumentation, io.github.sentryinsights.batch.BatchAutoConfiguration",
			"sentryInsightsStepInstrumentation, io.github.sentryinsights.batch.BatchAutoConfiguration",
			"sentryInsightsMessageHandlerInstrumentation, io.github.sentryinsights.websocket.WebSocketMessagingAutoConfiguration",
			"sentryInsightsChannelContainerMessaging, io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration",
			"sentryInsightsScrubbingHooks, io.github.sentryinsights.scrub.ScrubAutoConfiguration" })
	void aBeanOfTheSameNameTakesThePlaceOfAnInstrumentation(String name, String autoConfiguration) {
		ApplicationContextRunner configured = this.runner
			.withConfiguration(InsightsContextRunner.autoConfigurations(autoConfiguration));
		configured.run(context -> assertThat(context.getBean(name)).isNotInstanceOf(String.class));
		configured.withBean(name, String.class, () -> "mine")
			.run(context -> assertThat(context).hasNotFailed().getBean(name).isEqualTo("mine"));
	}

	@Test
	void beansOfTheCoreCanBeReplaced() {
		Operations operations = new Operations(OperationRecorder.NONE, OperationMeter.NONE);
		InsightsTemplate template = new InsightsTemplate(operations, PublisherInstrumentation.NONE,
				new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false), CacheKeys.kept());
		this.runner.withBean(Operations.class, () -> operations)
			.withBean(InsightsTemplate.class, () -> template)
			.run(context -> {
				assertThat(context.getBean(Operations.class)).isSameAs(operations);
				assertThat(context.getBean(InsightsTemplate.class)).isSameAs(template);
			});
	}

	@Test
	void aRecorderOfTheApplicationTakesThePlaceOfSentry() {
		OperationRecorder broken = new OperationRecorder() {

			@Override
			public Operation start(io.github.sentryinsights.convention.OperationTarget target) {
				throw new IllegalStateException("broken");
			}

		};
		this.runner.withBean(OperationRecorder.class, () -> broken).run(context -> {
			assertThat(context).getBeans(OperationRecorder.class).hasSize(1);
			Operation operation = context.getBean(Operations.class)
				.source(FunctionConvention.reported(null, "work"))
				.start();
			assertThat(operation.around(() -> "result")).isEqualTo("result");
		});
	}

	@Test
	void anObserverOfPublishersTakesThePlaceOfReactor() {
		this.runner
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
			.withBean(PublisherInstrumentation.class, () -> PublisherInstrumentation.NONE)
			.run(context -> assertThat(context.getBean(PublisherInstrumentation.class))
				.isSameAs(PublisherInstrumentation.NONE));
	}

}
