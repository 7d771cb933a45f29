package io.github.sentryinsights.sample.web;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import io.sentry.CustomSamplingContext;
import io.sentry.SamplingContext;
import io.sentry.SentryOptions.TracesSamplerCallback;

/**
 * Keeps the requests of probes and of those who look at the shop from outside out of the
 * traces; all others follow {@code sentry.traces-sample-rate}.
 */
@Component
class UntracedRequests implements TracesSamplerCallback {

	@Override
	public @Nullable Double sample(SamplingContext context) {
		CustomSamplingContext custom = context.getCustomSamplingContext();
		return (custom != null && custom.get("request") instanceof HttpServletRequest request
				&& isUntraced(request.getRequestURI())) ? 0.0 : null;
	}

	private static boolean isUntraced(String path) {
		return path.equals("/health") || path.equals("/insights") || path.startsWith("/actuator");
	}

}
