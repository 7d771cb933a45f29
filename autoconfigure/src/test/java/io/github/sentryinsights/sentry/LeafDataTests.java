package io.github.sentryinsights.sentry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

import io.sentry.NoOpScopes;
import io.sentry.SentryTracer;
import io.sentry.SpanDataConvention;
import io.sentry.TracesSamplingDecision;
import io.sentry.TransactionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.AttributeKey.Sensitivity;
import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link LeafData} against the map that holds the data of the SDK's own spans.
 */
class LeafDataTests {

	private static final OperationTarget statements = DbConvention
		.reported(new Database("db", "h2", "shop", "localhost", 5432));

	private static final List<String> keys = List.of("db.system", "db.name", "server.address", "server.port", "own.0",
			"own.1", "own.2", SpanDataConvention.THREAD_ID, SpanDataConvention.THREAD_NAME, "absent", "other");

	@Test
	void itHoldsSharedAndOwnAttributesAndTheThread() {
		Map<String, Object> data = data(statements, 5);
		assertThat(data).hasSize(11)
			.containsEntry("db.system", "h2")
			.containsEntry("db.name", "shop")
			.containsEntry("server.address", "localhost")
			.containsEntry("server.port", 5432)
			.containsEntry("own.0", 0)
			.containsEntry("own.1", "one")
			.containsEntry("own.2", true)
			.containsEntry("own.3", 3L)
			.containsEntry("own.4", List.of("four"))
			.containsKeys(SpanDataConvention.THREAD_ID, SpanDataConvention.THREAD_NAME);
	}

	@Test
	void anOwnAttributeTakesThePlaceOfASharedOne() {
		LeafOperation leaf = leaf(statements);
		leaf.set(DbConvention.NAME, "archive");
		leaf.finish(Outcome.SUCCESS, System.nanoTime());
		Map<String, Object> data = LeafData.of(leaf);
		assertThat(data).hasSize(6).containsEntry("db.name", "archive").containsEntry("db.system", "h2");
		assertThat(data.keySet()).doesNotHaveDuplicates();
	}

	@Test
	void anAttributeThatIsSetAgainIsReplaced() {
		LeafOperation leaf = leaf(statements);
		leaf.set(DbConvention.OPERATION, "SELECT");
		leaf.set(DbConvention.BATCH_SIZE, 2);
		leaf.set(DbConvention.OPERATION, "INSERT");
		leaf.finish(Outcome.SUCCESS, System.nanoTime());
		assertThat(LeafData.of(leaf)).hasSize(8)
			.containsEntry("db.operation", "INSERT")
			.containsEntry("db.operation.batch.size", 2);
	}

	@Test
	void anAttributeWithoutAValueIsRemoved() {
		LeafOperation leaf = leaf(statements);
		leaf.set(key("own.0"), "a");
		leaf.set(key("own.1"), "b");
		leaf.set(key("own.2"), "c");
		leaf.set(key("own.1"), null);
		leaf.set(key("absent"), null);
		leaf.finish(Outcome.SUCCESS, System.nanoTime());
		Map<String, Object> data = LeafData.of(leaf);
		assertThat(data).hasSize(8)
			.containsEntry("own.0", "a")
			.containsEntry("own.2", "c")
			.doesNotContainKeys("own.1", "absent");
		assertThat(new ConcurrentHashMap<>(data)).isEqualTo(data);
	}

	@Test
	void whatIsSaidAfterwardsDoesNotChangeIt() {
		LeafOperation leaf = leaf(statements);
		leaf.set(key("own.0"), "a");
		Map<String, Object> data = LeafData.of(leaf);
		leaf.set(key("own.0"), "late");
		leaf.set(key("own.1"), "late");
		assertThat(data).hasSize(7).containsEntry("own.0", "a").doesNotContainValue("late");
	}

