package io.github.sentryinsights.redis;

import java.time.Duration;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * One connection factory, as an application may declare it.
 */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

	@Bean
	LettuceConnectionFactory redisConnectionFactory(@Value("${test.redis.port}") int port,
			@Value("${test.redis.timeout:10000}") long timeout,
			@Value("${test.redis.early-startup:true}") boolean earlyStartup) {
		LettuceConnectionFactory factory = factory(port, Duration.ofMillis(timeout));
		factory.setEarlyStartup(earlyStartup);
		return factory;
	}

	static LettuceConnectionFactory factory(int port, Duration timeout) {
		return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder()
					.commandTimeout(timeout)
					.shutdownQuietPeriod(Duration.ZERO)
					.build());
	}

}
