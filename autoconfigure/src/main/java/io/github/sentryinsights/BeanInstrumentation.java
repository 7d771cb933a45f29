package io.github.sentryinsights;

import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * Instruments the beans of one type, leaving alone excluded beans, the targets of scoped
 * proxies and what others bring to Sentry already.
 * <p>
 * Collaborators are looked up when the first such bean appears, so that registering this
 * post-processor creates no other bean. A bean whose instrumentation fails is returned as
 * it is.
 *
 * @param <T> the type of the beans
 * @since 0.1.0
 */
public abstract class BeanInstrumentation<T> implements BeanPostProcessor, Ordered {

	private final String technology;

	private final Class<T> type;

	private final @Nullable RecordedWork work;

	private final ObjectProvider<InstrumentationContext> context;

	/**
	 * Create an instrumentation.
	 * @param technology the technology, such as {@code jdbc}
	 * @param type the type of the beans
	 * @param context what the instrumentation works with
	 */
	protected BeanInstrumentation(String technology, Class<T> type, ObjectProvider<InstrumentationContext> context) {
		this(technology, type, null, context);
	}

	/**
	 * Create an instrumentation that leaves to others what they bring to Sentry.
	 * @param technology the technology, such as {@code jdbc}
	 * @param type the type of the beans
	 * @param work what the beans do, or {@code null} for what nobody else records
	 * @param context what the instrumentation works with
	 */
	protected BeanInstrumentation(String technology, Class<T> type, @Nullable RecordedWork work,
			ObjectProvider<InstrumentationContext> context) {
		this.technology = technology;
		this.type = type;
		this.work = work;
		this.context = context;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 20;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		return isEarly() ? process(bean, beanName) : bean;
	}

	@Override
	public final Object postProcessAfterInitialization(Object bean, String beanName) {
		return isEarly() ? bean : process(bean, beanName);
	}

	/**
	 * Return whether beans are instrumented before they are initialized, as their
	 * initialization takes over what they are given.
	 * @return {@code false} unless overridden
	 */
	protected boolean isEarly() {
		return false;
	}

	private Object process(Object bean, String beanName) {
		if (!this.type.isInstance(bean) || ScopedProxyUtils.isScopedTarget(beanName)) {
			return bean;
		}
		InstrumentationContext context = this.context.getIfAvailable();
		if (context == null) {
			return bean;
		}
		if (technology(context.properties()).getExclude().contains(beanName)) {
			context.beans().leftAlone(this.technology, beanName, "excluded");
			return bean;
		}
		try {
			String recorder = (this.work != null)
					? this.work.by(context.environment(), isObserved(this.type.cast(bean))) : null;
			if (recorder != null) {
				context.beans().leftAlone(this.technology, beanName, recorder);
				return bean;
			}
			return instrument(this.type.cast(bean), beanName, context);
		}
		catch (RuntimeException | LinkageError ex) {
			context.operations().handle(ex);
			context.beans().leftAlone(this.technology, beanName, ex.getClass().getName());
			return bean;
		}
	}

	/**
	 * Return whether code has switched on Spring's observation of what a bean does.
	 * @param bean the bean
	 * @return {@code false} unless overridden
	 */
	protected boolean isObserved(T bean) {
		return false;
	}

	/**
	 * Return the properties of the technology.
	 * @param properties the properties
	 * @return those of the technology
	 */
	protected abstract InsightsProperties.Technology technology(InsightsProperties properties);

	/**
	 * Instrument a bean. Remembers it among the
	 * {@linkplain InstrumentationContext#beans() instrumented beans}.
	 * @param bean the bean
	 * @param beanName the name of the bean
	 * @param context what the instrumentation works with
	 * @return what takes the place of the bean, or the bean itself
	 */
	protected abstract Object instrument(T bean, String beanName, InstrumentationContext context);

	/**
	 * Return what to tell of the attempts to handle a message that a framework makes
	 * behind the listener of a container, whose failures it may deal with itself.
	 * @param bean an object that may be an instrumented container
	 * @return receives what the latest attempt on this thread failed with, or
	 * {@code null} without a failure. Absent unless overridden.
	 */
	public Optional<Consumer<@Nullable Throwable>> attempts(Object bean) {
		return Optional.empty();
	}

	/**
	 * What an instrumentation works with.
	 *
	 * @param operations starts operations
	 * @param properties the properties
	 * @param statements what may be shown of SQL statements
	 * @param keys what may be shown of the keys of caches
	 * @param beans remembers what is instrumented
	 * @param environment tells what else is switched on
	 */
	public record InstrumentationContext(Operations operations, InsightsProperties properties, SqlStatements statements,
			CacheKeys keys, InstrumentedBeans beans, Environment environment) {
	}

}
