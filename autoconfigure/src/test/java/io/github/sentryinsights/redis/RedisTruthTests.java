package io.github.sentryinsights.redis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.lettuce.core.api.async.RedisStringAsyncCommands;
import io.sentry.ITransaction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Computes from what arrives what the Caches page shows, and compares it with what was
 * done.
 */
class RedisTruthTests {

	private static final int TRANSACTIONS = 200;

	private static final int OPERATIONS = 50;

	private static final List<String> CACHES = List.of("product", "price", "user");

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@Test
	void whatThePageShowsIsWhatHappened() {
		try (EmbeddedRedis server = EmbeddedRedis.start()) {
			assertTruth(TRANSACTIONS, client -> client.standalone(server.port()), false);
		}
	}

	@Test
	void whatThePageShowsIsWhatHappenedInACluster(@TempDir Path directory) {
		try (EmbeddedCluster cluster = EmbeddedCluster.start(directory)) {
			assertTruth(TRANSACTIONS / 4, client -> client.cluster(cluster.configuration()), true);
		}
	}

	private void assertTruth(int transactions, Function<Client, RedisConnectionFactory> factories, boolean cluster) {
		Map<String, Row> truth = new TreeMap<>();
		this.recorder.runner(Client.LETTUCE, () -> factories.apply(Client.LETTUCE))
			.withBean("jedis", JedisConnectionFactory.class,
					() -> (JedisConnectionFactory) factories.apply(Client.JEDIS))
			.withPropertyValues("sentry.insights.redis.cache-prefixes=product:,price:*,user:?*",
					"sentry.max-queue-size=1000")
			.run(context -> {
				Application application = new Application(context.getBean(LettuceConnectionFactory.class),
						context.getBean(JedisConnectionFactory.class), cluster);
				for (int i = 0; i < transactions; i++) {
					String cache = application.pick(CACHES);
					Row row = truth.computeIfAbsent(cache, name -> new Row());
					ITransaction transaction = CurrentTransaction.start(cache);
					for (int j = 0; j < OPERATIONS; j++) {
						application.operate(cache, row);
					}
					transaction.finish();
				}
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.recorder.receiver().transactions().size() == transactions);
			});
		Map<String, Row> shown = new TreeMap<>();
		for (ReceivedTransaction transaction : this.recorder.receiver().transactions()) {
			Row row = shown.computeIfAbsent(transaction.name(), name -> new Row());
			transaction.spans().forEach(InsightsContract::verify);
			transaction.spans().forEach(row::show);
		}
		assertThat(shown).isEqualTo(truth);
		assertThat(truth.values()).allSatisfy(row -> assertThat(row.missRate()).isBetween(0.1, 0.9));
		assertThat(truth.values().stream().mapToLong(Row::accesses).sum())
			.isGreaterThan(transactions * OPERATIONS * 3 / 4);
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	/**
	 * A row of the page, by transaction.
	 */
	private static final class Row {

		private long reads;

		private long misses;

		private long sized;

		private long size;

		private long writes;

		private long written;

		private long removals;

		void read(Collection<String> found) {
			this.reads++;
			if (found.stream().noneMatch(Objects::nonNull)) {
				this.misses++;
			}
			else {
				this.sized++;
				this.size += found.stream().filter(Objects::nonNull).mapToLong(RedisTruthTests::size).sum();
			}
		}

		void write(boolean happened) {
			this.writes++;
			this.written += happened ? 1 : 0;
		}

		void remove() {
			this.removals++;
		}

		void show(ReceivedSpan span) {
			switch (span.op()) {
				case "cache.get" -> {
					this.reads++;
					this.misses += span.data("cache.hit").asBoolean() ? 0 : 1;
					this.sized += span.data().has("cache.item_size") ? 1 : 0;
					this.size += span.data("cache.item_size").asLong();
				}
				case "cache.put" -> write(span.data("cache.write").asBoolean());
				case "cache.remove" -> remove();
				default -> assertThat(span.op()).isEqualTo("db.redis");
			}
		}

		double missRate() {
			return (double) this.misses / this.reads;
		}

		long accesses() {
			return this.reads + this.writes + this.removals;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Row row && row.toString().equals(toString());
		}

