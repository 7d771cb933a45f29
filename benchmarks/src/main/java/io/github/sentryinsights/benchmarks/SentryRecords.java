package io.github.sentryinsights.benchmarks;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.sentry.BaggageHeader;
import io.sentry.DateUtils;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.ScopesAdapter;
import io.sentry.Sentry;
import io.sentry.SentryTraceHeader;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.util.TracingUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * What Sentry's own Kafka library does for each record, which cannot be had as a library:
 * the same calls of the SDK in the same order, behind a proxy of the same kind.
 */
final class SentryRecords {

	private SentryRecords() {
	}

	/**
	 * Wrap a producer.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param producer the producer
	 * @return the producer that records spans
	 */
	@SuppressWarnings("unchecked")
	static <K, V> Producer<K, V> wrap(Producer<K, V> producer) {
		return (Producer<K, V>) Proxy.newProxyInstance(Producer.class.getClassLoader(),
				new Class<?>[] { Producer.class },
				(proxy, method, arguments) -> (arguments != null && method.getName().equals("send"))
						? send(producer, (ProducerRecord<K, V>) arguments[0],
								(arguments.length > 1) ? (Callback) arguments[1] : null)
						: method.invoke(producer, arguments));
	}

	private static <K, V> Object send(Producer<K, V> producer, ProducerRecord<K, V> record,
			@Nullable Callback callback) {
		IScopes scopes = ScopesAdapter.getInstance();
		ISpan active = scopes.isEnabled() ? scopes.getSpan() : null;
		if (active == null || active.isNoOp()) {
			return producer.send(record, callback);
		}
		SpanOptions options = new SpanOptions();
		options.setOrigin("auto.queue.kafka.producer");
		ISpan span = active.startChild(OperationKind.QUEUE_PUBLISH.operation(), record.topic(), options);
		span.setData(QueueConvention.SYSTEM.name(), "kafka");
		span.setData(QueueConvention.DESTINATION.name(), record.topic());
		propagate(record.headers(), span, scopes);
		return producer.send(record, (metadata, exception) -> {
			span.setStatus((exception != null) ? SpanStatus.INTERNAL_ERROR : SpanStatus.OK);
			span.finish();
			if (callback != null) {
				callback.onCompletion(metadata, exception);
			}
		});
	}

	private static void propagate(Headers headers, ISpan span, IScopes scopes) {
		TracingUtils.TracingHeaders tracing = TracingUtils.trace(scopes, values(headers, BaggageHeader.BAGGAGE_HEADER),
				span);
		if (tracing != null) {
			SentryTraceHeader trace = tracing.getSentryTraceHeader();
			replace(headers, trace.getName(), trace.getValue());
			BaggageHeader baggage = tracing.getBaggageHeader();
			if (baggage != null) {
				replace(headers, baggage.getName(), baggage.getValue());
			}
		}
		replace(headers, QueueConvention.ENQUEUED_TIME_HEADER,
				DateUtils.doubleToBigDecimal(DateUtils.millisToSeconds(System.currentTimeMillis())).toString());
	}

	private static void replace(Headers headers, String name, String value) {
		headers.remove(name);
		headers.add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private static @Nullable List<String> values(Headers headers, String name) {
		List<String> values = null;
		for (Header header : headers.headers(name)) {
			if (values == null) {
				values = new ArrayList<>();
			}
			values.add(new String(header.value(), StandardCharsets.UTF_8));
		}
		return values;
	}

	/**
	 * Handle a record in a transaction.
	 * @param record the record
	 * @param listener handles the record
	 */
	static void process(ConsumerRecord<String, String> record, Runnable listener) {
		if (!Sentry.isEnabled()) {
			listener.run();
			return;
		}
		IScopes scopes = ScopesAdapter.getInstance().forkedRootScopes("SentryKafkaRecordInterceptor");
		ISentryLifecycleToken token = scopes.makeCurrent();
		ITransaction transaction = transaction(record, scopes);
		listener.run();
		transaction.setStatus(SpanStatus.OK);
		transaction.finish();
		token.close();
	}

	private static ITransaction transaction(ConsumerRecord<String, String> record, IScopes scopes) {
		TransactionContext context = scopes.continueTrace(value(record, SentryTraceHeader.SENTRY_TRACE_HEADER),
				values(record.headers(), BaggageHeader.BAGGAGE_HEADER));
		if (context == null) {
			throw new IllegalStateException("The trace of the record should go on");
		}
		context.setName(record.topic());
		context.setOperation(OperationKind.QUEUE_PROCESS.operation());
		TransactionOptions options = new TransactionOptions();
		options.setOrigin("auto.queue.kafka.consumer");
		options.setBindToScope(true);
		ITransaction transaction = scopes.startTransaction(context, options);
		transaction.setData(QueueConvention.SYSTEM.name(), "kafka");
		transaction.setData(QueueConvention.DESTINATION.name(), record.topic());
		transaction.setData(QueueConvention.MESSAGE_ID.name(), value(record, QueueConvention.MESSAGE_ID_HEADER));
		transaction.setData(QueueConvention.BODY_SIZE.name(), record.serializedValueSize());
		transaction.setData(QueueConvention.RETRY_COUNT.name(), 0);
		double seconds = DateUtils.millisToSeconds(System.currentTimeMillis());
		transaction.setData(QueueConvention.RECEIVE_LATENCY.name(),
				(long) ((seconds - Double.parseDouble(value(record, QueueConvention.ENQUEUED_TIME_HEADER))) * 1000));
		return transaction;
	}

	private static String value(ConsumerRecord<String, String> record, String name) {
		return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
	}

}
