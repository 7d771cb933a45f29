package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds the tokens of common providers by their prefix, characters and length.
 */
final class VendorTokenDetector extends Detector {

	private static final String LOWERS = "abcdefghijklmnopqrstuvwxyz";

	private static final String UPPERS = LOWERS.toUpperCase(Locale.ROOT);

	private static final Form[] FORMS = {
			// Cloud
			upper("AKIA", 16), upper("ASIA", 16), upper("ABIA", 16), upper("ACCA", 16), url("AIza", 35),
			url("ya29.", 20), url("GOCSPX-", 20), url("1//0", 30), letters("LTAI", 12), letters("AKID", 32),
			hex("dop_v1_", 40), hex("doo_v1_", 40), hex("dor_v1_", 40), url("HRKU-", 30), url("hvs.", 20),
			url("hvb.", 20), url("dp.pt.", 20), url("dp.st.", 20), url("dp.ct.", 20), url("dp.sa.", 20),
			hex("dapi", 32), hex("pul-", 40), url("pscale_tkn_", 20), url("pscale_pw_", 20), url("pscale_oauth_", 20),
			hex("sbp_", 40), url("sb_secret_", 20), url("nfp_", 30), url("vercel_blob_rw_", 20), url("vcp_", 24),
			url("napi_", 40), url("tskey-auth-", 12), url("tskey-api-", 12), url("fm2_", 40), url("fo1_", 30),
			url("ops_eyJ", 40), url("AGE-SECRET-KEY-1", 40), url("CFPAT-", 40), url("sl.", 100), url("tk-us-", 40),
			url("FlyV1 fm2_", 20), url("v1.0-", 100),
			// Observability
			url("glsa_", 32), url("glc_", 32), letters("NRAK-", 20), url("NRII-", 20), url("sntrys_", 40),
			hex("sntryu_", 40), url("dt0c01.", 60), hex("sqp_", 40), hex("squ_", 40), hex("sqa_", 40), url("phx_", 40),
			url("sgp_", 40),
			// Code hosting
			letters("ghp_", 20), letters("gho_", 20), letters("ghu_", 20), letters("ghs_", 20), letters("ghr_", 20),
			url("github_pat_", 22), url("glpat-", 20), url("gldt-", 20), url("glrt-", 20), url("glcbt-", 20),
			url("glptt-", 20), url("glft-", 20), url("glimt-", 20), url("glagent-", 20), url("gloas-", 20),
			url("glsoat-", 20), url("glffct-", 20), letters("ATBB", 28), url("ATATT3", 60), url("ATCTT3", 60),
			hex("bkua_", 40), url("CCIPAT_", 30), url("lin_api_", 30), url("PMAK-", 24), url("figd_", 30),
			// Payments
			letters("sk_live_", 10), letters("sk_test_", 10), letters("rk_live_", 10), letters("rk_test_", 10),
			url("whsec_", 16), url("sq0atp-", 20), url("sq0csp-", 20), url("EAAA", 56),
			crypt("access_token$production$", 20), crypt("access_token$sandbox$", 20), letters("rzp_live_", 14),
			letters("rzp_test_", 14), url("FLWSECK-", 20), url("FLWSECK_TEST-", 12), letters("shippo_live_", 30),
			letters("shippo_test_", 30), letters("EZAK", 50), letters("EZTK", 50), url("access-sandbox-", 30),
			url("access-production-", 30), url("access-development-", 30), letters("live_", 30), letters("test_", 30),
			url("duffel_live_", 30),
			// Chat and mail
			url("xoxb-", 10), url("xoxa-", 10), url("xoxp-", 10), url("xoxr-", 10), url("xoxs-", 10), url("xoxe-", 10),
			url("xoxc-", 10), url("xoxd-", 10), url("xapp-", 10), url("xoxe.xoxp-", 10), url("xoxe.xoxb-", 10),
			segment("hooks.slack.com/services/", 20), segment("hooks.slack.com/workflows/", 20),
			segment("hooks.slack.com/triggers/", 20), segment("/api/webhooks/", 30),
			path(".webhook.office.com/webhookb2/", 30), hex("SK", 32), url("SG.", 40), hex("key-", 32),
			url("xkeysib-", 40), url("xsmtpsib-", 40), url("md-", 22), url("re_", 28), url("pat-na1-", 30),
			url("pat-eu1-", 30),
			// AI
			url("sk-ant-", 20), url("sk-proj-", 20), url("sk-svcacct-", 20), url("sk-admin-", 20), url("sk-or-v1-", 30),
			url("sk-lf-", 20), letters("sk-", 32), letters("hf_", 30), letters("api_org_", 30), letters("gsk_", 40),
			letters("xai-", 40), letters("pplx-", 40), letters("r8_", 30), url("nvapi-", 40), url("lsv2_pt_", 30),
			url("lsv2_sk_", 30), url("pcsk_", 40), letters("jina_", 30), letters("csk-", 40), hex("sk_", 48),
			url("tgp_v1_", 40),
			// Package registries
			letters("npm_", 30), url("pypi-", 40), hex("rubygems_", 40), lower("oy2", 43), hex("CLOJARS_", 40),
			letters("cio", 32), url("dckr_pat_", 20), url("dckr_oat_", 20), letters("AKCp", 60),
			letters("cmVmdGtu", 40),
			// Shops, documents
			hex("shpat_", 32), hex("shpca_", 32), hex("shppa_", 32), hex("shpss_", 32), letters("secret_", 43),
			letters("ntn_", 40), url("tfp_", 40), url("rdme_", 40), letters("EAACEdEose0cBA", 10), letters("EAA", 100),
			// Hashes of passwords
			crypt("$2a$", 50), crypt("$2b$", 50), crypt("$2y$", 50), crypt("$apr1$", 20), crypt("$1$", 22),
			crypt("$5$", 40), crypt("$6$", 80), crypt("$y$", 40), crypt("$argon2id$", 40), crypt("$argon2i$", 40),
			crypt("$argon2d$", 40), crypt("$scrypt$", 40), crypt("$pbkdf2", 40) };