		@Override
		public int hashCode() {
			return toString().hashCode();
		}

		@Override
		public String toString() {
			return "miss rate " + missRate() + " of " + this.reads + ", average size "
					+ (double) this.size / Math.max(1, this.sized) + ", " + this.written + " of " + this.writes
					+ " written, " + this.removals + " removals";
		}

	}

	/**
	 * An application that knows what its cache holds.
	 */
	private static final class Application {

		private final Random random = new Random(20261126);

		private final List<StringRedisTemplate> clients;

		private final ReactiveStringRedisTemplate reactive;

		private final Map<String, String> values = new HashMap<>();

		private final Map<String, Map<String, String>> hashes = new HashMap<>();

		private final List<BiConsumer<String, Row>> operations = new ArrayList<>(
				List.of(this::get, this::get, this::reactiveGet, this::multiGet, this::set, this::set,
						this::reactiveSet, this::setIfAbsent, this::multiSet, this::delete, this::getAndDelete,
						this::getAndExpire, this::append, this::expire, this::cancel, this::cancelSubscription,
						this::putField, this::getField, this::getFields, this::getAllFields));

		/**
		 * Create an application.
		 * @param lettuce connects by Lettuce
		 * @param jedis connects by Jedis
		 * @param cluster whether there is no transaction nor pipeline over Jedis, and a
		 * reactive read of several keys is one of each
		 */
		Application(LettuceConnectionFactory lettuce, JedisConnectionFactory jedis, boolean cluster) {
			if (!cluster) {
				this.operations.addAll(List.of(this::reactiveMultiGet, this::pipeline, this::transaction));
			}
			this.clients = List.of(new StringRedisTemplate(lettuce), new StringRedisTemplate(jedis));
			this.reactive = new ReactiveStringRedisTemplate(lettuce);
		}

		void operate(String cache, Row row) {
			pick(this.operations).accept(cache, row);
		}

		<T> T pick(List<T> from) {
			return from.get(this.random.nextInt(from.size()));
		}

		private void get(String cache, Row row) {
			String key = key(cache);
			assertThat(client().opsForValue().get(key)).isEqualTo(this.values.get(key));
			row.read(found(key));
		}

		private void reactiveGet(String cache, Row row) {
			String key = key(cache);
			assertThat(this.reactive.opsForValue().get(key).block()).isEqualTo(this.values.get(key));
			row.read(found(key));
		}

		private void multiGet(String cache, Row row) {
			List<String> keys = keys(cache);
			client().opsForValue().multiGet(withOthers(keys));
			row.read(found(keys));
		}

		private void reactiveMultiGet(String cache, Row row) {
			List<String> keys = keys(cache);
			this.reactive.opsForValue().multiGet(withOthers(keys)).block();
			row.read(found(keys));
		}

		private void set(String cache, Row row) {
			String key = key(cache);
			String value = value();
			if (this.random.nextBoolean()) {
				client().opsForValue().set(key, value, Duration.ofMinutes(10));
			}
			else {
				client().opsForValue().set(key, value);
			}
			this.values.put(key, value);
			row.write(true);
		}

		private void reactiveSet(String cache, Row row) {
			String key = key(cache);
			String value = value();
			this.reactive.opsForValue().set(key, value).block();
			this.values.put(key, value);
			row.write(true);
		}

		private void setIfAbsent(String cache, Row row) {
			String key = key(cache);
			String value = value();
			client().opsForValue().setIfAbsent(key, value, Duration.ofMinutes(10));
			row.write(this.values.putIfAbsent(key, value) == null);
		}

		private void multiSet(String cache, Row row) {
			Map<String, String> entries = new LinkedHashMap<>();
			keys(cache).forEach(key -> entries.put(key, value()));
			client().opsForValue().multiSet(entries);
			this.values.putAll(entries);
			row.write(true);
		}

		private void delete(String cache, Row row) {
			List<String> keys = keys(cache);
			client().delete(keys);
			this.values.keySet().removeAll(keys);
			row.remove();
		}

		private void getAndDelete(String cache, Row row) {
			String key = key(cache);
			row.read(found(key));
			assertThat(client().opsForValue().getAndDelete(key)).isEqualTo(this.values.remove(key));
		}

