package io.github.sentryinsights.redismessaging;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ObjectRecord;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.core.ReactiveStreamOperations;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.operation.PublisherInstrumentation;

/**
 * Answers for the reactive operations on streams, of which those are reported that add a
 * record. A span ends when Redis has it, or with its transaction when that ends first, as
 * nobody may wait for it.
 */
final class ReactivePublishing implements InvocationHandler {

	private static final BiConsumer<Operation, @Nullable Object> IDENTITY = (operation, value) -> {
		if (value instanceof RecordId id) {
			operation.attributes(attributes -> attributes.set(QueueConvention.MESSAGE_ID, id.getValue()));
		}
	};

	private final ReactiveStreamOperations<Object, ?, ?> target;

	private final Destinations destinations;

	private final PublisherInstrumentation publishers;

	private final Operations operations;

	private final boolean traceFields;

	private ReactivePublishing(ReactiveStreamOperations<Object, ?, ?> target, Destinations destinations,
			PublisherInstrumentation publishers, Operations operations, boolean traceFields) {
		this.target = target;
		this.destinations = destinations;
		this.publishers = publishers;
		this.operations = operations;
		this.traceFields = traceFields;
	}

	/**
	 * Return operations that report what others add.
	 * @param target the others
	 * @param destinations starts the operations
	 * @param publishers observes what adds
	 * @param operations tells whether there is a trace to carry
	 * @param traceFields whether records may carry the trace
	 * @return the operations
	 */
	@SuppressWarnings("unchecked")
	static Object of(ReactiveStreamOperations<?, ?, ?> target, Destinations destinations,
			PublisherInstrumentation publishers, Operations operations, boolean traceFields) {
		return Proxy.newProxyInstance(ReactiveStreamOperations.class.getClassLoader(),
				new Class<?>[] { ReactiveStreamOperations.class },
				new ReactivePublishing((ReactiveStreamOperations<Object, ?, ?>) target, destinations, publishers,
						operations, traceFields));
	}

	/**
	 * Return whether operations report already.
	 * @param operations the operations
	 * @return whether they have been made here
	 */
	static boolean isTraced(Object operations) {
		return Proxy.isProxyClass(operations.getClass())
				&& Proxy.getInvocationHandler(operations) instanceof ReactivePublishing;
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
		@Nullable Object[] arguments = (given != null) ? given : new Object[0];
		if (!method.getName().equals("add") || !(arguments[0] instanceof Record<?, ?> record)) {
			return AopUtils.invokeJoinpointUsingReflection(this.target, method, arguments);
		}
		XAddOptions options = (arguments.length > 1) ? (XAddOptions) arguments[1] : null;
		OperationSource source = this.destinations.published(record.getStream());
		return this.publishers.<Mono<RecordId>>defer(Mono.class,
				operation -> add((Record<Object, ?>) record, options, source, operation), source::start, IDENTITY);
	}

	private Mono<RecordId> add(Record<Object, ?> record, @Nullable XAddOptions options, OperationSource source,
			Operation operation) {
		if (operation.isRecording()) {
			operation
				.attributes(attributes -> attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId()));
		}
		Record<Object, ?> sent = (this.traceFields && this.operations.isEnabled())
				? withTrace(record, source, operation) : record;
		return (options != null) ? this.target.add(sent, options) : this.target.add(sent);
	}

	private Record<Object, ?> withTrace(Record<Object, ?> record, OperationSource source, Operation operation) {
		Record<Object, ?> mapped = mapped(record);
		StreamHeaders headers = StreamHeaders.of(mapped);
		return headers.isWritten(source, operation)
				? MapRecord.create(record.getRequiredStream(), headers.fields()).withId(record.getId()) : mapped;
	}

	/**
	 * As the operations map it themselves, which leave alone what is mapped.
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	private Record<Object, ?> mapped(Record<Object, ?> record) {
		return (record instanceof ObjectRecord object && !(record.getValue() instanceof Map))
				? object.toMapRecord(this.target.getHashMapper((Class) record.getValue().getClass())) : record;
	}

}
