package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;
import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.POSSIBLE;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey.Unit;

/**
 * What a message must carry for Sentry's Queues page, on both sides of the broker.
 * <p>
 * The page reads the error rate from the status of the transaction, where a missing
 * status counts as an error.
 *
 * @since 0.1.0
 */
public final class QueueConvention {

	/** The header with the trace, as Sentry's SDKs read it. */
	public static final String TRACE_HEADER = "sentry-trace";

	/** The header with the dynamic sampling context. */
	public static final String BAGGAGE_HEADER = "baggage";

	/**
	 * The header with the time at which a message was handed to the broker, in seconds
	 * since the epoch as a decimal number, shared with Sentry's other SDKs.
	 */
	public static final String ENQUEUED_TIME_HEADER = "sentry-task-enqueued-time";

	/** The header with the identity of a message, as Sentry's own consumer reads it. */
	public static final String MESSAGE_ID_HEADER = "messaging.message.id";

	/** The product, such as {@code kafka}. */
	public static final AttributeKey<String> SYSTEM = AttributeKey.text("messaging.system", NONE);

	/** The low-cardinality name of the topic or the queue. */
	public static final AttributeKey<String> DESTINATION = AttributeKey.text("messaging.destination.name", NONE);

	/** The identity of the message, the same on both sides. */
	public static final AttributeKey<String> MESSAGE_ID = AttributeKey.text("messaging.message.id", POSSIBLE);

	/** The size of the message without its headers, in bytes. */
	public static final AttributeKey<Long> BODY_SIZE = AttributeKey.number("messaging.message.body.size", Unit.BYTES);

	/** The time between sending and processing, in milliseconds, never negative. */
	public static final AttributeKey<Long> RECEIVE_LATENCY = AttributeKey.number("messaging.message.receive.latency",
			Unit.MILLISECONDS);

	/** The number of earlier attempts, 0 on the first delivery. */
	public static final AttributeKey<Integer> RETRY_COUNT = AttributeKey.count("messaging.message.retry.count");

	/** The number of messages that are handled at once. */
	public static final AttributeKey<Integer> BATCH_SIZE = AttributeKey.count("messaging.batch.message_count");

	/**
	 * The longest time that a message of a batch was under way, in milliseconds. A name
	 * of this library, as Sentry has none.
	 */
	public static final AttributeKey<Long> BATCH_MAX_LATENCY = AttributeKey
		.number("messaging.batch.receive.latency.max", Unit.MILLISECONDS);

	/**
	 * The traces that the messages of a batch come from, each with the span that sent the
	 * first one, as {@value #TRACE_HEADER} writes them. A name of this library, as Sentry
	 * has none.
	 */
	@SuppressWarnings("unchecked")
	public static final AttributeKey<List<String>> BATCH_TRACES = new AttributeKey<>("messaging.batch.traces",
			(Class<List<String>>) (Class<?>) List.class, Unit.NONE, NONE);

	// The start of the year 2000: nobody has sent a message earlier.
	private static final long FIRST_MILLIS = 946_684_800_000L;

	private static final int MAX_ID = 255;

	private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

	private QueueConvention() {
	}

	/**
	 * Return the target for messages published to a destination.
	 * @param system the product, such as {@code kafka}
	 * @param destination the name of the topic or the queue
	 * @param origin what reports the message
	 * @return the target
	 */
	public static OperationTarget publishes(String system, String destination, Origin origin) {
		return target(OperationKind.QUEUE_PUBLISH, system, destination, origin);
	}

	/**
	 * Return the target for messages processed from a destination.
	 * @param system the product, such as {@code kafka}
	 * @param destination the name of the topic or the queue
	 * @param origin what reports the message
	 * @return the target
	 */
	public static OperationTarget processes(String system, String destination, Origin origin) {
		return target(OperationKind.QUEUE_PROCESS, system, destination, origin);
	}

