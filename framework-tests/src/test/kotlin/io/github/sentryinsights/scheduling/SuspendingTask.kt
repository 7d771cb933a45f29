package io.github.sentryinsights.scheduling

import kotlinx.coroutines.delay
import org.springframework.scheduling.annotation.Scheduled

/**
 * Suspends before it is done.
 */
class SuspendingTask {

	@Scheduled(fixedDelay = 60_000)
	suspend fun run() {
		delay(200)
	}

}
