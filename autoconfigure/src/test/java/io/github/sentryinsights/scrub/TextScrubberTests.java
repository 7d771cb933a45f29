package io.github.sentryinsights.scrub;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextScrubber}.
 */
class TextScrubberTests {

	private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

	private final TextScrubber scrubber = new TextScrubber(SensitiveKeys.secrets(List.of()), Redactions.REPLACING);

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			mail to bob.o'brien+x@example.co.uk. | mail to [email].
			<bob@example.com>,"eve@example.org" | <[email]>,"[email]"
			müller@köln.example | [email]
			?to=bob%40example.com&x=1 | ?to=[email]&x=1
			""")
	void replacesEmailAddresses(String text, String expected) {
		assertThat(this.scrubber.scrub(text)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			paid with 4111111111111111. | paid with [creditcard].
			4111 1111 1111 1111 exp 12/30 | [creditcard] exp 12/30
			card-5555-5555-5555-4444 | card-[creditcard]
			amex 3782 822463 10005 | amex [creditcard]
			12 4111 1111 1111 1111 | 12 [creditcard]
			2223003122003222,6011111111111117 | [creditcard],[creditcard]
			""")
	void replacesCardNumbers(String text, String expected) {
		assertThat(this.scrubber.scrub(text)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			textBlock = """
					Bearer abc123 | Bearer [Filtered]
					sent bearer abcDEFghi.jkl-mno to api | sent bearer [Filtered] to api
					Basic dXNlcjpwYXNz | Basic [Filtered]
					Authorization: Bearer abc | Authorization: Bearer [Filtered]
					Authorization: Digest username="bob", response="6629" | Authorization: Digest username="bob", response="[Filtered]"
					authorization=Basic x | authorization=Basic [Filtered]
					""")
	void replacesCredentialsAfterTheirScheme(String text, String expected) {
		assertThat(this.scrubber.scrub(text)).isEqualTo(expected);
	}

	@Test
	void replacesJsonWebTokens() {
		assertThat(this.scrubber.scrub("got " + JWT + ".")).isEqualTo("got [jwt].");
		assertThat(this.scrubber.scrub("got <" + JWT.substring(0, 60) + ">")).isEqualTo("got <[jwt]>");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			jdbc:postgresql://app:s3cr3t@db:5432/shop | jdbc:postgresql://app:[Filtered]@db:5432/shop
			redis://:hunter2@cache:6379 | redis://:[Filtered]@cache:6379
			https://ghp_0123456789abcdef@github.com/x | https://[Filtered]@github.com/x
			amqp://app:p/ss#word@mq | amqp://app:[Filtered]@mq
			""")
	void replacesUrlCredentials(String text, String expected) {
		assertThat(this.scrubber.scrub(text)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			textBlock = """
					password=hunter2 | password=[Filtered]
					User(name=bob, password=hunter2, age=3) | User(name=bob, password=[Filtered], age=3)
					password = 'it''s', x | password = '[Filtered]', x
					{"password":"a\\"b","n":1} | {"password":"[Filtered]","n":1}
					{"pin":1234,"n":1} | {"pin":[Filtered],"n":1}
					"{\\"password\\":\\"hunter2\\"}" | "{\\"password\\":\\"[Filtered]\\"}"
					{"credentials":{"user":"a","x":["b"]},"n":1} | {"credentials":[Filtered],"n":1}
					https://x.example/cb?access_token=abc&state=1#f | https://x.example/cb?access_token=[Filtered]&state=1#f
					user[password]=hunter2&x=1 | user[password]=[Filtered]&x=1
					X-Api-Key: 0123 | X-Api-Key: [Filtered]
					the api key: 0123 | the api key: [Filtered]
					Cookie: a=b; SESSION=c; d=e | Cookie: a=b; SESSION=[Filtered]; d=e
					{cookie=a=b; sid=d1, accept=text/html} | {cookie=a=b; sid=[Filtered], accept=text/html}
					jdbc:sqlserver://h;user=sa;password=p;encrypt=true | jdbc:sqlserver://h;user=sa;password=[Filtered];encrypt=true
					<secret>x y</secret> | <secret>[Filtered]</secret>
					Key (ssn)=(123-45-6789) exists | Key (ssn)=([Filtered]) exists
					password=a,b | password=[Filtered]
					{"password":"cut off | {"password":"[Filtered]
					secret=[Filtered]x | secret=[Filtered]
					""")
	void replacesValuesBesideSensitiveKeys(String text, String expected) {
		assertThat(this.scrubber.scrub(text)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "@Transactional on com.acme.Shop@1a2b3c", "lodash@4.17.21", "logo@2x.png",
			"git@github.com:acme/shop.git", "https://example.com/@bob", "a @ b", "user@localhost",
			"1732245678901 epoch", "took 0.4111111111111111 s", "411111111111111111111111",
			"f47ac10b-58cc-4372-a567-411111111111", "4111111111111112", "order 41111111 of 2026-11-22",
			"trace 4bf92f3577b34da6a3ce929d0e0e4736", "x4111111111111111", "keyJoiner.apply(eyJ)",
			"the bearer of bad news", "Bearer token missing", "Basic authentication is required", "basic usage",
			"http://localhost:8080/path?author=bob", "// a comment: with a colon", "http://[::1]:8080/x@y",
			"password: must not be empty", "password=null", "UPDATE u SET password = ? WHERE token = :token",
			"password={}", "token=%s", "tokenCount=5", "total_tokens: 12", "maxTokens=8", "TokenExpiredException: late",
			"User authenticated: bob", "Auth - Refreshing tokens", "secretary=Ann", "author: Ann", "compass=north",
			"keyboard=qwerty", "shipping: fast", "primary key: id", "passed=7", "Token::parse", "password == other",
			"max-age=3600", "\"password\":\"\"", "password=***", "at com.acme.Shop.pay(Shop.java:42)", "a=b=c",
			"12:30:45 INFO started", "select * from tokens where id = 7", "🙂 ünïcödé", "%", "@", "://", "=" })
	void leavesLookalikesAlone(String text) {
		assertThat(this.scrubber.scrub(text)).isSameAs(text);
	}

	@Test
	void cutsWhatIsTooLongToRead() {
		String secret = "bob@example.com";
		String text = "x ".repeat(TextScrubber.MAX_LENGTH / 2 - 9) + secret + " tail";
		String scrubbed = this.scrubber.scrub(text);
		assertThat(scrubbed).hasSizeLessThanOrEqualTo(TextScrubber.MAX_LENGTH).endsWith(" [Filtered]");
		assertThat(scrubbed).doesNotContain("bob");
		assertThat(this.scrubber.scrub(scrubbed)).isSameAs(scrubbed);
	}

	@Test
	void secretsSurviveInNoSurroundings() {
		Random random = new Random(20261122);
		for (int i = 0; i < 20_000; i++) {
			String secret = secret(random);
			String text = noise(random) + embed(secret, random) + noise(random);
			String scrubbed = this.scrubber.scrub(text);
			assertThat(scrubbed).as(text).doesNotContain(secret);
			assertThat(this.scrubber.scrub(scrubbed)).as(text).isEqualTo(scrubbed);
		}
	}

	@Test
	void scrubbingItsOwnResultChangesNothing() {
		Random random = new Random(7);
		String[] parts = { "password", "token", "=", ":", ": ", "\"", "'", "\\\"", "{", "}", "[", "]", "(", ")", ", ",
				"&", ";", "a@b.com", "//", "u:p@h", "Bearer ", "Basic ", "abc123", JWT, "4111111111111111",
				"[Filtered]", "[email]", "Cookie", "Authorization", "\n", " ", "<", ">", "x", "%40", "eyJ", ".", "-",
				"dXNlcjpwYXNz" };
		for (int i = 0; i < 50_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int n = random.nextInt(10); n >= 0; n--) {
				text.append(parts[random.nextInt(parts.length)]);
			}
			String once = this.scrubber.scrub(text.toString());
			assertThat(this.scrubber.scrub(once)).as(text.toString()).isEqualTo(once);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "@", "a@", "a@a.", "1.", "4", "4111 ", "4111-", "=", ":", "token=(", "token=[",
			"token={", "token='", "token=\"", "token=,a", "token=\\", "password=%", "eyJ", "eyJ-", "eyJ.", "//",
			"//a:b", "://a:b/", "Bearer ", "Basic YQ", "api key ", "api key: ", "a_", "aB", "<secret>", "\\", "\"", " ",
			"cookie: a; ", "%40", "&token", "é", "\ud83d" })
	void readsHostileTextInOnePass(String hostile) {
		CountingDetectors counting = new CountingDetectors();
		TextScrubber counted = new TextScrubber(counting.detectors(), Redactions.REPLACING);
		String text = hostile.repeat(1_000_000 / hostile.length());
		assertThat(counted.scrub(text)).hasSizeLessThanOrEqualTo(2 * TextScrubber.MAX_LENGTH);
		assertThat(counting.calls()).isLessThanOrEqualTo(4 * TextScrubber.MAX_LENGTH);
	}

	@ParameterizedTest
	@ValueSource(strings = { "password=[null,word ", "name=\"password\" password=[null,(password, password=",
			"password=[null,\"x\"(", "password=[{{ ", "(password=x)(", "(password={{a)(", "password=[a,",
			"tokenCache={a ", "tokenCache={A ", "serviceKey={a1 ", "value \"", "\" replace \"", "rman a/b@" })
	void takesAsLongForEachCharacterOfALongerText(String hostile) {
		// 64 times as long if each character was read again for each before it
		long few = nanoseconds(hostile.repeat(16_384 / hostile.length()));
		long many = nanoseconds(hostile.repeat(131_072 / hostile.length()));
		assertThat(many).isLessThan(30 * few);
	}

	private long nanoseconds(String text) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			long start = threads.getCurrentThreadCpuTime();
			this.scrubber.scrub(text);
			least = Math.min(least, threads.getCurrentThreadCpuTime() - start);
		}
		return least;
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "é", "\u20ac", "\ud83d\ude42" })
	void replacesSecretsWhereverTheyStand(String filler) {
		for (int before = 0; before < 2 * Stretch.LENGTH; before++) {
			String start = filler.repeat(before).substring(0, before);
			assertThat(this.scrubber.scrub(start + " password=hunter2 " + start))
				.isEqualTo(start + " password=[Filtered] " + start);
		}
	}

	@Test
	void threadsDoNotDisturbEachOther() {
		List<String> texts = IntStream.range(0, 2000)
			.mapToObj((i) -> "order " + i + " ".repeat(i) + "password=hunter" + i)
			.toList();
		List<String> scrubbed = texts.parallelStream().map(this.scrubber::scrub).toList();
		assertThat(scrubbed)
			.isEqualTo(texts.stream().map((text) -> text.replaceAll("hunter.*", "[Filtered]")).toList());
	}

	@Test
	void replacesLongCredentialsWhole() {
		String credentials = Base64.getEncoder().encodeToString(("user:" + "p4ss".repeat(1000)).getBytes());
		assertThat(this.scrubber.scrub("Basic " + credentials + " x")).isEqualTo("Basic [Filtered] x");
	}

	private static String secret(Random random) {
		String alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!_.~+*";
		StringBuilder secret = new StringBuilder("Qz7");
		for (int n = 5 + random.nextInt(20); n > 0; n--) {
			secret.append(alphabet.charAt(random.nextInt(alphabet.length())));
		}
		return secret.append("9k").toString();
	}

	private static String embed(String secret, Random random) {
		String[] keys = { "password", "db.password", "userPassword", "API_KEY", "x-auth-token", "clientSecret", "otp",
				"refresh_token", "accesstoken", "JSESSIONID" };
		String key = keys[random.nextInt(keys.length)];
		return switch (random.nextInt(12)) {
			case 0 -> key + "=" + secret;
			case 1 -> key + ": " + secret;
			case 2 -> "{\"" + key + "\":\"" + secret + "\",\"n\":1}";
			case 3 -> "{\\\"" + key + "\\\": \\\"" + secret + "\\\"}";
			case 4 -> "/cb?a=1&" + key + "=" + secret + "&b=2";
			case 5 -> "User{name='bob', " + key + "='" + secret + "'}";
			case 6 -> "//app:" + secret + "@host/db";
			case 7 -> "Bearer " + secret.replaceAll("[!*]", "x").replace(secret, secret);
			case 8 -> "Cookie: a=b; c=" + secret + "; d=e\n";
			case 9 -> "Request[" + key + "=" + secret + ", x=1]";
			case 10 -> "<" + key + ">" + secret + "</" + key + ">";
			default -> key + " = \"" + secret + "\"";
		};
	}

	private static String noise(Random random) {
		String[] noise = { " ", " order 17 failed ", " at 12:30, ", " {x} ", " a=b ", "\n", " (see ", " name: bob; ",
				"" };
		String text = noise[random.nextInt(noise.length)];
		return text.isEmpty() ? " " : text;
	}

}
