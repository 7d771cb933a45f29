package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.data.redis.connection.ReactivePubSubCommands;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.StreamReadOptions;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Makes reactive connections whose commands are sent as a part of what is current in the
 * context of their subscriber, on whatever thread that subscribes.
 * <p>
 * A command that waits for a connection of its own would be sent by the thread that has
 * opened it. So that one is opened first, and the command is sent when it is there.
 */
final class ReactiveConnections {

	/** The commands that block a connection, which is never the shared one. */
	private static final Set<String> BLOCKING = Set.of("bLMove", "bPop", "bRPopLPush", "blPop", "brPop");

	private final LettuceConnectionFactory factory;

	private final CommandOperations commands;

	/**
	 * Of each class of connections and commands, of which there are as many as Lettuce
	 * has.
	 */
	private final Map<Class<?>, Class<?>[]> interfaces = new ConcurrentHashMap<>();

	ReactiveConnections(LettuceConnectionFactory factory, CommandOperations commands) {
		this.factory = factory;
		this.commands = commands;
	}

	/**
	 * Put a proxy in front of a connection, if Sentry is on.
	 * @param connection the connection
	 * @return the connection, with the same interfaces
	 */
	Object of(ReactiveRedisConnection connection) {
		return this.commands.isEnabled()
				? proxy(connection, (called, given, result) -> commands(connection, called, result)) : connection;
	}

	private @Nullable Object commands(ReactiveRedisConnection connection, Method method, @Nullable Object result) {
		return (result != null && isCommands(method))
				? proxy(result, (called, given, answer) -> publisher(connection, called, given, answer)) : result;
	}

	private @Nullable Object publisher(ReactiveRedisConnection connection, Method method, @Nullable Object[] arguments,
			@Nullable Object result) {
		if (method.getDeclaringClass() == ReactivePubSubCommands.class && !method.getName().equals("publish")) {
			return result;
		}
		boolean opens = !this.factory.getShareNativeConnection() || isBlocking(method, arguments);
		if (result instanceof Mono<?> mono) {
			return opens ? opening(connection, mono) : new ContextualMono<>(mono, null, this.commands);
		}
		if (result instanceof Flux<?> flux) {
			return opens ? opening(connection, flux) : new ContextualFlux<>(flux, null, this.commands);
		}
		return result;
	}

	private <T> Mono<T> opening(ReactiveRedisConnection connection, Mono<T> mono) {
		return Mono.deferContextual(reactor -> {
			Function<Object, @Nullable Object> context = context(reactor);
			return (context != null) ? open(connection).then(new ContextualMono<>(mono, context, this.commands)) : mono;
		});
	}

	private <T> Flux<T> opening(ReactiveRedisConnection connection, Flux<T> flux) {
		return Flux.deferContextual(reactor -> {
			Function<Object, @Nullable Object> context = context(reactor);
			return (context != null) ? open(connection).thenMany(new ContextualFlux<>(flux, context, this.commands))
					: flux;
		});
	}

	private @Nullable Function<Object, @Nullable Object> context(ContextView reactor) {
		return this.commands.context(key -> reactor.getOrDefault(key, null));
	}

	/**
	 * To move no elements takes a connection of one's own, and sends nothing.
	 */
	private static Flux<?> open(ReactiveRedisConnection connection) {
		return connection.listCommands().bLMove(Flux.empty());
	}

	private static boolean isBlocking(Method method, @Nullable Object[] arguments) {
		return BLOCKING.contains(method.getName()) || (method.getName().startsWith("xRead") && Arrays.stream(arguments)
			.anyMatch(argument -> argument instanceof StreamReadOptions options && options.isBlocking()));
	}

	private static boolean isCommands(Method method) {
		return method.getName().endsWith("Commands") && method.getParameterCount() == 0
				&& method.getReturnType().isInterface();
	}

	private Object proxy(Object target, Result answer) {
		Class<?> type = target.getClass();
		return Proxy.newProxyInstance(type.getClassLoader(),
				this.interfaces.computeIfAbsent(type, ClassUtils::getAllInterfacesForClass),
				(proxy, method, arguments) -> {
					if (ReflectionUtils.isEqualsMethod(method)) {
						return proxy == arguments[0] || Objects.equals(target, arguments[0]);
					}
					@Nullable Object[] given = (arguments != null) ? arguments : new Object[0];
					return answer.of(method, given, AopUtils.invokeJoinpointUsingReflection(target, method, given));
				});
	}

	/**
	 * Makes of the result of a method what the caller gets.
	 */
	@FunctionalInterface
	private interface Result {

		@Nullable Object of(Method method, @Nullable Object[] arguments, @Nullable Object result);

	}

}
