package io.github.sentryinsights.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * Reports operations that no instrumentation sees, from code.
 * <p>
 * A call may return its result, a {@link java.util.concurrent.CompletionStage} or,
 * through {@link Traced#publisher}, a Reactor type; the operation lasts until the result
 * is there. A stage is returned as the very same object, so whoever waits for it is woken
 * a moment before the operation ends. What a call throws reaches the caller untouched.
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class InsightsTemplate {

	private static final BiConsumer<Operation, @Nullable Object> NOTHING = (operation, value) -> {
	};

	private final PublisherInstrumentation publishers;

	private final SqlStatements statements;

	private final CacheKeys keys;

	private final Operations.Sources<SourceKey> sources;

	/**
	 * Create a template.
	 * @param operations starts the operations
	 * @param publishers observes reactive types
	 * @param statements what may be shown of SQL statements
	 * @param keys what may be shown of the keys of caches
	 */
	public InsightsTemplate(Operations operations, PublisherInstrumentation publishers, SqlStatements statements,
			CacheKeys keys) {
		this.publishers = publishers;
		this.statements = statements;
		this.keys = keys;
		this.sources = operations.sources();
	}

	/**
	 * Report a piece of work under the current span.
	 * @param name the low-cardinality name of the work
	 * @return what runs the work
	 */
	public Traced traced(String name) {
		return traced(null, name);
	}

	/**
	 * Report a piece of work under the current span.
	 * @param operation the operation of the span, such as {@code http.client}
	 * @param name the low-cardinality name of the work
	 * @return what runs the work
	 */
	public Traced traced(@Nullable String operation, String name) {
		return new Traced(
				source(OperationKind.FUNCTION, operation, name, key -> FunctionConvention.reported(operation, name)),
				Starting.BELOW, attributes -> {
				}, (result, value) -> {
				});
	}

	/**
	 * Report a piece of work as a transaction of its own when no span is current.
	 * @param name the low-cardinality name of the work
	 * @return what runs the work
	 */
	public Traced transaction(String name) {
		Traced traced = traced(name);
		return new Traced(traced.source, Starting.BELOW_OR_TRANSACTION, traced.description, traced.completion);
	}

	/**
	 * Report an SQL statement.
	 * @param system the product, in lower case, such as {@code postgresql}
	 * @param sql the statement, whose literals never leave the process
	 * @return what runs the statement
	 */
	public Traced db(String system, String sql) {
		return new Traced(
				source(OperationKind.DB_QUERY, system, system,
						key -> DbConvention.reported(new Database(system, system, null, null, null))),
				Starting.BELOW,
				attributes -> DbConvention.statement(attributes, this.statements.of(system).normalize(sql), 0),
				(result, value) -> {
				});
	}

	/**
	 * Report accesses to a cache.
	 * @param cache the name of the cache
	 * @return what runs the accesses
	 */
	public TracedCache cache(String cache) {
		return new TracedCache(cache, false, null);
	}

	/**
	 * Report messages of a queue.
	 * @param system the product, such as {@code rabbitmq}
	 * @param destination the low-cardinality name of the queue
	 * @return what sends and handles the messages
	 */
	public TracedQueue queue(String system, String destination) {
		return new TracedQueue(system, destination, ReceivedMessage.UNKNOWN);
	}

	/**
	 * Complete a read of a cache, which is a hit
	 * {@linkplain CacheConvention#isHit(Object, boolean) by its result}.
	 * @param operation the operation
	 * @param value what the cache returned
	 * @param falseIsMiss whether {@code false} says that nothing was found
	 */
	public static void completeRead(Operation operation, @Nullable Object value, boolean falseIsMiss) {
		boolean hit = CacheConvention.isHit(value, falseIsMiss);
		operation.outcome(hit ? Outcome.HIT : Outcome.MISS);
		operation.attributes(attributes -> {
			attributes.set(CacheConvention.HIT, hit);
			CacheConvention.item(attributes, (value instanceof Optional<?> optional) ? optional.orElse(null) : value);
		});
	}

	/**
	 * Complete a write to a cache, which has written unless its result says otherwise.
	 * @param operation the operation
	 * @param value what the cache returned
	 * @param falseIsNothing whether {@code false} says that nothing was written
	 */
	public static void completeWrite(Operation operation, @Nullable Object value, boolean falseIsNothing) {
		operation.attributes(
				attributes -> attributes.set(CacheConvention.WRITE, !(falseIsNothing && Boolean.FALSE.equals(value))));
	}

	private OperationSource source(OperationKind kind, @Nullable String system, String name,
			Function<SourceKey, OperationTarget> target) {
		return this.sources.get(new SourceKey(kind, system, name), target);
	}

	/**
	 * How a piece of work starts, on a thread or in a reactive context.
	 *
	 * @param here starts it on this thread
	 * @param within starts it in a reactive context
	 */
	private record Starting(OperationSource.Start here, Within within) {

		static final Starting BELOW = new Starting(OperationSource::startCurrent, OperationSource::startWithin);

		static final Starting BELOW_OR_TRANSACTION = new Starting(OperationSource::startCurrentOrTransaction,
				OperationSource::startWithinOrTransaction);

		static Starting transaction(Function<String, @Nullable String> headers) {
			return new Starting(source -> source.startTransaction(headers),
					(source, context) -> source.startTransactionWithin(headers));
		}

		@FunctionalInterface
		interface Within {

			Operation on(OperationSource source, Function<Object, @Nullable Object> context);

		}

	}

	private record SourceKey(OperationKind kind, @Nullable String system, String name) {
	}

	/**
	 * Runs one piece of work as an operation.
	 */
	public final class Traced {

		private final OperationSource source;

		private final Starting starting;

		private final Consumer<Attributes> description;

		private final BiConsumer<Operation, @Nullable Object> completion;

		private Traced(OperationSource source, Starting starting, Consumer<Attributes> description,
				BiConsumer<Operation, @Nullable Object> completion) {
			this.source = source;
			this.starting = starting;
			this.description = description;
			this.completion = completion;
		}

		/**
		 * Run the work.
		 * @param <T> the type of the result
		 * @param <X> the type of the exception
		 * @param call the work
		 * @return the result of the work
		 * @throws X what the work throws
		 */
		public <T extends @Nullable Object, X extends Throwable> T call(Operation.Call<T, X> call) throws X {
			return this.source.run(this.starting.here(), this.description, this.completion, call);
		}

		/**
		 * Run work that has no result.
		 * @param <X> the type of the exception
		 * @param action the work
		 * @throws X what the work throws
		 */
		public <X extends Throwable> void run(Operation.Action<X> action) throws X {
			call(() -> {
				action.run();
				return this;
			});
		}

		/**
		 * Report the work of a Reactor type, from each subscription to its end.
		 * @param <P> {@code Mono} or {@code Flux}
		 * @param publisher supplies the publisher
		 * @return the observed publisher
		 */
		public <P> P publisher(Supplier<P> publisher) {
			return InsightsTemplate.this.publishers.instrument(publisher.get(), context -> {
				Operation operation = this.starting.within().on(this.source, context);
				operation.attributes(this.description);
				return operation;
			}, this.completion);
		}

	}

	/**
	 * Runs accesses to one cache.
	 */
	public final class TracedCache {

		private final String cache;

		private final boolean falseIsMiss;

		private final @Nullable Duration timeToLive;

		private TracedCache(String cache, boolean falseIsMiss, @Nullable Duration timeToLive) {
			this.cache = cache;
			this.falseIsMiss = falseIsMiss;
			this.timeToLive = timeToLive;
		}

		/**
		 * Take {@code false} for a miss, as the result of what asks whether an entry is
		 * there, and for nothing written, as that of what stores only what is absent.
		 * @return the same cache, whose accesses are told apart in that way
		 */
		public TracedCache falseIsMiss() {
			return new TracedCache(this.cache, true, this.timeToLive);
		}

		/**
		 * Tell how long the entries live that are written.
		 * @param timeToLive the time from the write on, told in whole seconds
		 * @return the same cache, whose writes tell the time
		 */
		public TracedCache timeToLive(Duration timeToLive) {
			return new TracedCache(this.cache, this.falseIsMiss, timeToLive);
		}

		/**
		 * Report a read. A result that is {@code null} or empty is a miss.
		 * @param key the key, shown as {@code sentry.insights.cache.keys} says
		 * @return what runs the read
		 */
		public Traced get(@Nullable Object key) {
			return getAll(Collections.singletonList(key));
		}

		/**
		 * Report a read of several entries. A result that holds none of them is a miss.
		 * @param keys the keys
		 * @return what runs the read
		 */
		public Traced getAll(List<?> keys) {
			return access(OperationKind.CACHE_GET, "get", keys, null,
					(operation, value) -> completeRead(operation, value, this.falseIsMiss));
		}

		/**
		 * Report a write.
		 * @param key the key
		 * @return what runs the write
		 */
		public Traced put(@Nullable Object key) {
			return put(key, null);
		}

		/**
		 * Report a write of a value, of which nothing but the size is told.
		 * @param key the key
		 * @param value the value: bytes or text, as the size of others is not known
		 * @return what runs the write
		 */
		public Traced put(@Nullable Object key, @Nullable Object value) {
			return access(OperationKind.CACHE_PUT, "put", Collections.singletonList(key), value,
					(operation, result) -> completeWrite(operation, result, this.falseIsMiss));
		}

		/**
		 * Report the removal of an entry.
		 * @param key the key
		 * @return what runs the removal
		 */
		public Traced remove(@Nullable Object key) {
			return access(OperationKind.CACHE_REMOVE, "remove", Collections.singletonList(key), null, NOTHING);
		}

		/**
		 * Report the removal of all entries.
		 * @return what runs the removal
		 */
		public Traced flush() {
			return access(OperationKind.CACHE_FLUSH, "flush", List.of(), null, NOTHING);
		}

		private Traced access(OperationKind kind, String method, List<?> keys, @Nullable Object value,
				BiConsumer<Operation, @Nullable Object> completion) {
			OperationSource source = source(kind, null, this.cache,
					key -> CacheConvention.accesses(kind, this.cache, CacheConvention.Origin.APPLICATION, null, null));
			return new Traced(source, Starting.BELOW, attributes -> {
				attributes.set(CacheConvention.OPERATION, method);
				CacheConvention.keys(attributes, InsightsTemplate.this.keys.all(keys));
				if (kind == OperationKind.CACHE_GET) {
					attributes.set(CacheConvention.HIT, false);
				}
				else if (kind == OperationKind.CACHE_PUT) {
					CacheConvention.item(attributes, value);
					CacheConvention.timeToLive(attributes, this.timeToLive);
				}
			}, completion);
		}

	}

	/**
	 * Sends and handles the messages of one queue.
	 */
	public final class TracedQueue {

		private final String system;

		private final String destination;

		private final ReceivedMessage message;

		private TracedQueue(String system, String destination, ReceivedMessage message) {
			this.system = system;
			this.destination = destination;
			this.message = message;
		}

		/**
		 * Tell the identity of the message. By default it is that of the headers of a
		 * message that is handled, and otherwise a random one.
		 * @param id the identity, which both sides show
		 * @return the same queue, for this message
		 */
		public TracedQueue messageId(String id) {
			return with(new ReceivedMessage(id, this.message.bodySize(), this.message.retries(),
					this.message.sentMillis()));
		}

		/**
		 * Tell the size of the message.
		 * @param bytes the size without headers, in bytes
		 * @return the same queue, for this message
		 */
		public TracedQueue bodySize(long bytes) {
			return with(
					new ReceivedMessage(this.message.id(), bytes, this.message.retries(), this.message.sentMillis()));
		}

		/**
		 * Tell how often a message that is handled has been delivered before.
		 * @param retries the number of earlier deliveries, 0 on the first one
		 * @return the same queue, for this message
		 */
		public TracedQueue retries(int retries) {
			return with(new ReceivedMessage(this.message.id(), this.message.bodySize(), retries,
					this.message.sentMillis()));
		}

		/**
		 * Tell when a message that is handled was sent, for one whose sender has put no
		 * time into the headers.
		 * @param time the time
		 * @return the same queue, for this message
		 */
		public TracedQueue sentAt(Instant time) {
			return with(new ReceivedMessage(this.message.id(), this.message.bodySize(), this.message.retries(),
					time.toEpochMilli()));
		}

		private TracedQueue with(ReceivedMessage message) {
			return new TracedQueue(this.system, this.destination, message);
		}

		/**
		 * Report a message being sent.
		 * @param <T> the type of the result
		 * @param <X> the type of the exception
		 * @param send sends the message, given the headers that the receiver needs to
		 * continue the trace, none while Sentry is off
		 * @return the result
		 * @throws X what sending throws
		 */
		public <T extends @Nullable Object, X extends Throwable> T publish(Sending<T, X> send) throws X {
			OperationSource source = publishes();
			Operation operation = source.startCurrent();
			Map<String, String> headers = headers(source, operation);
			return source.run(started -> operation, attributes -> {
			}, (result, value) -> {
			}, () -> send.send(headers));
		}

		/**
		 * Report a message being sent by a Reactor type, from each subscription to its
		 * end.
		 * @param <P> {@code Mono} or {@code Flux}
		 * @param type the Reactor type
		 * @param send returns what sends the message, given the headers that the receiver
		 * needs to continue the trace, none while Sentry is off
		 * @return the observed publisher
		 * @throws IllegalArgumentException if the type is none of Reactor's
		 */
		public <P> P publisher(Class<? super P> type, Function<Map<String, String>, P> send) {
			OperationSource source = publishes();
			return InsightsTemplate.this.publishers.defer(type, operation -> send.apply(headers(source, operation)),
					source::startWithin, (result, value) -> {
					});
		}

		/**
		 * Report a message being sent, without a result.
		 * @param <X> the type of the exception
		 * @param send sends the message, given the headers that the receiver needs to
		 * continue the trace, none while Sentry is off
		 * @throws X what sending throws
		 */
		public <X extends Throwable> void send(Sender<X> send) throws X {
			publish(headers -> {
				send.send(headers);
				return headers;
			});
		}

		/**
		 * Report a message being handled, as a transaction that continues the trace of
		 * the sender.
		 * @param headers the headers of the message, whose values are text, bytes of text
		 * in UTF-8, or anything else that is a text by its {@code toString}
		 * @return what handles the message
		 */
		public Traced process(Map<String, ?> headers) {
			OperationSource source = source(OperationKind.QUEUE_PROCESS, this.system, this.destination,
					key -> QueueConvention.processes(this.system, this.destination,
							QueueConvention.Origin.APPLICATION));
			MessageHeaders carried = MessageHeaders.received(headers);
			return new Traced(source, Starting.transaction(carried), attributes -> {
				QueueConvention.received(attributes, carried, this.message, System.currentTimeMillis());
				if (this.message.id() != null) {
					attributes.set(QueueConvention.MESSAGE_ID, this.message.id());
				}
			}, NOTHING);
		}

		private OperationSource publishes() {
			return source(OperationKind.QUEUE_PUBLISH, this.system, this.destination, key -> QueueConvention
				.publishes(this.system, this.destination, QueueConvention.Origin.APPLICATION));
		}

		private Map<String, String> headers(OperationSource source, Operation operation) {
			Map<String, String> headers = new LinkedHashMap<>();
			source.propagate(operation, MessageHeaders.sent(headers), this.message.id());
			long size = this.message.bodySize();
			if (size >= 0) {
				operation.attributes(attributes -> attributes.set(QueueConvention.BODY_SIZE, size));
			}
			return headers;
		}

	}

	/**
	 * Sends a message with headers.
	 *
	 * @param <T> the type of the result
	 * @param <X> the type of the exception
	 */
	@FunctionalInterface
	public interface Sending<T extends @Nullable Object, X extends Throwable> {

		/**
		 * Send the message.
		 * @param headers the headers to put on the message
		 * @return the result
		 * @throws X what sending throws
		 */
		T send(Map<String, String> headers) throws X;

	}

	/**
	 * Sends a message with headers, without a result.
	 *
	 * @param <X> the type of the exception
	 */
	@FunctionalInterface
	public interface Sender<X extends Throwable> {

		/**
		 * Send the message.
		 * @param headers the headers to put on the message
		 * @throws X what sending throws
		 */
		void send(Map<String, String> headers) throws X;

	}

}
