package io.github.sentryinsights.annotation;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.type.AnnotationMetadata;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.operation.PublisherInstrumentation;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for annotated methods.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "org.springframework.boot.autoconfigure.aop.AopAutoConfiguration")
@ConditionalOnClass(MethodInterceptor.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.annotations.enabled" },
		matchIfMissing = true)
@Import(AnnotationAutoConfiguration.AutoProxyRegistrar.class)
public final class AnnotationAutoConfiguration {

	AnnotationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsTracedAdvisor")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TracedAdvisor sentryInsightsTracedAdvisor(ObjectProvider<Operations> operations,
			ObjectProvider<PublisherInstrumentation> publishers, ObjectProvider<SqlStatements> statements,
			ObjectProvider<CacheKeys> keys) {
		return new TracedAdvisor(new TracedAdvice(new TracedMethods(operations, publishers, statements, keys)));
	}

	/**
	 * Makes sure that advisors are applied, also when the application switched Spring
	 * Boot's own AOP support off.
	 */
	static final class AutoProxyRegistrar implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			if (!registry.containsBeanDefinition(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)) {
				AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
				AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
			}
		}

	}

}