		private void getAndExpire(String cache, Row row) {
			String key = key(cache);
			client().opsForValue().getAndExpire(key, Duration.ofMinutes(5));
			row.read(found(key));
		}

		private void append(String cache, Row row) {
			String key = key(cache);
			String value = value();
			client().opsForValue().append(key, value);
			this.values.merge(key, value, String::concat);
			row.write(true);
		}

		private void expire(String cache, Row row) {
			String key = key(cache);
			client().expire(key, Duration.ofMinutes(5));
			row.write(this.values.containsKey(key));
		}

		private void pipeline(String cache, Row row) {
			List<String> keys = keys(cache);
			client().executePipelined((RedisCallback<?>) connection -> {
				for (String key : keys) {
					connection.stringCommands().get(bytes(key));
				}
				connection.stringCommands().set(bytes(keys.get(0)), bytes("x"));
				connection.stringCommands().get(bytes(keys.get(0)));
				return null;
			});
			keys.forEach(key -> row.read(found(key)));
			this.values.put(keys.get(0), "x");
			row.write(true);
			row.read(found(keys.get(0)));
		}

		private void transaction(String cache, Row row) {
			String key = key(cache);
			client().execute(new SessionCallback<Object>() {

				@Override
				@SuppressWarnings("unchecked")
				public <K, V> Object execute(RedisOperations<K, V> operations) {
					operations.multi();
					operations.opsForValue().get((K) key);
					return operations.exec();
				}

			});
		}

		@SuppressWarnings("unchecked")
		private void cancel(String cache, Row row) {
			String key = cache + ":absent";
			this.clients.get(0)
				.execute((RedisCallback<?>) connection -> ((RedisStringAsyncCommands<byte[], byte[]>) connection
					.getNativeConnection()).get(bytes(key)).cancel(true));
			row.read(found(key));
		}

		private void cancelSubscription(String cache, Row row) {
			String key = cache + ":absent";
			this.reactive.opsForValue().get(key).subscribe().dispose();
			row.read(found(key));
		}

		private void putField(String cache, Row row) {
			String key = cache + ":hash";
			String field = pick(List.of("a", "b", "c"));
			String value = value();
			client().opsForHash().put(key, field, value);
			this.hashes.computeIfAbsent(key, name -> new HashMap<>()).put(field, value);
			row.write(true);
		}

		private void getField(String cache, Row row) {
			String key = cache + ":hash";
			String field = pick(List.of("a", "b", "c", "d"));
			client().opsForHash().get(key, field);
			row.read(fields(key, field));
		}

		private void getFields(String cache, Row row) {
			String key = cache + ":hash";
			client().opsForHash().multiGet(key, List.of("a", "d", "b"));
			row.read(fields(key, "a", "d", "b"));
		}

		private void getAllFields(String cache, Row row) {
			String key = cache + (this.random.nextBoolean() ? ":hash" : ":absent");
			client().opsForHash().entries(key);
			row.read(this.hashes.getOrDefault(key, Map.of()).values());
		}

		private List<String> fields(String key, String... fields) {
			return Stream.of(fields).map(this.hashes.getOrDefault(key, Map.of())::get).toList();
		}

		private List<String> found(String key) {
			return found(List.of(key));
		}

		private List<String> found(List<String> keys) {
			List<String> found = new ArrayList<>();
			keys.forEach(key -> found.add(this.values.get(key)));
			return found;
		}

		private StringRedisTemplate client() {
			return pick(this.clients);
		}

		private String key(String cache) {
			return cache + ":" + this.random.nextInt(30);
		}

		private List<String> keys(String cache) {
			return this.random.ints(1 + this.random.nextInt(12), 0, 30)
				.distinct()
				.mapToObj(i -> cache + ":" + i)
				.toList();
		}

		private List<String> withOthers(List<String> keys) {
			List<String> all = new ArrayList<>(keys);
			for (int i = this.random.nextInt(3); i > 0; i--) {
				all.add(this.random.nextInt(all.size() + 1), "session:" + i);
			}
			return all;
		}

		private String value() {
			return this.random.nextInt(10) == 0 ? "" : "secret-\u00e9" + "v".repeat(this.random.nextInt(300));
		}

	}

	private static long size(String value) {
		return bytes(value).length;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
