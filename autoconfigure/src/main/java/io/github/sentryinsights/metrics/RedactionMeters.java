package io.github.sentryinsights.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;

import io.github.sentryinsights.RedactionCounts;

/**
 * One counter for each rule about personal data and secrets, read when it is asked for,
 * so that counting costs the same without Micrometer.
 */
final class RedactionMeters implements MeterBinder {

	static final String NAME = "sentry.insights.pii.redactions";

	private final ObjectProvider<RedactionCounts> counts;

	RedactionMeters(ObjectProvider<RedactionCounts> counts) {
		this.counts = counts;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.counts.ifAvailable((counts) -> {
			String action = counts.isDryRun() ? "reported" : "replaced";
			for (String rule : counts.rules()) {
				FunctionCounter.builder(NAME, counts, (all) -> all.of(rule))
					.description("Findings of personal data and secrets")
					.tag("rule", rule)
					.tag("action", action)
					.register(registry);
			}
		});
	}

}
