package io.github.sentryinsights;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Explains why a bean cannot be injected by its class, where that is final and an
 * instrumentation has put another object in its place.
 *
 * @since 0.1.0
 */
public abstract class BeanTypeFailureAnalyzer extends AbstractFailureAnalyzer<BeansException> implements Ordered {

	private final BeanFactory beans;

	/**
	 * Create an analyzer.
	 * @param beans tells what beans were defined to be
	 */
	protected BeanTypeFailureAnalyzer(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public final int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	protected final @Nullable FailureAnalysis analyze(Throwable failure, BeansException cause) {
		for (Throwable candidate = failure; candidate != null; candidate = candidate.getCause()) {
			if (candidate instanceof BeanNotOfRequiredTypeException mismatch) {
				return isInstrumented(mismatch.getActualType())
						? analysis(mismatch.getBeanName(), mismatch.getRequiredType(), failure) : null;
			}
			if (candidate instanceof NoSuchBeanDefinitionException missing) {
				Class<?> type = missing.getBeanType();
				String name = (type != null) ? defined(type) : null;
				return (type != null && name != null) ? analysis(name, type, failure) : null;
			}
		}
		return null;
	}

	/**
	 * By now all beans are gone, so what answers here is what they were defined to be.
	 */
	private @Nullable String defined(Class<?> type) {
		if (!type.isInterface() && this.beans instanceof ListableBeanFactory listable) {
			for (String name : listable.getBeanNamesForType(type, true, false)) {
				Class<?> defined = listable.getType(name, false);
				if (defined != null && !BeanProxy.keepsType(defined)) {
					return name;
				}
			}
		}
		return null;
	}

	private @Nullable FailureAnalysis analysis(String name, Class<?> type, Throwable failure) {
		Explanation explanation = explain(type);
		return (explanation != null) ? new FailureAnalysis(
				"The bean '%s' was asked for as a %s, but Sentry Insights has put a %s in its place that reports %s."
					.formatted(name, type.getName(), explanation.replacement(), explanation.reported()),
				"%s, or add the bean to '%s' to leave it alone.".formatted(explanation.remedy(),
						explanation.excludeProperty()),
				failure) : null;
	}

	/**
	 * Return whether an object is one that was put in the place of a bean.
	 * @param type the class of the object
	 * @return whether it is
	 */
	protected abstract boolean isInstrumented(Class<?> type);

	/**
	 * Explain what stands in the place of beans of a type.
	 * @param type the type
	 * @return the explanation, or {@code null} when beans of the type are not replaced
	 */
	protected abstract @Nullable Explanation explain(Class<?> type);

	/**
	 * What stands in the place of a bean.
	 *
	 * @param replacement what it is, as a noun
	 * @param reported what it reports
	 * @param remedy what to do to reach the bean nevertheless, as a sentence without its
	 * end
	 * @param excludeProperty the property that names beans to leave alone
	 */
	public record Explanation(String replacement, String reported, String remedy, String excludeProperty) {
	}

}
