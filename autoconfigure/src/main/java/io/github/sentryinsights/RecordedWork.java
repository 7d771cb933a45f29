package io.github.sentryinsights;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Work that OpenTelemetry may bring to Sentry already, which is then left to it: Sentry
 * would show each message, each command and each run twice.
 * <p>
 * An observation of Micrometer counts only where it is on.
 *
 * @since 0.1.0
 */
public enum RecordedWork {

	/** Messages that producers of Kafka send. */
	KAFKA_PRODUCERS(List.of("kafka"), Starter.KAFKA,
			new Observed("spring.kafka.template", List.of("spring.kafka.template.observation-enabled"))),

	/** Messages that listeners of Kafka handle. */
	KAFKA_LISTENERS(List.of("kafka", "spring-kafka"), Starter.KAFKA,
			new Observed("spring.kafka.listener", List.of("spring.kafka.listener.observation-enabled"))),

	/** Messages that are published to RabbitMQ. */
	RABBIT_PUBLISHERS(List.of("rabbitmq"), List.of(),
			new Observed("spring.rabbit.template", List.of("spring.rabbitmq.template.observation-enabled"))),

	/** Messages that listeners of RabbitMQ handle. */
	RABBIT_LISTENERS(List.of("rabbitmq", "spring-rabbit"), List.of(),
			new Observed("spring.rabbit.listener",
					List.of("spring.rabbitmq.listener.simple.observation-enabled",
							"spring.rabbitmq.listener.direct.observation-enabled"))),

	/** Messages that are sent by JMS. */
	JMS_PRODUCERS(List.of("jms"), List.of(), new Observed("jms.message.publish", Observed.JMS, List.of())),

	/** Messages that listeners of JMS handle. */
	JMS_LISTENERS(List.of("jms", "spring-jms"), List.of(),
			new Observed("jms.message.process", Observed.JMS, List.of())),

	/**
	 * Commands that Lettuce sends to Redis, of which Spring Boot 4 makes observations.
	 */
	LETTUCE_COMMANDS(List.of("lettuce"), List.of(), new Observed("lettuce", Observed.LETTUCE, List.of())),

	/** Commands that Jedis sends to Redis. */
	JEDIS_COMMANDS(List.of("jedis"), List.of(), null),

	/** Jobs of Quartz. */
	QUARTZ_JOBS(List.of("quartz"), List.of(), null),

	/** Jobs and steps of Spring Batch 5 and later, which the agent does not know. */
	BATCH_RUNS(List.of(), List.of(), new Observed("spring.batch.job", List.of())),

	/** Runs of scheduled methods. */
	SCHEDULED_RUNS(List.of("spring-scheduling"), List.of("scheduling.SpringSchedulingInstrumentationAutoConfiguration"),
			new Observed("tasks.scheduled.execution", List.of()));

	private final List<String> libraries;

	private final List<String> starter;

	private final @Nullable Observed observed;

	RecordedWork(List<String> libraries, List<String> starter, @Nullable Observed observed) {
		this.libraries = libraries;
		this.starter = starter;
		this.observed = observed;
	}

	/**
	 * Return who brings the work to Sentry.
	 * @param environment tells what is switched on or off
	 * @return the reason to leave it alone, or {@code null} without one
	 */
	public @Nullable String by(Environment environment) {
		return by(environment, false);
	}

	/**
	 * Return who brings the work to Sentry.
	 * @param environment tells what is switched on or off
	 * @param observed whether code has switched on the observation of the work
	 * @return the reason to leave it alone, or {@code null} without one
	 */
	@Nullable String by(Environment environment, boolean observed) {
		return by(environment, name -> ClassUtils.isPresent(name, null), observed);
	}

	@Nullable String by(Environment environment, Predicate<String> classes, boolean observed) {
		OpenTelemetry openTelemetry = new OpenTelemetry(classes, environment);
		List<String> starter = this.starter;
		for (String library : this.libraries) {
			String recorder = openTelemetry.recorder(library, starter);
			if (recorder != null) {
				return recorder;
			}
			// The starter has one instrumentation for all, which is the first.
			starter = List.of();
		}
		return (this.observed != null && openTelemetry.isMicrometerBridged()
				&& this.observed.isOn(openTelemetry, observed)) ? "recorded by Spring's observations" : null;
	}

	private static final class Starter {

		static final List<String> KAFKA = List.of("kafka.KafkaInstrumentationAutoConfiguration",
				"kafka.KafkaInstrumentationSpringBoot4AutoConfiguration");

	}

	/**
	 * An observation.
	 *
	 * @param name its name
	 * @param requirement a class without which there is none, or {@code null}
	 * @param switches the properties any of which switches it on, or none for one that is
	 * always on
	 */
	private record Observed(String name, @Nullable String requirement, List<String> switches) {

		static final String JMS = "io.micrometer.jakarta9.instrument.jms.JmsInstrumentation";

		static final String LETTUCE = "org.springframework.boot.data.redis.autoconfigure.observation"
				+ ".LettuceObservationAutoConfiguration";

		Observed(String name, List<String> switches) {
			this(name, null, switches);
		}

		boolean isOn(OpenTelemetry openTelemetry, boolean byCode) {
			return (this.requirement == null || openTelemetry.isPresent(this.requirement))
					&& (byCode || this.switches.isEmpty()
							|| this.switches.stream().anyMatch(openTelemetry::isSwitchedOn))
					&& openTelemetry.isObserved(this.name);
		}

	}

}
