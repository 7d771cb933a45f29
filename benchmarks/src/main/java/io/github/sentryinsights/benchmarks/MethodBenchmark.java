package io.github.sentryinsights.benchmarks;

import io.sentry.spring.jakarta.tracing.SentrySpan;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;

import io.github.sentryinsights.annotation.Traced;

/**
 * A call of a method that does next to nothing.
 */
public class MethodBenchmark {

	/**
	 * Call the method.
	 * @param pricing the object
	 * @return its result
	 */
	@Benchmark
	public Object call(Pricing pricing) {
		pricing.application.nextOperation();
		return pricing.service.price("42");
	}

	/**
	 * A bean with one method.
	 */
	@State(Scope.Thread)
	public static class Pricing {

		/** The circumstances. */
		@Param({ "RAW", "PASS_THROUGH", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED", "OURS_SAMPLED",
				"PEER_OFF", "PEER_UNSAMPLED", "PEER_SAMPLED" })
		public Variant variant;

		private MeasuredApplication application;

		private PriceService service;

		/**
		 * Start the application.
		 * @throws Exception if the variant is not what it says
		 */
		@Setup
		public void start() throws Exception {
			this.application = MeasuredApplication.start(this.variant, context -> {
				switch (this.variant.library()) {
					case NONE -> context.registerBean(PriceService.class);
					case PASS_THROUGH -> context.registerBean(PriceService.class, Pricing::passThrough);
					case OURS -> context.registerBean(TracedPriceService.class);
					case PEER -> context.registerBean(SpannedPriceService.class);
				}
			});
			this.service = this.application.bean(PriceService.class);
			this.application.verify(() -> this.service.price("42"), AopUtils.isCglibProxy(this.service));
		}

		private static PriceService passThrough() {
			ProxyFactory factory = new ProxyFactory(new PriceService());
			factory.setProxyTargetClass(true);
			factory.addAdvice((MethodInterceptor) MethodInvocation::proceed);
			return (PriceService) factory.getProxy();
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

	}

	static class PriceService {

		/**
		 * Return the price of a product.
		 * @param product the product
		 * @return the price
		 */
		public String price(String product) {
			return product;
		}

	}

	static class TracedPriceService extends PriceService {

		@Override
		@Traced
		public String price(String product) {
			return product;
		}

	}

	static class SpannedPriceService extends PriceService {

		@Override
		@SentrySpan
		public String price(String product) {
			return product;
		}

	}

}