	private static final int SHORT_PREFIX = 5;

	private static final int MIN_SEGMENT = 20;

	// The first part of a token of Discord is a number in base64.
	private static final String THIRD_OF_SNOWFLAKES = "AEIMQUYcgk";

	private static final String BY_FREQUENCY = "etaoinsr.-0123456789hldcum:fpgwybvkxjqz_";

	/**
	 * Forms by two characters of their prefix that are rare in text.
	 */
	private final @Nullable Form[][] forms = new @Nullable Form[128 * 128][];

	VendorTokenDetector() {
		super("", Rule.VENDOR_TOKEN);
		Map<Integer, List<Form>> byIndex = new HashMap<>();
		for (Form form : FORMS) {
			byIndex.computeIfAbsent(form.index(), (index) -> new ArrayList<>()).add(form);
		}
		byIndex.forEach((index, list) -> this.forms[index] = list.toArray(new Form[0]));
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (before) {
			case '.' -> c == 'a';
			case 'Q' -> c == '~';
			case '-' -> c == 'u';
			case ':' -> c == 'A';
			default -> isSnowflake(before, c);
		} || isBeforeAirtable(before, c) || this.forms[index(before, c)] != null;
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		Form[] candidates = this.forms[index(before, c)];
		return isOfNoForm(before, c, after) || (candidates != null && isFollowedBy(candidates, after));
	}

