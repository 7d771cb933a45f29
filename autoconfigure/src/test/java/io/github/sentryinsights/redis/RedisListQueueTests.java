package io.github.sentryinsights.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a list that an application uses as a queue, by means of the template.
 */
class RedisListQueueTests {

	private static final String LIST = "mails";

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	private final ObjectMapper json = new ObjectMapper();

	@ParameterizedTest
	@EnumSource
	void aMessageInAListIsPublishedAndProcessedInOneTrace(Client client) {
		ApplicationContextRunner runner = this.recorder.runner(client, () -> client.standalone(server.port()));
		runner.run(context -> {
			InsightsTemplate insights = context.getBean(InsightsTemplate.class);
			StringRedisTemplate redis = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			var transaction = CurrentTransaction.start("test");
			insights.queue("redis", LIST).bodySize(5).send(headers -> {
				Map<String, String> message = new HashMap<>(headers);
				message.put("body", "hello");
				redis.opsForList().leftPush(LIST, this.json.writeValueAsString(message));
			});
			transaction.finish();
			String received = redis.opsForList().rightPop(LIST, Duration.ofSeconds(10));
			Map<String, String> message = this.json.readValue(received, new TypeReference<>() {
			});
			String body = insights.queue("redis", LIST)
				.bodySize(5)
				.process(message)
				.call(() -> redis.opsForValue().get("greeting:" + message.get("body")));
			assertThat(body).isNull();
		});
		ReceivedTransaction sent = this.recorder.receiver().transaction("test");
		ReceivedTransaction handled = this.recorder.receiver().transaction(LIST);
		ReceivedSpan publish = sent.span("queue.publish");
		ReceivedSpan process = handled.root();
		InsightsContract.verify(publish);
		InsightsContract.verify(process);
		assertThat(sent.span("db.redis").isChildOf(publish)).isTrue();
		assertThat(process.isChildOf(publish)).isTrue();
		assertThat(process.status()).isEqualTo("ok");
		assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
		assertThat(handled.span("db.redis").isChildOf(process)).isTrue();
	}

}
