package io.github.sentryinsights.scrub;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds international bank account numbers: a country, its length and a correct checksum,
 * in one piece or in groups of four.
 */
final class IbanDetector extends Detector {

	private static final String LENGTHS = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 "
			+ "CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 "
			+ "HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 "
			+ "MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 "
			+ "SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

	private final int[] lengths = new int[26 * 26];

	IbanDetector() {
		super("0123456789", Rule.IBAN);
		Map<String, Integer> byCountry = new HashMap<>();
		for (String entry : LENGTHS.split(" ")) {
			byCountry.put(entry.substring(0, 2), Integer.valueOf(entry.substring(2)));
		}
		byCountry.forEach((country, length) -> this.lengths[index(country.charAt(0), country.charAt(1))] = length);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return isDigit(c) && before >= 'A' && before <= 'Z';
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return isDigit(after);
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - 2;
		if (start < floor || at + 1 >= text.length() || !isDigit(text.charAt(at + 1)) || !isUpper(text.charAt(start))
				|| !isUpper(text.charAt(at - 1)) || (start > floor && !isWordStart(text, start))) {
			return NONE;
		}
		int length = this.lengths[index(text.charAt(start), text.charAt(at - 1))];
		if (length == 0) {
			return NONE;
		}
		char separator = (at + 2 < text.length()) ? text.charAt(at + 2) : ' ';
		boolean grouped = separator == ' ' || separator == '-' || separator == '+';
		int end = start;
		int left = length;
		int remainder = 0;
		for (; left > 0; end++) {
			if (end >= text.length()) {
				return NONE;
			}
			char c = text.charAt(end);
			if (grouped && c == separator && (end - start) % 5 == 4) {
				continue;
			}
			boolean digit = isDigit(c);
			if (!digit && !isUpper(c)) {
				return NONE;
			}
			left--;
			if (end >= at + 2) {
				remainder = append(remainder, c);
			}
		}
		for (int i = start; i < at + 2; i++) {
			remainder = append(remainder, text.charAt(i));
		}
		boolean ends = end == text.length() || !isLetterOrDigit(text.charAt(end));
		return (remainder == 1 && ends) ? span(start, end) : NONE;
	}

	private static boolean isUpper(char c) {
		return c >= 'A' && c <= 'Z';
	}

	private static int append(int remainder, char c) {
		if (isDigit(c)) {
			return (remainder * 10 + c - '0') % 97;
		}
		return (remainder * 100 + c - 'A' + 10) % 97;
	}

	private static int index(char first, char second) {
		return (first - 'A') * 26 + second - 'A';
	}

}