	private static boolean isFollowedBy(Form[] candidates, char after) {
		for (Form form : candidates) {
			if (form.isFollowedBy(after)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isOfNoForm(char before, char c, char after) {
		return (isBeforeAirtable(before, c) && after == 'a') || switch (before) {
			case '.' -> c == 'a' && after == 't';
			case 'Q' -> c == '~' && (isBase64Url(after) || after == '.' || after == '~');
			case '-' -> c == 'u' && after == 's';
			case ':' -> c == 'A' && after == 'A';
			default -> isSnowflake(before, c) && THIRD_OF_SNOWFLAKES.indexOf(after) >= 0;
		};
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		Form[] candidates = this.forms[index(before, c)];
		if (isOfNoForm(before, c, after) && !isBeforeAirtable(before, c)) {
			return AsciiSet.ALL;
		}
		AsciiSet second = isOfNoForm(before, c, after) ? AsciiSet.of("t") : AsciiSet.NONE;
		if (candidates == null) {
			return second;
		}
		for (Form form : candidates) {
			second = form.isFollowedBy(after) ? second.and(form.second()) : second;
		}
		return second;
	}

	private static int index(char before, char c) {
		return before * 128 + c;
	}

	@Override
	long find(String text, int floor, int at) {
		char c = text.charAt(at);
		char before = (at > floor) ? text.charAt(at - 1) : 0;
		Form[] candidates = (before < 128) ? this.forms[index(before, c)] : null;
		if (candidates != null) {
			for (Form form : candidates) {
				long span = form.find(text, floor, at);
				if (span != NONE) {
					return span;
				}
			}
		}
		if (c == 'p') {
			return isBeforeAirtable(before, c) ? airtable(text, at) : NONE;
		}
		return switch (before) {
			case '.' -> (c == 'a') ? terraform(text, floor, at - 1) : NONE;
			case '-' -> (c == 'u') ? mailchimp(text, floor, at - 1) : NONE;
			case 'Q' -> (c == '~') ? azure(text, floor, at) : NONE;
			case ':' -> (c == 'A') ? telegram(text, floor, at - 1) : NONE;
			default -> isSnowflake(before, c) ? discord(text, floor, at - 1) : NONE;
		};
	}

	// how the base64 of a number in decimal digits begins
	private static boolean isSnowflake(char first, char second) {
		return (first == 'M' || first == 'N' || first == 'O')
				&& (second == 'D' || second == 'T' || second == 'j' || second == 'z');
	}

	private static long discord(String text, int floor, int start) {
		int dot = endOf(text, start);
		int second = dot + 7;
		if (dot - start < 23 || dot - start > 28 || second >= text.length() || text.charAt(dot) != '.'
				|| endOf(text, dot + 1) != second || text.charAt(second) != '.'
				|| (start > floor && isBase64Url(text.charAt(start - 1)))) {
			return NONE;
		}
		int end = endOf(text, second + 1);
		return (end - dot >= 35) ? span(start, end) : NONE;
	}

	private static long terraform(String text, int floor, int dot) {
		if (!text.startsWith(".atlasv1.", dot)) {
			return NONE;
		}
		int start = startOf(text, Math.max(floor, dot - 20), dot);
		int end = endOf(text, dot + 9);
		return (dot - start >= 10 && end - dot > 40) ? span(start, end) : NONE;
	}

	// in no word, unless an escape such as \n, %3D or \u003c ends before it
	private static boolean isBeforeAirtable(char before, char c) {
		return c == 'p' && (!isAsciiLetter(before) || before == 'n' || before == 'r' || before == 't' || isHex(before));
	}

	private static long airtable(String text, int start) {
		int dot = start + 17;
		if (dot >= text.length() || text.charAt(dot) != '.' || !text.startsWith("pat", start)) {
			return NONE;
		}
		int end = endOf(text, dot + 1);
		return (end - dot > 60) ? span(start, end) : NONE;
	}

	private static long mailchimp(String text, int floor, int at) {
		if (!text.startsWith("us", at + 1) || at - 32 < floor) {
			return NONE;
		}
		for (int i = at - 32; i < at; i++) {
			if (!isHex(text.charAt(i))) {
				return NONE;
			}
		}
		int end = at + 3;
		while (end < text.length() && isDigit(text.charAt(end))) {
			end++;
		}
		return (end > at + 3 && end <= at + 5 && isWordStart(text, at - 32)) ? span(at - 32, end) : NONE;
	}

	private static long azure(String text, int floor, int at) {
		int start = at - 5;
		if (start < floor || text.charAt(at - 1) != 'Q' || !isDigit(text.charAt(at - 2))) {
			return NONE;
		}
		int end = at + 1;
		while (end < text.length()
				&& (isBase64Url(text.charAt(end)) || text.charAt(end) == '.' || text.charAt(end) == '~')) {
			end++;
		}
		return (end - at > 30) ? span(start, end) : NONE;
	}

	private static long telegram(String text, int floor, int at) {
		if (!text.startsWith("AA", at + 1)) {
			return NONE;
		}
		int start = at;
		while (start > floor && at - start <= 10 && isDigit(text.charAt(start - 1))) {
			start--;
		}
		int end = endOf(text, at + 1);
		return (at - start >= 8 && at - start <= 10 && end - at > 30) ? span(start, end) : NONE;
	}

	private static int startOf(String text, int floor, int at) {
		int start = at;
		while (start > floor && isBase64Url(text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	private static int endOf(String text, int from) {
		int end = from;
		while (end < text.length() && isBase64Url(text.charAt(end))) {
			end++;
		}
		return end;
	}

	static boolean isHex(char c) {
		char folded = (char) (c | 0x20);
		return isDigit(c) || (folded >= 'a' && folded <= 'f');
	}

	private static Form upper(String prefix, int least) {
		return new Form(prefix, Alphabet.UPPER, least, false);
	}

	private static Form lower(String prefix, int least) {
		return new Form(prefix, Alphabet.LOWER, least, false);
	}

	private static Form hex(String prefix, int least) {
		return new Form(prefix, Alphabet.HEX, least, false);
	}

	private static Form letters(String prefix, int least) {
		return new Form(prefix, Alphabet.LETTERS, least, false);
	}

	private static Form url(String prefix, int least) {
		return new Form(prefix, Alphabet.URL, least, false);
	}

	private static Form path(String prefix, int least) {
		return new Form(prefix, Alphabet.PATH, least, true);
	}

	private static Form segment(String prefix, int least) {
		return new Form(prefix, Alphabet.SEGMENT, least, true);
	}

	private static Form crypt(String prefix, int least) {
		return new Form(prefix, Alphabet.CRYPT, least, false);
	}

	/**
	 * The characters of a token behind its prefix.
	 */
	private enum Alphabet {

		UPPER(UPPERS), LOWER(LOWERS), HEX("abcdefABCDEF"), LETTERS(UPPERS + LOWERS), URL(UPPERS + LOWERS + "-_.="),
		PATH(UPPERS + LOWERS + "-_/@"), SEGMENT(UPPERS + LOWERS + "-_/@"), CRYPT(UPPERS + LOWERS + "-_$./+=,");

		private final AsciiSet characters;

		Alphabet(String others) {
			this.characters = AsciiSet.DIGITS.and(AsciiSet.of(others));
		}

		boolean has(char c) {
			return c < 128 && this.characters.has(c);
		}

	}

	/**
	 * What the tokens of a provider look like.
	 *
	 * @param prefix what they begin with
	 * @param alphabet what follows
	 * @param least how many characters follow at least
	 * @param address whether the prefix is no part of the secret
	 * @param anchor where the second of the three characters is by which it is rarest
	 */
	private record Form(String prefix, Alphabet alphabet, int least, boolean address, int anchor) {

		Form(String prefix, Alphabet alphabet, int least, boolean address) {
			this(prefix, alphabet, least, address, anchor(prefix));
		}

		int index() {
			return VendorTokenDetector.index(this.prefix.charAt(this.anchor - 1), this.prefix.charAt(this.anchor));
		}

		private static int anchor(String prefix) {
			int rarest = 1;
			for (int i = 2; i < prefix.length(); i++) {
				if (rarity(prefix, i) > rarity(prefix, rarest)) {
					rarest = i;
				}
			}
			return rarest;
		}

		private static int rarity(String prefix, int at) {
			int after = (at + 1 < prefix.length()) ? rarity(prefix.charAt(at + 1)) : 0;
			return 2 * (rarity(prefix.charAt(at - 1)) + rarity(prefix.charAt(at))) + after;
		}

		private static int rarity(char c) {
			int frequency = BY_FREQUENCY.indexOf(c);
			return (frequency != -1) ? frequency : BY_FREQUENCY.length();
		}

		boolean isFollowedBy(char after) {
			int next = this.anchor + 1;
			return (next < this.prefix.length()) ? this.prefix.charAt(next) == after : this.alphabet.has(after);
		}

		long find(String text, int floor, int anchor) {
			int start = anchor - this.anchor;
			int at = start + this.prefix.length() - 1;
			if (start < floor || !text.startsWith(this.prefix, start)
					|| (!this.address && start > floor && isInWord(text, start))) {
				return NONE;
			}
			int end = at + 1;
			boolean digit = this.prefix.length() > SHORT_PREFIX || this.alphabet == Alphabet.UPPER;
			while (end < text.length() && this.alphabet.has(text.charAt(end))) {
				digit |= isDigit(text.charAt(end));
				end++;
			}
			while (end > at + 1 && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
				end--;
			}
			if (end - at - 1 < this.least || (!digit && end - at - 1 < 32)) {
				return NONE;
			}
			if (this.alphabet == Alphabet.SEGMENT) {
				return longestSegment(text, at + 1, end);
			}
			return span(this.address ? at + 1 : start, end);
		}

		// what stands before and behind it tells the channel and the format
		private static long longestSegment(String text, int from, int to) {
			long longest = NONE;
			int start = from;
			for (int i = from; i <= to; i++) {
				if (i == to || text.charAt(i) == '/') {
					if (i - start >= MIN_SEGMENT && (longest == NONE || i - start > end(longest) - start(longest))) {
						longest = span(start, i);
					}
					start = i + 1;
				}
			}
			return longest;
		}

		AsciiSet second() {
			int second = this.anchor + 2;
			return (second < this.prefix.length()) ? AsciiSet.of(this.prefix.substring(second, second + 1))
					: this.alphabet.characters;
		}

		private static boolean isInWord(String text, int at) {
			char before = text.charAt(at - 1);
			return before == '-' || before == '_' || !isWordStart(text, at);
		}

	}

}
