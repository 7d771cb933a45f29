package io.github.sentryinsights.redis;

import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RecordedWork;

/**
 * Instruments the connection factories of one client.
 * <p>
 * Where others bring the commands to Sentry, these are left to them. What they mean to a
 * cache nobody else knows, so accesses are told beside.
 *
 * @param <T> the type of the connection factories
 */
abstract class RedisInstrumentation<T> extends BeanInstrumentation<T> {

	private static final String TECHNOLOGY = "redis";

	private final RecordedWork work;

	private final ObjectProvider<CachePatterns> patterns;

	RedisInstrumentation(Class<T> type, RecordedWork work, ObjectProvider<InstrumentationContext> context,
			ObjectProvider<CachePatterns> patterns) {
		super(TECHNOLOGY, type, context);
		this.work = work;
		this.patterns = patterns;
	}

	@Override
	protected final InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedis();
	}

	@Override
	protected final Object instrument(T factory, String beanName, InstrumentationContext context) {
		RedisServer server = server(factory, beanName);
		RedisCaches caches = this.patterns.getObject().caches(server, context.operations());
		String recorder = this.work.by(context.environment());
		if (recorder != null) {
			context.beans().leftAlone(caches.isEmpty() ? TECHNOLOGY : "redis commands", beanName, recorder);
			if (caches.isEmpty()) {
				return factory;
			}
		}
		return instrument(factory, beanName,
				new CommandOperations(server, caches, recorder == null, context.operations(), context.keys()), context);
	}

	/**
	 * Return where the commands of a connection factory go.
	 * @param factory the connection factory
	 * @param beanName its name
	 * @return the server
	 */
	abstract RedisServer server(T factory, String beanName);

	/**
	 * Have a connection factory report its commands.
	 * @param factory the connection factory
	 * @param beanName its name
	 * @param commands starts the operations of its commands
	 * @param context what the instrumentation works with
	 * @return what takes the place of the connection factory, or itself
	 */
	abstract Object instrument(T factory, String beanName, CommandOperations commands, InstrumentationContext context);

}
