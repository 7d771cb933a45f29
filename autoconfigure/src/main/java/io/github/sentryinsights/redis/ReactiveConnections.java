package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.support.AopUtils;
import org.springframework.data.redis.connection.ReactivePubSubCommands;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.operation.Operations;

/**
 * Answers with reactive connections whose commands are sent as a part of what is current
 * in the context of their subscriber, on whatever thread that subscribes.
 * <p>
 * Only where a connection is asked for by its interface: the factory of Lettuce also
 * declares the class of its connections, for which there is no proxy.
 */
final class ReactiveConnections implements BeanProxy.Answer {

	private static final Set<String> CONNECTIONS = Set.of("getReactiveConnection", "getReactiveClusterConnection");

	private final ReactiveRedisConnectionFactory factory;

	private final Operations operations;

	/**
	 * Of each class of connections and commands, of which there are as many as Lettuce
	 * has.
	 */
	private final Map<Class<?>, Class<?>[]> interfaces = new ConcurrentHashMap<>();

	private ReactiveConnections(ReactiveRedisConnectionFactory factory, Operations operations) {
		this.factory = factory;
		this.operations = operations;
	}

	/**
	 * Make a proxy of a connection factory.
	 * @param factory the factory
	 * @param operations tells what is current in a context
	 * @return the proxy, of the class of the factory if that can be extended
	 */
	static Object of(ReactiveRedisConnectionFactory factory, Operations operations) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTarget(factory);
		return BeanProxy.of(factory, advised, new GetConnection(), new ReactiveConnections(factory, operations));
	}

	@Override
	public Object to(Object proxy, Method method, @Nullable Object[] arguments) {
		ReactiveRedisConnection connection = method.getName().equals("getReactiveConnection")
				? this.factory.getReactiveConnection() : this.factory.getReactiveClusterConnection();
		return this.operations.isEnabled() ? proxy(connection, this::commands) : connection;
	}

	private @Nullable Object commands(Method method, @Nullable Object result) {
		return (result != null && isCommands(method)) ? proxy(result, this::publisher) : result;
	}

	private @Nullable Object publisher(Method method, @Nullable Object result) {
		if (result instanceof Mono<?> mono) {
			return new ContextualMono<>(mono, this.operations);
		}
		return (result instanceof Flux<?> flux) ? new ContextualFlux<>(flux, this.operations) : result;
	}

	private static boolean isCommands(Method method) {
		return method.getName().endsWith("Commands") && method.getParameterCount() == 0
				&& method.getReturnType().isInterface() && method.getReturnType() != ReactivePubSubCommands.class;
	}

	private Object proxy(Object target, BiFunction<Method, @Nullable Object, @Nullable Object> answer) {
		Class<?> type = target.getClass();
		return Proxy.newProxyInstance(type.getClassLoader(),
				this.interfaces.computeIfAbsent(type, ClassUtils::getAllInterfacesForClass),
				(proxy, method, arguments) -> {
					if (ReflectionUtils.isEqualsMethod(method)) {
						return proxy == arguments[0] || Objects.equals(target, arguments[0]);
					}
					@Nullable Object[] given = (arguments != null) ? arguments : new Object[0];
					return answer.apply(method, AopUtils.invokeJoinpointUsingReflection(target, method, given));
				});
	}

	private record GetConnection() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return CONNECTIONS.contains(method.getName()) && method.getParameterCount() == 0
					&& method.getReturnType().isInterface();
		}

	}

}
