package io.github.sentryinsights.jms;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.target.SingletonTargetSource;

import io.github.sentryinsights.BeanProxy;

/**
 * The proxy of a bean that hands out what is reported.
 */
final class JmsBeanProxy {

	private JmsBeanProxy() {
	}

	static Object of(Object bean, BeanProxy.Answered answered, BeanProxy.Answer answer) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTargetSource(new BeanSource(bean));
		return BeanProxy.of(bean, advised, answered, answer);
	}

	static boolean isProxy(Object bean) {
		return bean instanceof Advised proxy && proxy.getTargetSource() instanceof BeanSource;
	}

	/**
	 * Marks the proxies made here.
	 */
	private static final class BeanSource extends SingletonTargetSource {

		private static final long serialVersionUID = 1L;

		BeanSource(Object target) {
			super(target);
		}

	}

}
