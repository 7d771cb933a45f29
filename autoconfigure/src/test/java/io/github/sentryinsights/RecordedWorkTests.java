package io.github.sentryinsights;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecordedWork} with every set of libraries that matters.
 */
class RecordedWorkTests {

	private static final String AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	private static final String AGENTLESS = "io.sentry.opentelemetry.agent.AgentlessMarker";

	private static final String TRACER = "io.micrometer.tracing.otel.bridge.OtelTracer";

	private static final String STARTER = "io.opentelemetry.instrumentation.spring.autoconfigure.internal.instrumentation.";

	private static final String JMS = "io.micrometer.jakarta9.instrument.jms.JmsInstrumentation";

	private static final String BY_AGENT = "recorded by Sentry's OpenTelemetry agent";

	private static final String BY_OBSERVATIONS = "recorded by Spring's observations";

	private final Map<String, Object> properties = new HashMap<>();

	@ParameterizedTest
	@EnumSource
	void nobodyRecordsWhereNothingReachesSentry(RecordedWork work) {
		assertThat(by(work)).isNull();
		assertThat(by(work, TRACER, JMS, STARTER + "kafka.KafkaInstrumentationAutoConfiguration")).isNull();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "BATCH_RUNS")
	void theAgentOfSentryRecords(RecordedWork work) {
		assertThat(by(work, AGENT)).isEqualTo(BY_AGENT);
	}

	@Test
	void theAgentDoesNotKnowTheBatchesOfToday() {
		assertThat(by(RecordedWork.BATCH_RUNS, AGENT)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "KAFKA_PRODUCERS, kafka", "KAFKA_LISTENERS, kafka spring-kafka", "RABBIT_PUBLISHERS, rabbitmq",
			"RABBIT_LISTENERS, rabbitmq spring-rabbit", "JMS_PRODUCERS, jms", "JMS_LISTENERS, jms spring-jms",
			"LETTUCE_COMMANDS, lettuce", "JEDIS_COMMANDS, jedis", "QUARTZ_JOBS, quartz",
			"SCHEDULED_RUNS, spring-scheduling" })
	void allThatRecordsHasToBeSwitchedOff(RecordedWork work, String libraries) {
		for (String library : libraries.split(" ")) {
			assertThat(by(work, AGENT)).isEqualTo(BY_AGENT);
			this.properties.put("otel.instrumentation." + library + ".enabled", "false");
		}
		assertThat(by(work, AGENT)).isNull();
	}

	@Test
	void theStarterOfOpenTelemetryRecordsForSentryThroughItsBridge() {
		for (String version : List.of("", "SpringBoot4")) {
			String starter = STARTER + "kafka.KafkaInstrumentation" + version + "AutoConfiguration";
			assertThat(by(RecordedWork.KAFKA_LISTENERS, starter, AGENTLESS)).isEqualTo("recorded by OpenTelemetry");
			assertThat(by(RecordedWork.KAFKA_PRODUCERS, starter, AGENTLESS)).isEqualTo("recorded by OpenTelemetry");
			assertThat(by(RecordedWork.JMS_LISTENERS, starter, AGENTLESS)).isNull();
			this.properties.put("otel.instrumentation.kafka.enabled", "false");
			assertThat(by(RecordedWork.KAFKA_LISTENERS, starter, AGENTLESS)).isNull();
			this.properties.clear();
		}
		assertThat(by(RecordedWork.KAFKA_LISTENERS, AGENTLESS)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "KAFKA_PRODUCERS, spring.kafka.template", "KAFKA_LISTENERS, spring.kafka.listener",
			"RABBIT_PUBLISHERS, spring.rabbitmq.template", "RABBIT_LISTENERS, spring.rabbitmq.listener.simple",
			"RABBIT_LISTENERS, spring.rabbitmq.listener.direct" })
	void anObservationRecordsWhereItIsSwitchedOn(RecordedWork work, String prefix) {
		assertThat(by(work, TRACER, AGENTLESS)).isNull();
		this.properties.put(prefix + ".observation-enabled", "true");
		assertThat(by(work, TRACER)).isNull();
		assertThat(by(work, TRACER, AGENTLESS)).isEqualTo(BY_OBSERVATIONS);
		this.properties.put("management.observations.enable.spring", "false");
		assertThat(by(work, TRACER, AGENTLESS)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "JMS_PRODUCERS, jms.message.publish", "JMS_LISTENERS, jms.message.process",
			"BATCH_RUNS, spring.batch.job", "SCHEDULED_RUNS, tasks.scheduled.execution" })
	void anObservationThatIsAlwaysOnRecordsUnlessItIsSwitchedOff(RecordedWork work, String observation) {
		assertThat(by(work, TRACER, AGENTLESS, JMS)).isEqualTo(BY_OBSERVATIONS);
		this.properties.put("management.observations.enable.all", "false");
		assertThat(by(work, TRACER, AGENTLESS, JMS)).isNull();
		this.properties.put("management.observations.enable." + observation, "true");
		assertThat(by(work, TRACER, AGENTLESS, JMS)).isEqualTo(BY_OBSERVATIONS);
	}

	@Test
	void lettuceIsObservedBySpringBootFour() {
		String observations = "org.springframework.boot.data.redis.autoconfigure.observation.LettuceObservationAutoConfiguration";
		assertThat(by(RecordedWork.LETTUCE_COMMANDS, TRACER, AGENTLESS)).isNull();
		assertThat(by(RecordedWork.LETTUCE_COMMANDS, TRACER, observations)).isNull();
		assertThat(by(RecordedWork.LETTUCE_COMMANDS, TRACER, AGENTLESS, observations)).isEqualTo(BY_OBSERVATIONS);
		assertThat(by(RecordedWork.JEDIS_COMMANDS, TRACER, AGENTLESS, observations)).isNull();
		this.properties.put("management.observations.enable.lettuce", "false");
		assertThat(by(RecordedWork.LETTUCE_COMMANDS, TRACER, AGENTLESS, observations)).isNull();
	}

	@Test
	void jmsIsObservedByAModuleOfMicrometer() {
		assertThat(by(RecordedWork.JMS_LISTENERS, TRACER, AGENTLESS)).isNull();
	}

	@Test
	void anObservationThatCodeSwitchesOnRecordsWhereItReachesSentryUnlessItIsSwitchedOff() {
		RecordedWork work = RecordedWork.KAFKA_LISTENERS;
		assertThat(by(work, true, TRACER)).isNull();
		assertThat(by(work, true, AGENTLESS)).isNull();
		assertThat(by(work, true, TRACER, AGENTLESS)).isEqualTo(BY_OBSERVATIONS);
		this.properties.put("management.observations.enable.spring", "false");
		assertThat(by(work, true, TRACER, AGENTLESS)).isNull();
	}

	private @Nullable String by(RecordedWork work, String... classes) {
		return by(work, false, classes);
	}

	private @Nullable String by(RecordedWork work, boolean observed, String... classes) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		return work.by(environment, Set.copyOf(Arrays.asList(classes))::contains, observed);
	}

}
