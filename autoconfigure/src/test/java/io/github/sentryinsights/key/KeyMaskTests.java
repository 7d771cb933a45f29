package io.github.sentryinsights.key;

import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyMask}.
 */
class KeyMaskTests {

	private static final int ROUNDS = 20_000;

	private final KeyMask mask = new KeyMask(Set.of());

	static LongStream seeds() {
		return LongStream.rangeClosed(1, 4);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "->", textBlock = """
			user:42:cart -> user:{id}:cart
			user:jane.doe:cart -> user:{id}:cart
			user:jane:cart -> user:{id}:cart
			user:jane.doe@example.com -> user:{id}
			bestellung:4711 -> bestellung:{id}
			bestellung:offen-4711:cart -> bestellung:{id}:cart
			bestellung:jane@example.com -> bestellung:{id}
			bestellung:{id} -> bestellung:{id}
			bestellung:jane -> {id}:{id}
			bestellung:cart -> {id}:cart
			bestellung::jane -> bestellung::{id}
			BestellungKey[kunde=jane] -> BestellungKey[{id}={id}]
			/bestellung/4711 -> /bestellung/{id}
			/users/42/orders/7 -> /users/{id}/orders/{id}
			user_42_cart -> user_{id}_cart
			cart-550e8400-e29b-41d4-a716-446655440000 -> cart-{id}
			things::42 -> things::{id}
			v2:shoppingCart:9 -> v2:shoppingCart:{id}
			UserKey[id=5,name=Jane] -> UserKey[id={id},name={id}]
			{user:42}:cart -> {user:{id}}:cart
			spring:session:sessions:expires:3f2a -> spring:session:sessions:expires:{id}
			product:caf\u00e9 -> product:{id}
			jane:cart -> {id}:cart
			jane:4711 -> {id}:{id}
			janeDoe:4711 -> {id}:{id}
			Nguyen|4711 -> {id}|{id}
			oyinkansola:cart -> {id}:cart
			https://example.com/products?page=2 -> https://{id}/products?page={id}
			rate.limit|10.0.0.1 -> rate.limit|{id}
			orderHTTPStatus:5 -> orderHTTPStatus:{id}
			session.eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.sig -> session.{id}
			<binary> -> <binary>
			""")
	void theKindOfKeyIsStillRecognised(String key, String shape) {
		assertThat(shape(key)).isEqualTo(shape);
	}

	@ParameterizedTest
	@ValueSource(strings = { "42", "jane", "jane.doe", "Jane Doe", "jane.doe@example.com", "\u738b\u4f1f", "deadbeef:1",
			"M\u00fcller:1", "QmFzZTY0:1", "+49-170-1234567", "1,2", "{42}:{43}", "4111 1111 1111 1111", "x", "\u0000",
			"abcdefghijklmnopqrstuvwxyz:1", "jane:42", "Jane[42]", "oyinkansola:adebayo", "smith::42" })
	void nothingIsLeftOfWhatMayBeAPerson(String key) {
		assertThat(shape(key).replace("{id}", "")).doesNotContainPattern("\\p{L}|\\p{N}");
	}

	@Test
	void idsAreNotAskedForTheirText() {
		assertThat(List.of(42, 42L, UUID.randomUUID(), LocalDate.now())).extracting(this::shape).containsOnly("{id}");
	}

	@Test
	void namesOfTheCodeStay() {
		assertThat(shape(TimeUnit.MICROSECONDS)).isEqualTo("MICROSECONDS");
		assertThat(shape(KeyMaskTests.class)).isEqualTo("KeyMaskTests");
	}

	@Test
	void furtherWordsStay() {
		KeyMask own = new KeyMask(Set.of("Bestellung", "wish-list", "gr\u00f6\u00dfe"));
		assertThat(shape(own, "user:7:bestellung:wishLists:Gr\u00f6\u00dfe"))
			.isEqualTo("user:{id}:bestellung:wishLists:Gr\u00f6\u00dfe");
	}

	@ParameterizedTest
	@ValueSource(strings = { "anna", "maria", "jose", "mohammed", "ali", "wei", "john", "james", "robert", "jennifer",
			"linda", "rose", "grace", "hope", "faith", "joy", "mark", "grant", "frank", "will", "bill", "drew", "chase",
			"miles", "april", "may", "june", "august", "summer", "max", "art", "guy", "dean", "ray", "jack", "peter",
			"smith", "jones", "miller", "brown", "taylor", "wilson", "baker", "cook", "king", "london", "paris" })
	void noNameOfAPersonOrAPlaceIsACommonWord(String name) {
		assertThat(shape("user:" + name)).isEqualTo("user:{id}");
	}

