package io.github.sentryinsights.scrub;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes secrets that are nobody's, from parts, so that no file holds anything that looks
 * like one.
 */
final class SecretGenerator {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z0-9-]+)}}");

	private static final String DIGITS = "0123456789";

	private static final String HEX = DIGITS + "abcdef";

	private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";

	private static final String LETTERS = LOWER + UPPER + DIGITS;

	private final Random random;

	private final Map<String, Supplier<String>> kinds = new TreeMap<>();

	SecretGenerator(long seed) {
		this.random = new Random(seed);
		credentials();
		cards();
		persons();
		vendors();
	}

	private void credentials() {
		kind("password", () -> text(LETTERS, 6) + some("!", "#", "_", "+", "") + text(DIGITS, 3));
		kind("hex16", () -> text(HEX, 16));
		kind("hex32", () -> text(HEX, 32));
		kind("hex40", () -> text(HEX, 40));
		kind("session", () -> text(DIGITS + "ABCDEF", 32));
		kind("opaque", () -> text(LETTERS, 3) + text(DIGITS, 2) + text(LETTERS, 24));
		kind("base64", () -> base64(text(LETTERS, 30)));
		kind("basic", () -> base64(text(LOWER, 5) + ":" + text(LETTERS, 9)));
		kind("jwt", () -> base64Url("{\"alg\":\"HS256\"}") + "." + base64Url("{\"sub\":\"" + text(DIGITS, 8) + "\"}")
				+ "." + text(LETTERS, 43));
		kind("pem-body", () -> text(LETTERS, 64) + "\n" + text(LETTERS, 64) + "\n" + text(LETTERS, 20) + "==");
		kind("pem-line", () -> text(LETTERS, 64));
		kind("uuid", () -> text(HEX, 8) + "-" + text(HEX, 4) + "-4" + text(HEX, 3) + "-a" + text(HEX, 3) + "-"
				+ text(HEX, 12));
	}

	private void cards() {
		kind("visa", () -> luhn("4" + text(DIGITS, 14)));
		kind("mastercard", () -> luhn("5" + text("12345", 1) + text(DIGITS, 13)));
		kind("mastercard2", () -> luhn("2" + "3" + text(DIGITS, 13)));
		kind("amex", () -> luhn("37" + text(DIGITS, 12)));
		kind("discover", () -> luhn("6011" + text(DIGITS, 11)));
		kind("jcb", () -> luhn("3530" + text(DIGITS, 11)));
		kind("unionpay", () -> luhn("62" + text(DIGITS, 13)));
		kind("diners", () -> luhn("36" + text(DIGITS, 11)));
		kind("visa-grouped", () -> grouped(luhn("4" + text(DIGITS, 14)), " "));
		kind("mastercard-dashed", () -> grouped(luhn("54" + text(DIGITS, 13)), "-"));
		kind("not-a-card", () -> broken(luhn("4" + text(DIGITS, 14))));
		kind("iban-de", () -> iban("DE", text(DIGITS, 18)));
		kind("iban-gb", () -> iban("GB", text(UPPER, 4) + text(DIGITS, 14)));
		kind("iban-fr", () -> iban("FR", text(DIGITS, 10) + text(UPPER + DIGITS, 11) + text(DIGITS, 2)));
		kind("iban-nl", () -> iban("NL", text(UPPER, 4) + text(DIGITS, 10)));
		kind("iban-no", () -> iban("NO", text(DIGITS, 11)));
		kind("iban-grouped", () -> grouped(iban("DE", text(DIGITS, 18)), " "));
		kind("not-an-iban", () -> broken(iban("DE", text(DIGITS, 18))));
	}

	private void persons() {
		kind("email", () -> text(LOWER, 5) + some(".", "_", "+", "-") + text(LOWER, 4) + "@" + text(LOWER, 6)
				+ ".example" + some("", ".com", ".co.uk"));
		kind("ssn", () -> some("1", "2", "3", "4", "5", "7") + text("123456789", 2) + "-" + text("123456789", 2) + "-"
				+ text("123456789", 4));
		kind("phone", () -> "+49 30 " + text("123456789", 4) + text(DIGITS, 4));
		kind("ip", () -> "203.0.113." + (1 + this.random.nextInt(250)));
		kind("mac", () -> text(HEX, 2) + (":" + text(HEX, 2)).repeat(5));
	}

	private void vendors() {
		kind("github-token", () -> "gh" + some("p", "o", "s", "u", "r") + "_" + text(LETTERS, 36));
		kind("github-pat", () -> "github" + "_pat_" + text(LETTERS, 22) + "_" + text(LETTERS, 59));
		kind("gitlab-token", () -> "gl" + "pat-" + text(LETTERS, 20));
		kind("bitbucket-token", () -> "AT" + "BB" + text(LETTERS, 32));
		kind("atlassian-token", () -> "ATA" + "TT3" + text(LETTERS, 180));
		kind("aws-key-id", () -> "AK" + "IA" + text(UPPER + "234567", 16));
		kind("aws-secret", () -> text(LETTERS + "/+", 40));
		kind("google-key", () -> "AI" + "za" + text(LETTERS + "-_", 34) + "Q");
		kind("google-secret", () -> "GOC" + "SPX-" + text(LETTERS, 28));
		kind("google-access", () -> "ya" + "29." + text(LETTERS, 60));
		kind("azure-secret", () -> text(LETTERS, 3) + "8Q" + "~" + text(LETTERS, 34));
		kind("digitalocean-token", () -> "dop" + "_v1_" + text(HEX, 64));
		kind("databricks-token", () -> "da" + "pi" + text(HEX, 32));
		kind("vault-token", () -> "hv" + "s." + text(LETTERS, 90));
		kind("terraform-token", () -> text(LETTERS, 14) + ".atlas" + "v1." + text(LETTERS, 64));
		kind("doppler-token", () -> "dp" + ".pt." + text(LETTERS, 43));
		kind("supabase-token", () -> "sb" + "p_" + text(HEX, 40));
		kind("grafana-token", () -> "gl" + "sa_" + text(LETTERS, 32) + "_" + text(HEX, 8));
		kind("newrelic-key", () -> "NR" + "AK-" + text(UPPER + DIGITS, 27));
		kind("sentry-token", () -> "sn" + "tryu_" + text(HEX, 64));
		kind("stripe-key", () -> "sk" + "_live_" + text(LETTERS, 24));
		kind("stripe-restricted", () -> "rk" + "_live_" + text(LETTERS, 24));
		kind("stripe-webhook", () -> "wh" + "sec_" + text(LETTERS, 32));
		kind("square-token", () -> "sq0" + "csp-" + text(LETTERS, 43));
		kind("razorpay-key", () -> "rzp" + "_live_" + text(LETTERS, 14));
		kind("mollie-key", () -> "li" + "ve_" + text(LETTERS, 30));
		kind("slack-token", () -> "xo" + "xb-" + text(DIGITS, 12) + "-" + text(DIGITS, 12) + "-" + text(LETTERS, 24));
		kind("slack-app", () -> "xa" + "pp-1-A" + text(UPPER, 10) + "-" + text(DIGITS, 13) + "-" + text(HEX, 64));
		kind("slack-hook-secret", () -> text(LETTERS, 24));
		kind("discord-token", () -> base64("1" + text(DIGITS, 17)) + "." + text(LETTERS, 6) + "." + text(LETTERS, 38));
		kind("discord-hook-secret", () -> text(LETTERS, 68));
		kind("telegram-token", () -> "7" + text(DIGITS, 9) + ":A" + "A" + text(LETTERS, 33));
		kind("twilio-key", () -> "S" + "K" + text(HEX, 32));
		kind("sendgrid-key", () -> "S" + "G." + text(LETTERS, 22) + "." + text(LETTERS, 43));
		kind("mailgun-key", () -> "ke" + "y-" + text(HEX, 32));
		kind("mailchimp-key", () -> text(HEX, 32) + "-us" + "1" + text(DIGITS, 1));
		kind("brevo-key", () -> "xkey" + "sib-" + text(HEX, 64) + "-" + text(LETTERS, 16));
		kind("openai-key", () -> "sk" + "-proj-" + text(LETTERS, 74) + "T3Blbk" + "FJ" + text(LETTERS, 74));
		kind("openai-old", () -> "sk" + "-" + text(LETTERS, 20) + "T3Blbk" + "FJ" + text(LETTERS, 20));
		kind("anthropic-key", () -> "sk" + "-ant-api03-" + text(LETTERS, 93) + "AA");
		kind("huggingface-token", () -> "h" + "f_" + text(LOWER + UPPER, 34));
		kind("groq-key", () -> "gs" + "k_" + text(LETTERS, 52));
		kind("replicate-token", () -> "r" + "8_" + text(LETTERS, 37));
		kind("npm-token", () -> "np" + "m_" + text(LETTERS, 36));
		kind("pypi-token", () -> "py" + "pi-AgEIcHlwaS5vcmc" + text(LETTERS, 70));
		kind("rubygems-key", () -> "ruby" + "gems_" + text(HEX, 48));
		kind("nuget-key", () -> "oy" + "2" + text(LOWER + DIGITS, 43));
		kind("docker-token", () -> "dckr" + "_pat_" + text(LETTERS, 27));
		kind("shopify-token", () -> "sh" + "pat_" + text(HEX, 32));
		kind("linear-key", () -> "lin" + "_api_" + text(LETTERS, 40));
		kind("postman-key", () -> "PM" + "AK-" + text(HEX, 24) + "-" + text(HEX, 34));
		kind("figma-token", () -> "fi" + "gd_" + text(LETTERS, 40));
		kind("hubspot-token",
				() -> "pat" + "-na1-" + text(HEX, 8) + "-" + text(HEX, 4) + "-4111-8111-" + text(HEX, 12));
		kind("airtable-token", () -> "pa" + "t" + text(LETTERS, 14) + "." + text(HEX, 64));
		kind("tailscale-key", () -> "ts" + "key-auth-" + text(LETTERS, 12) + "-" + text(LETTERS, 32));
		kind("notion-token", () -> "nt" + "n_" + text(LETTERS, 46));
	}

	private void kind(String name, Supplier<String> generator) {
		this.kinds.put(name, generator);
	}

	Iterable<String> kinds() {
		return this.kinds.keySet();
	}

	String secret(String kind) {
		Supplier<String> generator = this.kinds.get(kind);
		if (generator == null) {
			throw new IllegalArgumentException("No generator makes a " + kind);
		}
		return generator.get();
	}

	/**
	 * Put secrets in the place of placeholders such as <code>{{visa}}</code>.
	 * @param text the text
	 * @return the text with secrets
	 */
	String expand(String text) {
		Matcher matcher = PLACEHOLDER.matcher(text);
		return matcher.replaceAll((match) -> Matcher.quoteReplacement(secret(match.group(1))));
	}

	private String text(String alphabet, int length) {
		StringBuilder text = new StringBuilder(length);
		for (int i = 0; i < length; i++) {
			text.append(alphabet.charAt(this.random.nextInt(alphabet.length())));
		}
		return text.toString();
	}

	private String some(String... choices) {
		return choices[this.random.nextInt(choices.length)];
	}

	private static String luhn(String digits) {
		int sum = 0;
		for (int i = 0; i < digits.length(); i++) {
			int digit = digits.charAt(digits.length() - 1 - i) - '0';
			sum += (i % 2 == 0) ? digit * 2 / 10 + digit * 2 % 10 : digit;
		}
		return digits + (10 - sum % 10) % 10;
	}

	private static String iban(String country, String account) {
		StringBuilder digits = new StringBuilder();
		for (char c : (account + country + "00").toCharArray()) {
			digits.append(Character.getNumericValue(c));
		}
		int check = 98 - new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
		return country + ((check < 10) ? "0" : "") + check + account;
	}

	private static String broken(String checked) {
		char last = checked.charAt(checked.length() - 1);
		return checked.substring(0, checked.length() - 1) + (char) ('0' + (last - '0' + 1) % 10);
	}

	private static String grouped(String text, String separator) {
		return text.replaceAll("(.{4})(?!$)", "$1" + separator);
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String base64Url(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
