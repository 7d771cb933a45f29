package io.github.sentryinsights.scrub;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import io.sentry.protocol.Message;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PayloadWalk}.
 */
class PayloadWalkTests {

	private final PayloadWalk walk = walk();

	@Test
	void returnsTheSameValueWhenThereIsNothingToReplace() {
		Map<String, Object> clean = new LinkedHashMap<>();
		clean.put("text", "order 17");
		clean.put("list", List.of(1, "two", Map.of("three", 3.0)));
		clean.put("array", new String[] { "a", "b" });
		clean.put("numbers", new int[] { 1, 2 });
		clean.put("nothing", null);
		clean.put("uuid", UUID.randomUUID());
		clean.put("instant", 1_732_245_678_901L);
		assertThat(this.walk.values("extra", clean)).isSameAs(clean);
	}

	@Test
	void replacesValuesAtAnyDepthWithoutTouchingTheOriginal() {
		Map<String, Object> inner = new HashMap<>(Map.of("password", "hunter2", "n", 1));
		Map<String, Object> outer = new LinkedHashMap<>();
		outer.put("first", "clean");
		outer.put("set", new LinkedHashSet<>(List.of("a", "bob@example.com")));
		outer.put("array", new Object[] { "x", inner, null });
		assertThat(this.walk.values("extra", outer)).isNotSameAs(outer)
			.hasToString(
					"{first=clean, set=[a, [email]], array=[x, %s, null]}".formatted(withFiltered(inner, "password")));
		assertThat(inner).containsEntry("password", "hunter2");
	}

	@Test
	void tellsByTheValueWhatAKeyLeavesOpen() {
		Map<String, Object> values = new HashMap<>();
		values.put("passwordHistory", List.of("Summer2023!"));
		values.put("tokenState", "x9y8z7w6v5u4t3s2");
		values.put("tokenCache", "caffeine");
		values.put("tokenBucket", 17);
		values.put("deviceCode", "PUMP-17");
		values.put("serviceKey", "8f14e45fceea167a5a36dedd4bea2543");
		assertThat(this.walk.values("extra", values)).containsEntry("passwordHistory", "[Filtered]")
			.containsEntry("tokenState", "[Filtered]")
			.containsEntry("tokenCache", "caffeine")
			.containsEntry("tokenBucket", 17)
			.containsEntry("deviceCode", "PUMP-17")
			.containsEntry("serviceKey", "[Filtered]");
	}

	@Test
	void replacesWhateverStandsUnderASensitiveKeyButFlags() {
		Map<String, Object> values = new HashMap<>();
		values.put("pin", 1234);
		values.put("credentials", Map.of("user", "bob"));
		values.put("token", true);
		values.put("secret", null);
		values.put("password", "");
		assertThat(this.walk.values("extra", values)).containsEntry("pin", "[Filtered]")
			.containsEntry("credentials", "[Filtered]")
			.containsEntry("token", true)
			.containsEntry("secret", null)
			.containsEntry("password", "");
	}

	@Test
	void readsRecordsAndBeansByTheirFields() {
		assertThat(this.walk.value("extra",
				List.of(new Account("bob@example.com", "two words", List.of(4111111111111111L)))))
			.hasToString("[{mail=[email], password=[Filtered], cards=[[creditcard]]}]");
		assertThat(this.walk.value("extra", new Shop("bob@example.com")))
			.hasToString("{owner=[email], self=[Filtered], id=7}");
	}

	@Test
	void whatIsBeyondTheLimitIsNotCopied() {
		assertThat(this.walk.value("extra", Collections.nCopies(Integer.MAX_VALUE, "x")))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.hasSize(PayloadWalk.MAX_VALUES)
			.endsWith("x", "[Filtered]");
		assertThat(walk().value("extra", new long[PayloadWalk.MAX_VALUES + 1])).isEqualTo("[Filtered]");
		Map<String, Object> many = new LinkedHashMap<>();
		for (int i = 0; i < PayloadWalk.MAX_VALUES + 10; i++) {
			many.put("k" + i, i);
		}
		assertThat(walk().values("extra", many)).hasSize(PayloadWalk.MAX_VALUES + 1)
			.containsEntry("k1", 1)
			.containsEntry("[Filtered]", "[Filtered]");
	}

	@Test
	void objectsCannotMakeAPayloadLarge() {
		Shop[] shops = new Shop[PayloadWalk.MAX_OBJECTS + 1];
		Arrays.setAll(shops, (i) -> new Shop("bob@example.com"));
		assertThat(this.walk.value("extra", shops)).asInstanceOf(InstanceOfAssertFactories.LIST)
			.startsWith(Map.of("owner", "[email]", "self", "[Filtered]", "id", 7))
			.endsWith("[Filtered]");
	}

	@Test
	void replacesOtherObjectsByTheirScrubbedText() {
		assertThat(this.walk.value("extra", new Connection())).isEqualTo("password=[Filtered]");
		assertThat(this.walk.value("extra", new IllegalStateException("password=hunter2")))
			.isEqualTo("java.lang.IllegalStateException: password=[Filtered]");
		assertThat(this.walk.value("extra", URI.create("redis://:hunter2@cache")))
			.isEqualTo("redis://:[Filtered]@cache");
		assertThat(this.walk.value("extra", new StringBuilder("password=hunter2"))).isEqualTo("password=[Filtered]");
		assertThat(this.walk.value("extra", "password=hunter2".toCharArray())).isEqualTo("password=[Filtered]");
		assertThat(this.walk.value("extra", new byte[] { 1 })).isEqualTo("[Filtered]");
	}

