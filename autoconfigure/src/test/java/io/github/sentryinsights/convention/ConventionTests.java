package io.github.sentryinsights.convention;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.testing.InsightsContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/**
 * Tests for the conventions against the contract of Sentry's pages.
 */
class ConventionTests {

	@ParameterizedTest
	@EnumSource
	void everyKindRequiresWhatThePageNeeds(OperationKind kind) {
		JsonNode required = InsightsContract.operations().path(kind.operation()).path("required");
		Set<String> names = new HashSet<>();
		required.forEach(name -> names.add(name.asText()));
		names.remove("db.operation");
		assertThat(kind.requiredAttributes()).containsAll(names);
	}

	@Test
	void everyAttributeHasTheTypeThatSentryReads() throws IllegalAccessException {
		assertThat(keys()).isNotEmpty()
			.allSatisfy(key -> assertThat(InsightsContract.types().path(key.name()).asText()).as(key.name())
				.isEqualTo(typeName(key)));
	}

	@Test
	void latencyIsInMillisecondsAndTimeToLiveInSeconds() {
		assertThat(QueueConvention.RECEIVE_LATENCY.unit()).isEqualTo(Unit.MILLISECONDS);
		assertThat(CacheConvention.TTL.unit()).isEqualTo(Unit.SECONDS);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0.000", "999, 0.999", "1000, 1.000", "1763781234005, 1763781234.005",
			"1763781234050, 1763781234.050" })
	void theEnqueuedTimeIsInSeconds(long millis, String expected) {
		assertThat(QueueConvention.enqueuedTime(millis)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "1763781234.000, 1763781234250, 250", "1763781234.000, 1763781233999, -1", "x, 1763781234250, -1",
			"-5, 1763781234250, -1", "1, 1763781234250, -1", "0, 1763781234250, -1", "NaN, 1763781234250, -1",
			"Infinity, 1763781234250, -1", "1e400, 1763781234250, -1" })
	void aLatencyIsNeverNegativeOrMadeUp(String enqueued, long now, long expected) {
		MessageHeaders headers = MessageHeaders.received(Map.of(QueueConvention.ENQUEUED_TIME_HEADER, enqueued));
		assertThat(QueueConvention.latency(headers, ReceivedMessage.UNKNOWN, now)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "1763781234000, 250", "0, -1", "1, -1", "1763781299000, -1" })
	void theTimeThatTheBrokerTellsCountsWhereThatOfTheHeadersCannotBe(long sentMillis, long expected) {
		MessageHeaders headers = MessageHeaders.received(Map.of(QueueConvention.ENQUEUED_TIME_HEADER, "1"));
		assertThat(QueueConvention.latency(headers, new ReceivedMessage(null, -1, 0, sentMillis), 1763781234250L))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "Shop.java, 12, com.acme.Shop:find:com/acme/Shop.java:12",
			"Shop.java, -1, com.acme.Shop:find:com/acme/Shop.java",
			"Shop.java, -2, com.acme.Shop:find:com/acme/Shop.java", ", 0, com.acme.Shop:find" })
	void whatIsNotKnownOfTheSourceIsLeftOut(@Nullable String file, int line, String expected) {
		StackWalker.StackFrame frame = mock(StackWalker.StackFrame.class);
		when(frame.getClassName()).thenReturn("com.acme.Shop");
		when(frame.getMethodName()).thenReturn("find");
		when(frame.getFileName()).thenReturn(file);
		when(frame.getLineNumber()).thenReturn(line);
		List<Object> values = new ArrayList<>();
		FunctionConvention.source(addingTo(values), frame);
		assertThat(values).extracting(Object::toString).containsExactly(expected.split(":"));
	}

	private static Attributes addingTo(List<Object> values) {
		return new Attributes() {

			@Override
			public void describe(String description) {
			}

			@Override
			public <T> void set(AttributeKey<T> key, T value) {
				values.add(value);
			}

		};
	}

	private static List<AttributeKey<?>> keys() throws IllegalAccessException {
		List<AttributeKey<?>> keys = new ArrayList<>();
		for (Class<?> convention : List.of(DbConvention.class, CacheConvention.class, QueueConvention.class,
				KafkaConvention.class, FunctionConvention.class, NetworkConvention.class)) {
			for (Field field : convention.getDeclaredFields()) {
				if (field.getType() == AttributeKey.class) {
					keys.add((AttributeKey<?>) field.get(null));
				}
			}
		}
		return keys;
	}

	private static String typeName(AttributeKey<?> key) {
		if (key.type() == List.class) {
			return "string[]";
		}
		return (key.type() == String.class) ? "string" : (key.type() == Boolean.class) ? "boolean" : "integer";
	}

}
