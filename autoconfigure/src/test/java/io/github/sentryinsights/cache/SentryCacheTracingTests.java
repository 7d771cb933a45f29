package io.github.sentryinsights.cache;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InstrumentedBeans;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpringCacheAutoConfiguration} beside Sentry's own cache tracing, which
 * the oldest supported SDK does not have yet.
 */
class SentryCacheTracingTests {

	private final CacheRecorder recorder = new CacheRecorder();

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void sentrysOwnCacheTracingWins() {
		SpringCacheAutoConfigurationTests.caching(this.recorder.runner())
			.withPropertyValues("sentry.enable-cache-tracing=true")
			.run(context -> assertThat(context).hasNotFailed()
				.getBean(InstrumentedBeans.class)
				.hasToString("nothing, not cache cacheManager (sentry.enable-cache-tracing is on)"));
	}

}
