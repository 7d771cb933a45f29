package io.github.sentryinsights.rabbit

import kotlinx.coroutines.delay
import org.springframework.amqp.rabbit.annotation.RabbitListener

/**
 * Suspends before it has dealt with a message or refuses it.
 */
class SuspendingRabbitListener {

	@RabbitListener(queues = ["suspended"])
	suspend fun handle(value: String) {
		delay(200)
		check(value != "refused")
	}

}