	/**
	 * Return an identity for a message that has none. Unique, but not secret.
	 * @return a random UUID
	 */
	public static String newMessageId() {
		return new String(newMessageIdBytes(), StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return an identity for a message that has none, as the bytes of a header.
	 * @return the ASCII text of a random UUID
	 */
	public static byte[] newMessageIdBytes() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		byte[] text = new byte[36];
		write((random.nextLong() & ~0xF000L) | 0x4000L, text, 0, 8, 13);
		write((random.nextLong() >>> 2) | Long.MIN_VALUE, text, 18, 18, 23);
		return text;
	}

	private static void write(long bits, byte[] text, int start, int firstDash, int secondDash) {
		int place = start;
		for (int shift = 60; shift >= 0; shift -= 4) {
			if (place == firstDash || place == secondDash) {
				text[place++] = '-';
			}
			text[place++] = HEX[(int) (bits >>> shift) & 0xF];
		}
	}

	/**
	 * Tell the size of a message by its body, where it is known without serializing it:
	 * that of bytes, and of text in UTF-8.
	 * @param attributes the attributes of the operation
	 * @param body the body
	 */
	public static void body(Attributes attributes, @Nullable Object body) {
		long size = PayloadSize.of(body);
		if (size >= 0) {
			attributes.set(BODY_SIZE, size);
		}
	}

	/**
	 * Describe a message that is about to be handled.
	 * @param attributes the attributes of the operation
	 * @param headers the headers of the message
	 * @param message what else is known of it
	 * @param nowMillis the time of receipt, in milliseconds since the epoch
	 */
	public static void received(Attributes attributes, MessageHeaders headers, ReceivedMessage message,
			long nowMillis) {
		attributes.set(MESSAGE_ID, messageId(headers, message));
		if (message.bodySize() >= 0) {
			attributes.set(BODY_SIZE, message.bodySize());
		}
		attributes.set(RETRY_COUNT, message.retries());
		long latency = latency(headers, message, nowMillis);
		if (latency >= 0) {
			attributes.set(RECEIVE_LATENCY, latency);
		}
	}

	static String messageId(MessageHeaders headers, ReceivedMessage message) {
		String carried = headers.messageId();
		if (carried != null && carried.length() <= MAX_ID) {
			return carried;
		}
		String id = message.id();
		return (id != null) ? id : newMessageId();
	}

	/**
	 * Return the time a message was under way.
	 * @param headers the headers of the message
	 * @param message what else is known of it
	 * @param nowMillis the time of receipt, in milliseconds since the epoch
	 * @return the time in milliseconds, or a negative number when the time of sending is
	 * missing, malformed, impossible or in the future
	 */
	static long latency(MessageHeaders headers, ReceivedMessage message, long nowMillis) {
		double sent = millis(headers.apply(ENQUEUED_TIME_HEADER));
		if (!isPossible(sent)) {
			sent = message.sentMillis();
		}
		return (isPossible(sent) && sent <= nowMillis) ? Math.round(nowMillis - sent) : -1;
	}

	private static double millis(@Nullable String enqueuedTime) {
		try {
			return (enqueuedTime != null) ? Double.parseDouble(enqueuedTime) * 1000 : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	/**
	 * One time of a sender without a clock would spoil the average of all.
	 */
	private static boolean isPossible(double millis) {
		return millis >= FIRST_MILLIS && millis <= Long.MAX_VALUE;
	}

	/**
	 * Return the value of {@value #ENQUEUED_TIME_HEADER} for a time.
	 * @param millis the time, in milliseconds since the epoch
	 * @return the seconds with three decimals
	 */
	public static String enqueuedTime(long millis) {
		long fraction = millis % 1000;
		return (millis / 1000) + ((fraction < 10) ? ".00" : (fraction < 100) ? ".0" : ".") + fraction;
	}

	private static OperationTarget target(OperationKind kind, String system, String destination, Origin origin) {
		return OperationTarget
			.of(kind, destination, (kind == OperationKind.QUEUE_PUBLISH) ? origin.publish : origin.process)
			.with(SYSTEM, system)
			.with(DESTINATION, destination)
			.build();
	}

	/**
	 * What reports a message.
	 */
	public enum Origin {

		/** Apache Kafka's client. */
		KAFKA("auto.queue.insights.kafka_producer", "auto.queue.insights.kafka_consumer"),

		/** RabbitMQ's client. */
		RABBITMQ("auto.queue.insights.rabbitmq_producer", "auto.queue.insights.rabbitmq_consumer"),

		/** Redis, by its streams and channels. */
		REDIS("auto.queue.insights.redis", "auto.queue.insights.redis"),

		/** A provider of JMS. */
		JMS("auto.queue.insights.jms_producer", "auto.queue.insights.jms_consumer"),

		/** An annotated method. */
		ANNOTATION("auto.queue.insights.annotation", "auto.queue.insights.annotation"),

		/** The application itself. */
		APPLICATION("manual.queue.insights", "manual.queue.insights");

		private final String publish;

		private final String process;

		Origin(String publish, String process) {
			this.publish = publish;
			this.process = process;
		}

	}

}
