package io.github.sentryinsights.websocket;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.MessagingAdviceBean;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageMappingInfo;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.messaging.support.ExecutorChannelInterceptor;
import org.springframework.messaging.support.NativeMessageHeaderAccessor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentLruCache;
import org.springframework.util.PathMatcher;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message that a method handles, as a transaction that is named by the
 * pattern of the method and continues the trace in the message's own headers.
 */
final class HandledMessages implements ExecutorChannelInterceptor {

	private static final int MAX_KNOWN = 256;

	private static final int MAX_LENGTH = 256;

	private final SimpAnnotationMethodMessageHandler handler;

	private final Operations operations;

	private final Operations.Sources<Mapping> sources;

	private final ConcurrentLruCache<Destination, Optional<Mapping>> mappings = new ConcurrentLruCache<>(MAX_KNOWN,
			this::find);

	private final ThreadLocal<@Nullable HandledMessage> current = new ThreadLocal<>();

	private volatile @Nullable OperationSource latest;

	HandledMessages(SimpAnnotationMethodMessageHandler handler, Operations operations) {
		this.handler = handler;
		this.operations = operations;
		this.sources = operations.sources();
	}

	@Override
	public Message<?> beforeHandle(Message<?> message, MessageChannel channel, MessageHandler handler) {
		if (handler == this.handler && isActive()) {
			try {
				Mapping mapping = mapping(message);
				if (mapping != null) {
					OperationSource source = this.sources.get(mapping, Mapping::target);
					this.latest = source;
					this.current.set(new HandledMessage(source.startTransaction(
							name -> NativeMessageHeaderAccessor.getFirstNativeHeader(name, message.getHeaders()))));
				}
			}
			catch (RuntimeException | LinkageError ex) {
				this.operations.handle(ex);
			}
		}
		return message;
	}

	@Override
	public void afterMessageHandled(Message<?> message, MessageChannel channel, MessageHandler handler,
			@Nullable Exception failure) {
		HandledMessage handled = (handler == this.handler) ? this.current.get() : null;
		if (handled != null) {
			this.current.remove();
			handled.leave(failure);
		}
	}

	/**
	 * Let the message that this thread handles last until a result is there, and what the
	 * handler does then be a part of it.
	 * @param <T> the type of the result
	 * @param future the result
	 * @return the result to give to the handler, which tells the same
	 */
	<T extends @Nullable Object> CompletableFuture<T> follow(CompletableFuture<T> future) {
		HandledMessage handled = this.current.get();
		if (handled == null || future.isDone()) {
			return future;
		}
		Function<Object, @Nullable Object> context = this.operations.contextOf(key -> null);
		CompletableFuture<T> followed = new CompletableFuture<>();
		handled.awaitResult();
		future.whenComplete((result, error) -> {
			HandledMessage other = this.current.get();
			this.current.set(handled);
			try {
				this.operations.runWithin(context, () -> Operations.complete(followed, result, error));
			}
			finally {
				if (other != null) {
					this.current.set(other);
				}
				else {
					this.current.remove();
				}
				handled.release();
			}
		});
		return followed;
	}

	/**
	 * Return advice for exceptions that never applies, and knows by being asked that
	 * nobody else handles one.
	 * @return the advice
	 */
	MessagingAdviceBean advice() {
		return new Unhandled();
	}

	private @Nullable Mapping mapping(Message<?> message) {
		SimpMessageType type = SimpMessageHeaderAccessor.getMessageType(message.getHeaders());
		String destination = SimpMessageHeaderAccessor.getDestination(message.getHeaders());
		String prefix = (destination != null) ? prefix(destination) : null;
		if (type == null || destination == null || prefix == null) {
			return null;
		}
		Destination handled = new Destination(type, prefix, destination.substring(prefix.length()));
		return ((destination.length() <= MAX_LENGTH) ? this.mappings.get(handled) : find(handled)).orElse(null);
	}

	/**
	 * Whether messages are counted, any source tells as well as another.
	 */
	private boolean isActive() {
		OperationSource latest = this.latest;
		return latest == null || this.operations.isEnabled() || latest.isActive();
	}

	private Optional<Mapping> find(Destination destination) {
		PathMatcher matcher = this.handler.getPathMatcher();
		String path = destination.path();
		Mapping best = null;
		for (var candidate : this.handler.getHandlerMethods().entrySet()) {
			SimpMessageMappingInfo info = candidate.getKey();
			if (info.getMessageTypeMessageCondition().getMessageType() != destination.type()) {
				continue;
			}
			for (String pattern : info.getDestinationConditions().getPatterns()) {
				if (matches(matcher, pattern, path)
						&& (best == null || matcher.getPatternComparator(path).compare(pattern, best.pattern()) < 0)) {
					best = Mapping.of(destination, pattern, candidate.getValue());
				}
			}
		}
		return Optional.ofNullable(best);
	}

	private static boolean matches(PathMatcher matcher, String pattern, String path) {
		return matcher.match(pattern, path) || (!path.startsWith("/") && matcher.match(pattern, "/" + path));
	}

	private @Nullable String prefix(String destination) {
		var prefixes = this.handler.getDestinationPrefixes();
		if (prefixes == null || prefixes.isEmpty()) {
			return "";
		}
		for (String prefix : prefixes) {
			if (destination.startsWith(prefix)) {
				return prefix;
			}
		}
		return null;
	}

	/**
	 * Where a message goes, whose path is behind one of the prefixes of the handler.
	 */
	private record Destination(SimpMessageType type, String prefix, String path) {
	}

	/**
	 * What the messages for one method have in common.
	 */
	private record Mapping(String name, String pattern, String type, String method) {

		static Mapping of(Destination destination, String pattern, HandlerMethod method) {
			SimpMessageType type = destination.type();
			String prefix = destination.prefix();
			String command = (type == SimpMessageType.MESSAGE) ? "SEND" : type.name();
			String separator = (prefix.endsWith("/") || pattern.startsWith("/")) ? "" : "/";
			return new Mapping(
					command + " " + prefix + separator
							+ ((prefix.endsWith("/") && pattern.startsWith("/")) ? pattern.substring(1) : pattern),
					pattern, ClassUtils.getUserClass(method.getBeanType()).getName(), method.getMethod().getName());
		}

		OperationTarget target() {
			return FunctionConvention.runs(FunctionConvention.Origin.WEBSOCKET, this.name, this.type, this.method);
		}

	}

	private final class Unhandled implements MessagingAdviceBean {

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

		@Override
		public Class<?> getBeanType() {
			return Unhandled.class;
		}

		@Override
		public Object resolveBean() {
			return this;
		}

		@Override
		public boolean isApplicableToBeanType(Class<?> beanType) {
			HandledMessage handled = HandledMessages.this.current.get();
			if (handled != null) {
				handled.fail();
			}
			return false;
		}

	}

}
