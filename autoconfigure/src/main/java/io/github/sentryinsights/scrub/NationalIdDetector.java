package io.github.sentryinsights.scrub;

/**
 * Finds the numbers that Brazil, France, Italy, the Netherlands, Poland, Spain, Sweden
 * and the United Kingdom give to persons, by their form and check digits.
 */
final class NationalIdDetector extends Detector {

	private static final String SPANISH_CHECKS = "TRWAGMYFPDXBNJZSQVHLCKE";

	private static final int[] ITALIAN_ODD = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
			10, 22, 25, 24, 23 };

	private static final int[] POLISH_WEIGHTS = { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3 };

	private static final int MAX_LENGTH = 16;

	NationalIdDetector() {
		super("", Rule.NATIONAL_ID);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (isDigit(c) || (c >= 'A' && c <= 'Z')) && !isLetterOrDigit(before) && before != '-' && before != '.'
				&& before != '_';
	}

	@Override
	long find(String text, int floor, int at) {
		int end = at;
		while (end < text.length() && end - at <= MAX_LENGTH && isPart(text, end)) {
			end++;
		}
		if (end < text.length() && (isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
			return NONE;
		}
		String id = switch (end - at) {
			case 9, 11, 14, 15, 16 -> text.substring(at, end);
			default -> "";
		};
		boolean found = switch (id.length()) {
			case 9 -> isSpanish(id) || isBritish(id) || (isDutch(id) && isNamed(text, at));
			case 11 -> isPolish(id) || isSwedish(id);
			case 14 -> isBrazilian(id);
			case 15 -> isFrench(id);
			case 16 -> isItalian(id);
			default -> false;
		};
		return found ? span(at, end) : NONE;
	}

	private static boolean isPart(String text, int at) {
		char c = text.charAt(at);
		return isDigit(c) || (c >= 'A' && c <= 'Z')
				|| ((c == '-' || c == '.') && at + 1 < text.length() && isDigit(text.charAt(at + 1)));
	}

	private static boolean hasShape(String id, String shape) {
		for (int i = 0; i < id.length(); i++) {
			char c = id.charAt(i);
			boolean fits = switch (shape.charAt(i)) {
				case 'd' -> isDigit(c);
				case 'A' -> c >= 'A' && c <= 'Z';
				default -> c == shape.charAt(i);
			};
			if (!fits) {
				return false;
			}
		}
		return true;
	}

	private static boolean isSpanish(String id) {
		String digits = switch (id.charAt(0)) {
			case 'X' -> "0" + id.substring(1, 8);
			case 'Y' -> "1" + id.substring(1, 8);
			case 'Z' -> "2" + id.substring(1, 8);
			default -> id.substring(0, 8);
		};
		return hasShape(digits + id.charAt(8), "ddddddddA")
				&& SPANISH_CHECKS.charAt(Integer.parseInt(digits) % 23) == id.charAt(8);
	}

	private static boolean isBritish(String id) {
		return hasShape(id, "AAddddddA") && id.charAt(8) <= 'D' && "DFIQUV".indexOf(id.charAt(0)) < 0
				&& "DFIOQUV".indexOf(id.charAt(1)) < 0;
	}

	private static boolean isDutch(String id) {
		if (!hasShape(id, "ddddddddd")) {
			return false;
		}
		int sum = -(id.charAt(8) - '0');
		for (int i = 0; i < 8; i++) {
			sum += (id.charAt(i) - '0') * (9 - i);
		}
		return sum % 11 == 0;
	}

	// One in eleven numbers has a valid check digit.
	private static boolean isNamed(String text, int at) {
		for (int i = Math.max(0, at - 12); i < at; i++) {
			if (text.regionMatches(true, i, "bsn", 0, 3)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isPolish(String id) {
		if (!hasShape(id, "ddddddddddd")) {
			return false;
		}
		int sum = 0;
		for (int i = 0; i < 10; i++) {
			sum += (id.charAt(i) - '0') * POLISH_WEIGHTS[i];
		}
		int month = Integer.parseInt(id.substring(2, 4)) % 20;
		int day = Integer.parseInt(id.substring(4, 6));
		return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (10 - sum % 10) % 10 == id.charAt(10) - '0';
	}

	private static boolean isSwedish(String id) {
		if (!hasShape(id, "dddddd-dddd")) {
			return false;
		}
		int month = Integer.parseInt(id.substring(2, 4));
		int day = Integer.parseInt(id.substring(4, 6));
		String digits = id.substring(0, 6) + id.substring(7);
		int sum = 0;
		for (int i = 0; i < 10; i++) {
			int digit = (digits.charAt(i) - '0') * (2 - i % 2);
			sum += digit / 10 + digit % 10;
		}
		return month >= 1 && month <= 12 && day >= 1 && day <= 31 && sum % 10 == 0;
	}

	private static boolean isBrazilian(String id) {
		if (!hasShape(id, "ddd.ddd.ddd-dd")) {
			return false;
		}
		String digits = id.substring(0, 3) + id.substring(4, 7) + id.substring(8, 11) + id.substring(12);
		return brazilianCheck(digits, 9) == digits.charAt(9) - '0'
				&& brazilianCheck(digits, 10) == digits.charAt(10) - '0';
	}

	private static int brazilianCheck(String digits, int length) {
		int sum = 0;
		for (int i = 0; i < length; i++) {
			sum += (digits.charAt(i) - '0') * (length + 1 - i);
		}
		return sum * 10 % 11 % 10;
	}

	private static boolean isFrench(String id) {
		return hasShape(id, "ddddddddddddddd") && (id.charAt(0) == '1' || id.charAt(0) == '2')
				&& 97 - Long.parseLong(id.substring(0, 13)) % 97 == Long.parseLong(id.substring(13));
	}

	private static boolean isItalian(String id) {
		if (!hasShape(id, "AAAAAAddAddAdddA")) {
			return false;
		}
		int sum = 0;
		for (int i = 0; i < 15; i++) {
			char c = id.charAt(i);
			int value = isDigit(c) ? c - '0' : c - 'A';
			sum += (i % 2 == 0) ? ITALIAN_ODD[value] : value;
		}
		return sum % 26 == id.charAt(15) - 'A';
	}

}
