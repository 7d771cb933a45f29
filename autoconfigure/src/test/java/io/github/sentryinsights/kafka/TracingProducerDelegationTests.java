package io.github.sentryinsights.kafka;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.adapter.HandlerAdapter;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the interfaces at hand have is passed on, on every version of the libraries.
 */
class TracingProducerDelegationTests {

	private final List<Method> called = new ArrayList<>();

	@Test
	void everyMethodOfAProducerReachesIt() throws ReflectiveOperationException {
		Producer<?, ?> delegate = (Producer<?, ?>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Producer.class }, (proxy, method, arguments) -> {
					this.called.add(method);
					return null;
				});
		Producer<?, ?> producer = new TracingProducerPostProcessor<>(
				new Operations(OperationRecorder.NONE, OperationMeter.NONE),
				new KafkaReporting(BatchTransactions.PER_BATCH, CacheKeys.dropped()))
			.apply((Producer<Object, Object>) delegate);
		List<Method> methods = Arrays.stream(Producer.class.getMethods())
			.filter(method -> !Modifier.isStatic(method.getModifiers()))
			.toList();
		assertThat(TracingProducer.knowsTheClient()).isTrue();
		assertThat(methods).isNotEmpty();
		for (Method method : methods) {
			method.invoke(producer,
					Arrays.stream(method.getParameterTypes())
						.map(type -> (type == ProducerRecord.class) ? new ProducerRecord<>("orders", "value") : null)
						.toArray());
		}
		assertThat(this.called).containsExactlyElementsOf(methods);
	}

	@Test
	void everyMethodOfAHandlerIsOverridden() {
		assertThat(HandlerAdapter.class.getDeclaredMethods())
			.filteredOn(method -> Modifier.isPublic(method.getModifiers()))
			.isNotEmpty()
			.allSatisfy(method -> assertThat(
					TracingHandler.class.getDeclaredMethod(method.getName(), method.getParameterTypes()))
				.isNotNull());
	}

}
