package io.github.sentryinsights.scheduling;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reads scheduled methods, once each. Safe for use by several threads.
 */
final class ScheduledMethods {

	private static final List<String> SENTRY_TRANSACTIONS = List
		.of("io.sentry.spring.jakarta.tracing.SentryTransaction", "io.sentry.spring7.tracing.SentryTransaction");

	private static final List<String> SENTRY_CHECK_INS = List.of("io.sentry.spring.jakarta.checkin.SentryCheckIn",
			"io.sentry.spring7.checkin.SentryCheckIn");

	private final Operations operations;

	private final boolean recorded;

	private final Set<String> excluded;

	private final @Nullable MonitorSource monitors;

	private final Map<Key, ScheduledMethod> methods = new ConcurrentHashMap<>();

	/**
	 * Create a collection of methods.
	 * @param operations starts operations
	 * @param recorded whether somebody else reports the runs, which leaves the check-ins
	 * @param excluded the names of methods to leave alone
	 * @param monitors makes the monitors of methods, or {@code null} without any
	 */
	ScheduledMethods(Operations operations, boolean recorded, Set<String> excluded, @Nullable MonitorSource monitors) {
		this.operations = operations;
		this.recorded = recorded;
		this.excluded = Set.copyOf(excluded);
		this.monitors = monitors;
	}

	/**
	 * Return how the runs of a method are reported.
	 * @param targetClass the class of the bean
	 * @param method the method that is called
	 * @return how its runs are reported
	 */
	ScheduledMethod get(Class<?> targetClass, Method method) {
		return this.methods.computeIfAbsent(new Key(targetClass, method), key -> read(key.targetClass(), key.method()));
	}

	private ScheduledMethod read(Class<?> targetClass, Method method) {
		Class<?> type = Proxy.isProxyClass(targetClass) ? method.getDeclaringClass()
				: ClassUtils.getUserClass(targetClass);
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		String name = ClassUtils.getShortName(type) + "." + method.getName();
		if (this.excluded.contains(name)) {
			return new ScheduledMethod(null, false, null);
		}
		return new ScheduledMethod(
				(this.recorded || isAnnotated(SENTRY_TRANSACTIONS, specific, type)) ? null
						: source(type, method.getName(), name),
				isReactive(method), (this.monitors != null && !isAnnotated(SENTRY_CHECK_INS, specific))
						? this.monitors.of(name, specific) : null);
	}

	private OperationSource source(Class<?> type, String method, String name) {
		return this.operations
			.source(FunctionConvention.runs(FunctionConvention.Origin.SCHEDULING, name, type.getName(), method));
	}

	/**
	 * As Spring decides it.
	 */
	private static boolean isReactive(Method method) {
		ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
		return KotlinDetector.isSuspendingFunction(method)
				|| (registry.hasAdapters() && registry.getAdapter(method.getReturnType()) != null);
	}

	private static boolean isAnnotated(List<String> annotations, AnnotatedElement... elements) {
		for (AnnotatedElement element : elements) {
			MergedAnnotations present = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
			if (annotations.stream().anyMatch(present::isPresent)) {
				return true;
			}
		}
		return false;
	}

	private record Key(Class<?> targetClass, Method method) {
	}

}