	@Test
	void twoLeavesOfATargetDoNotShareWhatIsChanged() {
		Map<String, Object> first = data(statements, 1);
		Map<String, Object> second = data(statements, 1);
		first.put("db.system", "changed");
		first.remove("db.name");
		assertThat(second).containsEntry("db.system", "h2").containsEntry("db.name", "shop");
		assertThat(data(statements, 1)).isEqualTo(second);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("accesses")
	void itDoesWhatTheMapOfASpanDoes(String name, Access access) {
		for (int own = 0; own <= 5; own++) {
			compare(data(statements, own), List.of(access));
			compare(data(FunctionConvention.reported(null, "work"), own), List.of(access, access));
			Access change = map -> map.put("other", "changed");
			compare(data(statements, own), List.of(change, access));
			compare(data(statements, own), List.of(access, change, access));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 5, 8, 13, 21, 34, 55, 89 })
	void itDoesWhatTheMapOfASpanDoesInAnyOrder(long seed) {
		Random random = new Random(seed);
		for (int round = 0; round < 100; round++) {
			List<Access> accesses = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				accesses.add(random(random));
			}
			compare(data(statements, random.nextInt(6)), accesses);
		}
	}

	@Test
	void aKeyThatIsNullIsAbsentWhereTheMapOfASpanWouldFail() {
		Map<String, Object> data = data(statements, 1);
		assertThat(data.get(null)).isNull();
		assertThat(data.containsKey(null)).isFalse();
		assertThat(data.remove(null)).isNull();
		data.put("other", 1);
		assertThat(data.get(null)).isNull();
		assertThat(data.containsKey(null)).isFalse();
		assertThat(data.remove(null)).isNull();
	}

	@Test
	void aChangeDuringTheIterationDisturbsNothing() {
		Map<String, Object> data = data(statements, 2);
		Set<String> seen = new HashSet<>();
		for (Map.Entry<String, Object> entry : data.entrySet()) {
			seen.add(entry.getKey());
			data.put(entry.getKey(), "changed");
		}
		assertThat(seen).hasSize(8).containsAll(data.keySet());
		assertThat(data.values()).containsOnly("changed");
	}

	@Test
	void anEntryCanBeRemovedOnceAndOnlyAfterItWasSeen() {
		Iterator<Map.Entry<String, Object>> entries = data(statements, 1).entrySet().iterator();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(entries::remove);
		entries.next();
		entries.remove();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(entries::remove);
		entries.next();
		entries.remove();
	}

