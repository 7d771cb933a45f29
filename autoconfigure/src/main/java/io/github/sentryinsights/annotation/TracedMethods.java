package io.github.sentryinsights.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.operation.PublisherInstrumentation;
import io.github.sentryinsights.sql.SqlStatement;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * Reads the annotations of methods, once for each method.
 */
final class TracedMethods {

	private static final Log logger = LogFactory.getLog(TracedMethods.class);

	private static final Set<Class<? extends Annotation>> ANNOTATIONS = Set.of(Traced.class, TracedDb.class,
			TracedCache.class, TracedQueue.class);

	private final ObjectProvider<Operations> operations;

	private final ObjectProvider<PublisherInstrumentation> publishers;

	private final ObjectProvider<SqlStatements> statements;

	private final ObjectProvider<CacheKeys> keys;

	private final Map<Method, TracedMethod> methods = new ConcurrentHashMap<>();

	private final Map<Class<?>, Map<Method, TracedMethod>> methodsOfClasses = new ConcurrentHashMap<>();

	TracedMethods(ObjectProvider<Operations> operations, ObjectProvider<PublisherInstrumentation> publishers,
			ObjectProvider<SqlStatements> statements, ObjectProvider<CacheKeys> keys) {
		this.operations = operations;
		this.publishers = publishers;
		this.statements = statements;
		this.keys = keys;
	}

	static boolean isCandidate(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, ANNOTATIONS);
	}

	/**
	 * Return whether the calls of a method are reported.
	 * @param method the method
	 * @param targetClass the class of the bean
	 * @return whether the method is annotated
	 * @throws IllegalStateException if an expression of its annotation cannot be read, so
	 * that the mistake shows at start and not in the first call
	 */
	static boolean isTraced(Method method, Class<?> targetClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		Annotation annotation = annotation(specific, targetClass);
		if (annotation instanceof TracedCache cache) {
			TracedAccess.check(cache, specific);
		}
		else if (annotation instanceof TracedQueue queue) {
			TracedMessage.check(queue, specific);
		}
		return annotation != null;
	}

	PublisherInstrumentation publishers() {
		return this.publishers.getIfAvailable(() -> PublisherInstrumentation.NONE);
	}

	/**
	 * Return how the calls of a method are reported. Most methods are called on objects
	 * of one class, for which one look-up is enough.
	 * @param method the method that is called
	 * @param target the object it is called on
	 * @return how its calls are reported, or {@code null} when they cannot be
	 */
	@Nullable TracedMethod get(Method method, Object target) {
		TracedMethod traced = this.methods.get(method);
		if (traced != null && traced.targetClass() == target.getClass()) {
			return traced;
		}
		try {
			traced = this.methodsOfClasses.computeIfAbsent(target.getClass(), key -> new ConcurrentHashMap<>())
				.computeIfAbsent(method, key -> read(key, target));
			this.methods.putIfAbsent(method, traced);
			return traced;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("Cannot report " + method + " because of " + ex.getClass().getName());
			return null;
		}
	}

	private TracedMethod read(Method method, Object target) {
		TracedMethod traced = read(method, AopProxyUtils.ultimateTargetClass(target));
		return traced.of(target.getClass());
	}

	private TracedMethod read(Method method, Class<?> targetClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		Annotation annotation = annotation(specific, targetClass);
		if (annotation instanceof TracedQueue queue) {
			return queue(queue, specific);
		}
		if (annotation instanceof TracedCache cache) {
			return cache(cache, specific);
		}
		if (annotation instanceof TracedDb db) {
			return db(db, specific);
		}
		if (annotation instanceof Traced traced) {
			return traced(traced, specific, targetClass);
		}
		throw new IllegalStateException("Not annotated: " + specific);
	}

	private TracedMethod traced(Traced annotation, Method method, Class<?> targetClass) {
		Class<?> type = ClassUtils.getUserClass(targetClass);
		String name = annotation.name().isEmpty() ? name(method, type) : annotation.name();
		OperationTarget target = FunctionConvention.calls(annotation.operation(), name, type.getName(),
				method.getName());
		return traced(method, target,
				annotation.transaction() ? TracedMethod.Start.BELOW_OR_TRANSACTION : TracedMethod.Start.BELOW,
				TracedMethod.Description.NONE, TracedMethod.NOTHING);
	}

	private TracedMethod db(TracedDb annotation, Method method) {
		OperationTarget target = DbConvention
			.annotated(new DbConvention.Database(name(method, method.getDeclaringClass()), annotation.system(),
					annotation.database().isEmpty() ? null : annotation.database(), null, null));
		SqlStatement statement = annotation.query().isEmpty() ? new SqlStatement(target.name(), "", null)
				: this.statements.getObject().of(annotation.system()).normalize(annotation.query());
		return traced(method, target, TracedMethod.Start.BELOW,
				(attributes, invocation) -> DbConvention.statement(attributes, statement, 0), TracedMethod.NOTHING);
	}

	private TracedMethod cache(TracedCache annotation, Method method) {
		TracedAccess access = new TracedAccess(annotation, method, this.keys.getObject());
		return traced(method, access.target(), TracedMethod.Start.BELOW, access, access.completion());
	}

	private TracedMethod queue(TracedQueue annotation, Method method) {
		TracedMessage message = new TracedMessage(annotation, method, this.operations);
		return (annotation.role() == TracedQueue.Role.PUBLISH)
				? traced(method,
						QueueConvention.publishes(annotation.system(), annotation.destination(),
								QueueConvention.Origin.ANNOTATION),
						message.publishing(), message::describeSent, TracedMethod.NOTHING)
				: traced(method,
						QueueConvention.processes(annotation.system(), annotation.destination(),
								QueueConvention.Origin.ANNOTATION),
						message.processing(), message::describeReceived, TracedMethod.NOTHING);
	}

	private TracedMethod traced(Method method, OperationTarget target, TracedMethod.Start start,
			TracedMethod.Description description, BiConsumer<Operation, @Nullable Object> completion) {
		return new TracedMethod(method.getDeclaringClass(), this.operations.getObject().source(target), start,
				description, completion, publishers().supports(method.getReturnType()));
	}

	private static String name(Method method, Class<?> type) {
		return ClassUtils.getShortName(type) + "." + method.getName();
	}

	private static @Nullable Annotation annotation(Method method, Class<?> targetClass) {
		Annotation annotation = annotation(method);
		if (annotation != null || !Modifier.isPublic(method.getModifiers()) || ReflectionUtils.isObjectMethod(method)) {
			return annotation;
		}
		return annotation(ClassUtils.getUserClass(targetClass));
	}

	private static @Nullable Annotation annotation(AnnotatedElement element) {
		for (Class<? extends Annotation> type : List.of(TracedQueue.class, TracedCache.class, TracedDb.class,
				Traced.class)) {
			Annotation annotation = AnnotatedElementUtils.findMergedAnnotation(element, type);
			if (annotation != null) {
				return annotation;
			}
		}
		return null;
	}

}
