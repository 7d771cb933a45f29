package io.github.sentryinsights.kafka

import kotlinx.coroutines.delay
import org.springframework.kafka.annotation.KafkaListener

/**
 * Suspends before it has dealt with a record or refuses it.
 */
class SuspendingKafkaListener {

	@KafkaListener(topics = ["suspended"])
	suspend fun handle(value: String) {
		delay(200)
		check(value != "refused")
	}

}
