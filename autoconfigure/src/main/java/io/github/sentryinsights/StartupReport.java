package io.github.sentryinsights;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Says once, when the application is ready, what is instrumented.
 */
final class StartupReport implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(InsightsAutoConfiguration.class);

	private final ApplicationContext context;

	private final InstrumentedBeans beans;

	StartupReport(ApplicationContext context, InstrumentedBeans beans) {
		this.context = context;
		this.beans = beans;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			logger.info("Sentry Insights instruments " + this.beans);
		}
	}

}