	@Test
	void replacesCardNumbersThatAreNumbers() {
		assertThat(this.walk.value("extra", 4111111111111111L)).isEqualTo("[creditcard]");
		assertThat(this.walk.value("extra", new BigInteger("4111111111111111"))).isEqualTo("[creditcard]");
		assertThat(this.walk.value("extra", 4111111111111112L)).isEqualTo(4111111111111112L);
		assertThat(this.walk.value("extra", new BigDecimal("4111111111111111"))).isEqualTo("[creditcard]");
		assertThat(this.walk.value("extra", new long[] { 1, 4111111111111111L })).hasToString("[1, [creditcard]]");
	}

	@Test
	void replacesObjectsThatCannotBeRead() {
		assertThat(this.walk.value("extra", new Object() {

			@Override
			public String toString() {
				return toString();
			}

		})).isEqualTo("[Filtered]");
		assertThat(this.walk.value("extra", new ArrayList<>(List.of("a")) {

			@Override
			public Iterator<String> iterator() {
				throw new IllegalStateException("no session");
			}

		})).isEqualTo("[Filtered]");
	}

	@Test
	void replacesMapsThatCannotBeRead() {
		Map<String, Object> broken = new HashMap<>() {

			@Override
			public void forEach(BiConsumer<? super String, ? super Object> action) {
				throw new ConcurrentModificationException();
			}

		};
		broken.put("password", "hunter2");
		assertThat(this.walk.values("extra", broken)).isEqualTo(Map.of("[Filtered]", "[Filtered]"));
		assertThat(this.walk.failure()).isInstanceOf(ConcurrentModificationException.class);
		assertThat(this.walk.value("extra", List.of(broken))).isEqualTo(List.of("[Filtered]"));
	}

	@Test
	void replacesKeysThatHoldPersonalData() {
		assertThat(this.walk.values("extra", Map.of("bob@example.com", 1))).isEqualTo(Map.of("[email]", 1));
	}

	@Test
	void takesMapsWithKeysOfAnyType() {
		Map<Object, Object> byNumber = new HashMap<>();
		byNumber.put(7, "bob@example.com");
		byNumber.put(null, "x");
		assertThat(this.walk.value("extra", byNumber)).hasToString("{null=x, 7=[email]}");
	}

	@Test
	void endsCycles() {
		Map<String, Object> cycle = new HashMap<>();
		cycle.put("self", cycle);
		cycle.put("selves", List.of(cycle, cycle));
		assertThat(this.walk.value("extra", cycle))
			.isEqualTo(Map.of("self", "[Filtered]", "selves", List.of("[Filtered]", "[Filtered]")));
	}

	@Test
	void replacesWhatIsTooMuchToRead() {
		List<Object> many = new ArrayList<>(Collections.nCopies(PayloadWalk.MAX_VALUES + 10, "hunter2"));
		assertThat(this.walk.value("extra", many)).asInstanceOf(InstanceOfAssertFactories.LIST)
			.hasSize(PayloadWalk.MAX_VALUES)
			.endsWith("[Filtered]");
		PayloadWalk fresh = walk();
		String large = "x".repeat(60_000);
		List<@Nullable String> texts = new ArrayList<>();
		for (int i = 0; i <= PayloadWalk.MAX_CHARACTERS / 60_000; i++) {
			texts.add(fresh.text("extra", large));
		}
		assertThat(texts).startsWith(large).endsWith("[Filtered]");
	}

	@Test
	void replacesParametersThatWereSecretInTheMessage() {
		Message message = new Message();
		message.setMessage("user {} password={}");
		message.setParams(Arrays.asList("bob", "hunter2", null));
		MessageScrubber.message(message, this.walk);
		assertThat(message.getParams()).containsExactly("bob", "[Filtered]", null);
		assertThat(message.getMessage()).isEqualTo("user {} password={}");
	}

	private static PayloadWalk walk() {
		return PayloadWalk.ofPayload(PiiRules.of(new InsightsProperties.Pii(), List.of()),
				new RecentKeys(SensitiveKeys.addresses(), (key) -> false));
	}

	private static Map<String, Object> withFiltered(Map<String, Object> map, String key) {
		Map<String, Object> copy = new LinkedHashMap<>(map);
		copy.put(key, "[Filtered]");
		return copy;
	}

	private record Account(String mail, String password, List<Long> cards) {
	}

	private static class Thing {

		protected int id = 7;

		private transient String password = "hunter2";

		public int getId() {
			throw new IllegalStateException(this.password);
		}

	}

	private static final class Shop extends Thing {

		private final String owner;

		private final Shop self = this;

		Shop(String owner) {
			this.owner = owner;
		}

	}

	private static final class Connection implements AutoCloseable {

		private final String url = "hunter2";

		@Override
		public void close() {
		}

		@Override
		public String toString() {
			return "password=" + this.url;
		}

	}

}