	@Test
	void noCommonWordCanBeTakenForPartOfAnId() {
		assertThat(CommonWords.all()).doesNotHaveDuplicates()
			.allMatch(word -> word.matches("[a-z]{2,}"))
			.noneMatch(word -> word.matches("[a-f]{4,}s?"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "wordns", "userxs", "s", "cartzs" })
	void whatOnlyBeginsWithACommonWordIsNoPlural(String id) {
		assertThat(shape("user:" + id + ":cart")).isEqualTo("user:{id}:cart");
	}

	@ParameterizedTest
	@ValueSource(strings = { "users", "Addresses", "statuses" })
	void aPluralIsACommonWord(String word) {
		assertThat(shape("cart:" + word + ":7")).isEqualTo("cart:" + word + ":{id}");
	}

	@Test
	void namesOfPeopleAreNoCommonWords() {
		assertThat(PersonNames.all()).hasSizeGreaterThan(1500)
			.doesNotHaveDuplicates()
			.isSorted()
			.allMatch(name -> name.matches("[a-z]{3,}"))
			.allSatisfy(name -> {
				assertThat(shape("user:" + name)).isEqualTo("user:{id}");
				assertThat(shape(name + ":42")).isEqualTo("{id}:{id}");
				assertThat(shape(name + ":cart")).isEqualTo("{id}:cart");
			});
	}

	@Test
	void furtherWordsStayWhereverTheyAre() {
		KeyMask own = new KeyMask(Set.of("tariff", "jane"));
		assertThat(shape(own, "tariff:all")).isEqualTo("tariff:all");
		assertThat(shape(own, "jane:cart")).isEqualTo("jane:cart");
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void theShapeOfAShapeIsTheSame(long seed) {
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			String key = key(random, "");
			String shape = shape(key);
			assertThat(shape.length()).as("seed %s: %s", seed, key).isLessThanOrEqualTo(200);
			assertThat(shape(shape)).as("seed %s: %s", seed, key).isEqualTo(shape);
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void idsMakeNoDifference(long seed) {
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			String words = IntStream.range(0, 1 + random.nextInt(4))
				.mapToObj(i -> word(random))
				.collect(Collectors.joining(":"));
			String one = words + ":" + secret(random) + ":cart";
			String other = words + ":" + secret(random) + ":cart";
			assertThat(shape(one)).as("seed %s: %s", seed, one).isEqualTo(words + ":{id}:cart").isEqualTo(shape(other));
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void aSecretLeavesWhateverStandsAroundIt(long seed) {
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			String secret = "s3cr3t" + random.nextInt(1000);
			String key = key(random, secret);
			assertThat(shape(key)).as("seed %s: %s", seed, key).doesNotContain("s3cr").doesNotContain("cr3t");
		}
	}

	@Test
	void aShapeIsMadeOnce() {
		assertThat(this.mask.of("user:42:cart")).isSameAs(this.mask.of("user:jane:cart"))
			.isNotSameAs(this.mask.of("user:42:carts"));
		assertThat(this.mask.of("42")).isSameAs(this.mask.of("jane"));
	}

	@Test
	void hugeKeysAreBounded() {
		String key = "a:".repeat(5_000_000);
		long start = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			assertThat(shape(key).length()).isLessThanOrEqualTo(200);
		}
		assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
	}

	@Test
	void whatIsCutOffIsNoWord() {
		assertThat(shape("user:" + "x".repeat(190) + ":cartoon")).isEqualTo("user:{id}:{id}");
	}

	private String shape(Object key) {
		return shape(this.mask, key);
	}

	private static String shape(KeyMask mask, Object key) {
		return mask.of(key).joined(", ");
	}

	private static String key(Random random, String secret) {
		String separators = ":/|.-_ ,[]{}=";
		StringBuilder key = new StringBuilder();
		int place = random.nextInt(12);
		for (int i = 0; i < 12; i++) {
			key.append((i == place) ? secret : switch (random.nextInt(6)) {
				case 0 -> "{id}";
				case 1 -> "";
				case 2 -> random(random);
				case 3 -> secret(random);
				default -> word(random);
			});
			for (int j = random.nextInt(3); j > 0; j--) {
				key.append(separators.charAt(random.nextInt(separators.length())));
			}
		}
		return key.toString();
	}

	private static String word(Random random) {
		List<String> words = List.of("user", "Cart", "ORDER", "orderItem", "prices", "v1");
		return words.get(random.nextInt(words.size()));
	}

	private static String secret(Random random) {
		return switch (random.nextInt(6)) {
			case 0 -> Long.toUnsignedString(random.nextLong());
			case 1 -> new UUID(random.nextLong(), random.nextLong()).toString();
			case 2 -> Long.toHexString(random.nextLong());
			case 3 -> "jane.doe" + random.nextInt(100) + "@example.com";
			case 4 -> "J\u00fcrgen-" + Integer.toString(random.nextInt(), 36);
			default -> "xyzzy";
		};
	}

	private static String random(Random random) {
		return random.ints(random.nextInt(60), 32, 400).mapToObj(Character::toString).collect(Collectors.joining());
	}

}
