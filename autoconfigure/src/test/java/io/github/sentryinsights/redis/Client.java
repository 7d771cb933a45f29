package io.github.sentryinsights.redis;

import java.time.Duration;
import java.util.function.Supplier;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The clients that Spring Data Redis knows.
 */
enum Client {

	LETTUCE {

		@Override
		ApplicationContextRunner in(ApplicationContextRunner runner, Supplier<RedisConnectionFactory> factory) {
			return runner.withBean("redisConnectionFactory", LettuceConnectionFactory.class,
					() -> (LettuceConnectionFactory) factory.get());
		}

		@Override
		RedisConnectionFactory standalone(int port, Duration timeout) {
			return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
					configuration(timeout));
		}

		@Override
		RedisConnectionFactory cluster(RedisClusterConfiguration cluster) {
			return new LettuceConnectionFactory(cluster, configuration(Duration.ofSeconds(10)));
		}

		@Override
		RedisConnectionFactory sentinel(RedisSentinelConfiguration sentinel) {
			return new LettuceConnectionFactory(sentinel, configuration(Duration.ofSeconds(10)));
		}

		private static LettuceClientConfiguration configuration(Duration timeout) {
			return LettuceClientConfiguration.builder()
				.commandTimeout(timeout)
				.shutdownQuietPeriod(Duration.ZERO)
				.build();
		}

	},

	JEDIS {

		@Override
		ApplicationContextRunner in(ApplicationContextRunner runner, Supplier<RedisConnectionFactory> factory) {
			return runner.withBean("redisConnectionFactory", JedisConnectionFactory.class,
					() -> (JedisConnectionFactory) factory.get());
		}

		@Override
		RedisConnectionFactory standalone(int port, Duration timeout) {
			return new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
					JedisClientConfiguration.builder().readTimeout(timeout).usePooling().build());
		}

		@Override
		RedisConnectionFactory cluster(RedisClusterConfiguration cluster) {
			return new JedisConnectionFactory(cluster);
		}

		@Override
		RedisConnectionFactory sentinel(RedisSentinelConfiguration sentinel) {
			return new JedisConnectionFactory(sentinel);
		}

	};

	/**
	 * Declare a connection factory as an application does.
	 * @param runner the application
	 * @param factory makes the connection factory
	 * @return the application with the connection factory
	 */
	abstract ApplicationContextRunner in(ApplicationContextRunner runner, Supplier<RedisConnectionFactory> factory);

	RedisConnectionFactory standalone(int port) {
		return standalone(port, Duration.ofSeconds(10));
	}

	abstract RedisConnectionFactory standalone(int port, Duration timeout);

	abstract RedisConnectionFactory cluster(RedisClusterConfiguration cluster);

	abstract RedisConnectionFactory sentinel(RedisSentinelConfiguration sentinel);

}