	private static Stream<Arguments> accesses() {
		return Stream.of(access("get", map -> keys.stream().map(map::get).toList()),
				access("containsKey", map -> keys.stream().map(map::containsKey).toList()),
				access("containsValue", map -> map.containsValue("h2") + " " + map.containsValue("none")),
				access("getOrDefault",
						map -> map.getOrDefault("db.name", "none") + " " + map.getOrDefault("absent", "none")),
				access("put of a new key", map -> map.put("absent", "new")),
				access("put of an own key", map -> map.put("own.0", "new")),
				access("put of a shared key", map -> map.put("db.name", "new")),
				access("put of the thread", map -> map.put(SpanDataConvention.THREAD_ID, "new")),
				access("put of null", map -> map.put("db.name", null)),
				access("put under null", map -> map.put(null, "new")),
				access("putAll", map -> returning(map, () -> map.putAll(Map.of("db.name", "new", "absent", "new")))),
				access("putIfAbsent",
						map -> map.putIfAbsent("db.name", "new") + " " + map.putIfAbsent("absent", "new")),
				access("remove of an own key", map -> map.remove("own.0")),
				access("remove of a shared key", map -> map.remove("db.name")),
				access("remove of an absent key", map -> map.remove("absent")),
				access("remove of everything", map -> keys.stream().map(map::remove).toList()),
				access("remove of a key and a value",
						map -> map.remove("db.name", "none") + " " + map.remove("db.system", "h2")),
				access("clear", map -> returning(map, map::clear)),
				access("replace", map -> map.replace("db.name", "new") + " " + map.replace("absent", "new")),
				access("replace of a value",
						map -> map.replace("db.name", "none", "new") + " " + map.replace("db.system", "h2", "new")),
				access("replaceAll", map -> returning(map, () -> map.replaceAll((key, value) -> key + "=" + value))),
				access("replaceAll with null", map -> returning(map, () -> map.replaceAll((key, value) -> null))),
				access("computeIfAbsent",
						map -> map.computeIfAbsent("absent", key -> key) + " "
								+ map.computeIfAbsent("db.name", key -> key)),
				access("computeIfAbsent of null", map -> map.computeIfAbsent("absent", key -> null)),
				access("computeIfPresent",
						map -> map.computeIfPresent("db.name", (key, value) -> value + "!") + " "
								+ map.computeIfPresent("absent", (key, value) -> value)),
				access("computeIfPresent of null", map -> map.computeIfPresent("db.name", (key, value) -> null)),
				access("compute", map -> map.compute("db.name", (key, value) -> value + "!")),
				access("compute of null", map -> map.compute("own.0", (key, value) -> null)),
				access("merge", map -> map.merge("db.name", "new", (one, other) -> one + "+" + other)),
				access("merge to null", map -> map.merge("db.system", "new", (one, other) -> null)),
				access("merge of null", map -> map.merge("db.system", null, (one, other) -> null)),
				access("the size of each view",
						map -> map.keySet().size() + " " + map.values().size() + " " + map.entrySet().size()),
				access("keySet().contains", map -> map.keySet().contains("db.name") + " " + map.keySet().contains("x")),
				access("keySet().remove", map -> map.keySet().remove("db.name")),
				access("keySet().removeIf", map -> map.keySet().removeIf(key -> key.contains("m"))),
				access("keySet().retainAll", map -> map.keySet().retainAll(Set.of("db.name", "own.0"))),
				access("keySet().clear", map -> returning(map, () -> map.keySet().clear())),
				access("values().contains", map -> map.values().contains("h2")),
				access("values().remove", map -> map.values().remove("h2")),
				access("values().removeIf", map -> map.values().removeIf(String.class::isInstance)),
				access("values().clear", map -> returning(map, () -> map.values().clear())),
				access("entrySet().contains", map -> map.entrySet().contains(Map.entry("db.system", "h2"))),
				access("entrySet().remove", map -> map.entrySet().remove(Map.entry("db.system", "h2"))),
				access("entrySet().removeIf", map -> map.entrySet().removeIf(entry -> entry.getKey().startsWith("o"))),
				access("entrySet().clear", map -> returning(map, () -> map.entrySet().clear())),
				access("setValue", map -> setValue(map, "db.name")),
				access("setValue of null", map -> setValue(map, "own.0", null)),
				access("removal by the iterator", map -> removeByIterator(map, "server.port")),
				access("forEach", LeafDataTests::visited), access("hashCode", Object::hashCode),
				access("isEmpty", Map::isEmpty));
	}

	private static Access random(Random random) {
		String key = keys.get(random.nextInt(keys.size()));
		String other = keys.get(random.nextInt(keys.size()));
		Object value = random.nextBoolean() ? random.nextInt(3) : "h2";
		return switch (random.nextInt(22)) {
			case 0 -> map -> map.get(key);
			case 1 -> map -> map.containsKey(key);
			case 2 -> map -> map.containsValue(value);
			case 3, 4 -> map -> map.put(key, value);
			case 5 -> map -> map.putIfAbsent(key, value);
			case 6, 7 -> map -> map.remove(key);
			case 8 -> map -> map.remove(key, value);
			case 9 -> map -> map.replace(key, value);
			case 10 -> map -> map.computeIfAbsent(key, absent -> value);
			case 11 -> map -> map.computeIfPresent(key, (name, old) -> old.equals(value) ? null : value);
			case 12 -> map -> map.compute(key, (name, old) -> (old != null) ? null : value);
			case 13 -> map -> map.merge(key, value, (one, two) -> one.equals(two) ? null : two);
			case 14 -> map -> map.keySet().removeIf(name -> name.equals(key) || name.equals(other));
			case 15 -> map -> map.values().removeIf(value::equals);
			case 16 -> map -> map.entrySet().removeIf(entry -> entry.getValue().equals(value));
			case 17 -> map -> returning(map, () -> map.replaceAll((name, old) -> name.equals(key) ? value : old));
			case 18 -> map -> setValue(map, key);
			case 19 -> map -> removeByIterator(map, key);
			case 20 -> LeafDataTests::visited;
			default -> (random.nextInt(10) == 0) ? map -> returning(map, map::clear) : map -> map.put(key, null);
		};
	}

