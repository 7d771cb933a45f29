package io.github.sentryinsights.annotation;

import java.lang.reflect.Method;
import java.util.function.BiConsumer;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.operation.Operation;

/**
 * The access to a cache that a call of an annotated method is, as the expressions of the
 * annotation find it in the arguments.
 */
final class TracedAccess implements TracedMethod.Description {

	private final TracedCache annotation;

	private final Method method;

	private final OperationKind kind;

	private final ArgumentExpression key;

	private final ArgumentExpression item;

	private final TimeToLive timeToLive;

	private final CacheKeys keys;

	/**
	 * Read the expressions of an annotation.
	 * @param annotation the annotation
	 * @param method the annotated method
	 * @param keys what may be shown of keys
	 */
	TracedAccess(TracedCache annotation, Method method, CacheKeys keys) {
		this.annotation = annotation;
		this.method = method;
		this.kind = switch (annotation.access()) {
			case GET -> OperationKind.CACHE_GET;
			case PUT -> OperationKind.CACHE_PUT;
			case REMOVE -> OperationKind.CACHE_REMOVE;
			case FLUSH -> OperationKind.CACHE_FLUSH;
		};
		this.key = ArgumentExpression.of(annotation.key(), method);
		this.item = ArgumentExpression.of(annotation.item(), method);
		this.timeToLive = TimeToLive.of(annotation.timeToLive(), method);
		this.keys = keys;
	}

	/**
	 * Check the expressions of an annotation.
	 * @param annotation the annotation
	 * @param method the annotated method
	 * @throws IllegalStateException if one of them cannot be read
	 */
	static void check(TracedCache annotation, Method method) {
		ArgumentExpression.of(annotation.key(), method);
		ArgumentExpression.of(annotation.item(), method);
		TimeToLive.of(annotation.timeToLive(), method);
	}

	OperationTarget target() {
		String name = this.annotation.cache().isEmpty() ? this.method.getDeclaringClass().getSimpleName()
				: this.annotation.cache();
		return CacheConvention.accesses(this.kind, name, CacheConvention.Origin.ANNOTATION, null, null);
	}

	@Override
	public void describe(Attributes attributes, MethodInvocation invocation) {
		attributes.set(CacheConvention.OPERATION, this.method.getName());
		if (this.kind == OperationKind.CACHE_GET) {
			attributes.set(CacheConvention.HIT, false);
		}
		if (this.kind != OperationKind.CACHE_FLUSH) {
			CacheConvention.keys(attributes, this.keys.one(this.key.valueOrFirstArgument(invocation)));
		}
		if (this.kind == OperationKind.CACHE_PUT) {
			CacheConvention.timeToLive(attributes, this.timeToLive.of(invocation));
			CacheConvention.item(attributes, this.item.valueOrArgument(invocation, 1));
		}
	}

	/**
	 * Return what to make of the result of a call.
	 * @return told of the access and its result
	 */
	BiConsumer<Operation, @Nullable Object> completion() {
		boolean falseIsNothing = this.annotation.falseIsMiss();
		return switch (this.kind) {
			case CACHE_GET -> (access, value) -> InsightsTemplate.completeRead(access, value, falseIsNothing);
			case CACHE_PUT -> (access, value) -> InsightsTemplate.completeWrite(access, value, falseIsNothing);
			default -> TracedMethod.NOTHING;
		};
	}

}
