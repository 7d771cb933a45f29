package io.github.sentryinsights.redismessaging;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.StreamOperations;
import org.springframework.data.redis.serializer.StringRedisSerializer;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Answers for a template where it sends messages: to channels itself, and to streams by
 * the operations it hands out.
 */
final class Publishing implements BeanProxy.Answer {

	private final RedisTemplate<?, ?> template;

	private final Destinations destinations;

	private final boolean traceFields;

	private volatile @Nullable Streams streams;

	/**
	 * Create an answer.
	 * @param template the template
	 * @param destinations starts the operations
	 * @param traceFields whether records may carry the trace
	 */
	Publishing(RedisTemplate<?, ?> template, Destinations destinations, boolean traceFields) {
		this.template = template;
		this.destinations = destinations;
		this.traceFields = traceFields;
	}

	@Override
	public @Nullable Object to(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
		if (method.getName().equals("convertAndSend")) {
			return publish(method, arguments);
		}
		Object operations = AopUtils.invokeJoinpointUsingReflection(this.template, method, arguments);
		return (operations instanceof StreamOperations<?, ?, ?> target) ? streams(target).proxy : operations;
	}

	private @Nullable Object publish(Method method, @Nullable Object[] arguments) throws Throwable {
		Operation operation = this.destinations.published(arguments[0]).startCurrent();
		if (operation.isRecording()) {
			Object message = arguments[1];
			operation.attributes(attributes -> {
				attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId());
				if (message instanceof byte[] || this.template.getValueSerializer() instanceof StringRedisSerializer) {
					QueueConvention.body(attributes, message);
				}
			});
		}
		return operation.around(() -> AopUtils.invokeJoinpointUsingReflection(this.template, method, arguments));
	}

	/**
	 * The template hands out the same operations each time, unless it is given a mapper.
	 */
	private Streams streams(StreamOperations<?, ?, ?> target) {
		Streams streams = this.streams;
		if (streams == null || streams.target != target) {
			streams = new Streams(target);
			this.streams = streams;
		}
		return streams;
	}

	/**
	 * The methods of a template that are answered.
	 */
	record Methods() implements BeanProxy.Answered {

		private static final Set<String> NAMES = Set.of("opsForStream", "convertAndSend");

		@Override
		public boolean includes(Method method) {
			return NAMES.contains(method.getName());
		}

	}

	/**
	 * The operations on streams, of which those are reported that add a record.
	 */
	private final class Streams implements InvocationHandler {

		private final StreamOperations<?, ?, ?> target;

		private final Object proxy;

		Streams(StreamOperations<?, ?, ?> target) {
			this.target = target;
			this.proxy = Proxy.newProxyInstance(StreamOperations.class.getClassLoader(),
					new Class<?>[] { StreamOperations.class }, this);
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
				throws Throwable {
			@Nullable Object[] arguments = (given != null) ? given : new Object[0];
			if (!method.getName().equals("add") || arguments.length == 0) {
				return AopUtils.invokeJoinpointUsingReflection(this.target, method, arguments);
			}
			Object stream = (arguments[0] instanceof Record<?, ?> record) ? record.getStream() : arguments[0];
			OperationSource source = Publishing.this.destinations.published(stream);
			Operation operation = source.startCurrent();
			return operation.around(() -> {
				if (Publishing.this.traceFields) {
					addTrace(source, operation, arguments);
				}
				if (operation.isRecording()) {
					operation.attributes(
							attributes -> attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId()));
				}
				Object result = AopUtils.invokeJoinpointUsingReflection(this.target, method, arguments);
				if (result instanceof RecordId id) {
					operation.attributes(attributes -> attributes.set(QueueConvention.MESSAGE_ID, id.getValue()));
				}
				return result;
			});
		}

		private void addTrace(OperationSource source, Operation operation, @Nullable Object[] arguments) {
			int place = (arguments[0] instanceof MapRecord<?, ?, ?>) ? 0 : 1;
			Object carrier = (place < arguments.length) ? arguments[place] : null;
			if (carrier instanceof MapRecord<?, ?, ?> record) {
				StreamHeaders headers = StreamHeaders.of(record);
				if (headers.isWritten(source, operation)) {
					arguments[place] = MapRecord.create(record.getStream(), headers.fields()).withId(record.getId());
				}
			}
			else if (carrier instanceof Map<?, ?> fields) {
				StreamHeaders headers = new StreamHeaders(fields);
				if (headers.isWritten(source, operation)) {
					arguments[place] = headers.fields();
				}
			}
		}

	}

}
