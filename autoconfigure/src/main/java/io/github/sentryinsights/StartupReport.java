package io.github.sentryinsights;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

import io.github.sentryinsights.operation.OperationRecorder;

/**
 * Says once, when the application is ready, what is instrumented and how it is recorded.
 */
final class StartupReport implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(InsightsAutoConfiguration.class);

	private final ApplicationContext context;

	private final InstrumentedBeans beans;

	private final ObjectProvider<OperationRecorder> recorder;

	StartupReport(ApplicationContext context, InstrumentedBeans beans, ObjectProvider<OperationRecorder> recorder) {
		this.context = context;
		this.beans = beans;
		this.recorder = recorder;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			String spans = this.recorder.getIfAvailable(() -> OperationRecorder.NONE).description();
			logger.info("Sentry Insights instruments " + this.beans + "; recording " + spans);
		}
	}

}