	/**
	 * Do the same with the data and with a map like that of a span.
	 */
	private static void compare(Map<String, Object> data, List<Access> accesses) {
		Map<String, Object> model = new ConcurrentHashMap<>();
		data.forEach(model::put);
		same(data, model);
		for (Access access : accesses) {
			assertThat(outcome(access, data)).isEqualTo(outcome(access, model));
			same(data, model);
		}
	}

	private static void same(Map<String, Object> data, Map<String, Object> model) {
		assertThat(data).isEqualTo(model).hasSameHashCodeAs(model).hasSize(model.size());
		assertThat(model).isEqualTo(data);
		assertThat(new HashMap<>(data)).isEqualTo(data);
		assertThat(data.keySet()).isEqualTo(model.keySet());
		assertThat(data.entrySet()).isEqualTo(model.entrySet());
		assertThat(data.values()).containsExactlyInAnyOrderElementsOf(model.values());
		assertThat(visited(data)).isEqualTo(visited(model));
	}

	private static Object outcome(Access access, Map<String, Object> map) {
		try {
			return String.valueOf(access.apply(map));
		}
		catch (RuntimeException ex) {
			return ex.getClass();
		}
	}

	private static Map<String, Object> visited(Map<String, Object> map) {
		Map<String, Object> visited = new TreeMap<>();
		map.forEach(visited::put);
		return visited;
	}

	private static Object setValue(Map<String, Object> map, String key) {
		return setValue(map, key, "set");
	}

	private static Object setValue(Map<String, Object> map, String key, Object value) {
		List<Object> results = new ArrayList<>();
		for (Map.Entry<String, Object> entry : map.entrySet()) {
			if (entry.getKey().equals(key)) {
				results.add(entry.setValue(value));
				results.add(entry.getValue());
			}
		}
		return results;
	}

	private static Object removeByIterator(Map<String, Object> map, String key) {
		int removed = 0;
		for (Iterator<String> names = map.keySet().iterator(); names.hasNext();) {
			if (names.next().equals(key)) {
				names.remove();
				removed++;
			}
		}
		return removed;
	}

	private static Object returning(Map<String, Object> map, Runnable action) {
		action.run();
		return map.size();
	}

	private static Arguments access(String name, Access access) {
		return arguments(name, access);
	}

	private static Map<String, Object> data(OperationTarget target, int own) {
		List<Object> values = List.of(0, "one", true, 3L, List.of("four"));
		LeafOperation leaf = leaf(target);
		for (int i = 0; i < own; i++) {
			leaf.set(key("own." + i), values.get(i));
		}
		leaf.finish(Outcome.SUCCESS, System.nanoTime());
		return LeafData.of(leaf);
	}

	private static LeafOperation leaf(OperationTarget target) {
		SentryTracer transaction = new SentryTracer(
				new TransactionContext("test", "test", new TracesSamplingDecision(true)), NoOpScopes.getInstance());
		return new LeafBuffer(transaction, NoOpScopes.getInstance(), null, new EpochClock(), new LateFailures())
			.start(target, transaction.getSpanContext().getSpanId());
	}

	private static AttributeKey<Object> key(String name) {
		return new AttributeKey<>(name, Object.class, Unit.NONE, Sensitivity.NONE);
	}

	/**
	 * Something done with a map.
	 */
	private interface Access extends Function<Map<String, Object>, Object> {

	}

}
