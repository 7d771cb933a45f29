package io.github.sentryinsights.scheduling;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Says in the five fields of a crontab what Spring says in six, where both mean the same.
 */
final class Crontabs {

	private static final Map<String, String> MACROS = Map.of("@yearly", "0 0 1 1 *", "@annually", "0 0 1 1 *",
			"@monthly", "0 0 1 * *", "@weekly", "0 0 * * 0", "@daily", "0 0 * * *", "@midnight", "0 0 * * *", "@hourly",
			"0 * * * *");

	private static final List<String> MONTHS = List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP",
			"OCT", "NOV", "DEC");

	private static final List<String> DAYS = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

	private static final Pattern NUMBER = Pattern.compile("\\d{1,2}");

	private static final Pattern RANGE = Pattern.compile("(\\*|\\d{1,2}(?:-\\d{1,2})?)(/\\d{1,2})?");

	private static final Pattern FROM_WITH_STEP = Pattern.compile("(\\d{1,2})/(\\d{1,2})");

	private Crontabs() {
	}

	/**
	 * Return whether the work runs at one second of a minute at most.
	 * @param expression an expression of Spring
	 * @return whether a crontab, which knows no seconds, could hold it
	 */
	static boolean isOnceAMinuteAtMost(String expression) {
		return expression.startsWith("@") || NUMBER.matcher(expression.strip().split("\\s+")[0]).matches();
	}

	/**
	 * Return the crontab of an expression. The second is left out.
	 * @param expression a valid expression of Spring
	 * @return the five fields, or {@code null} when a crontab cannot say it: several
	 * seconds, the last or the nearest day, the n-th weekday, or a day that both its
	 * fields restrict, where Spring wants both to match and a crontab either
	 */
	static @Nullable String of(String expression) {
		String macro = MACROS.get(expression.strip().toLowerCase(Locale.ROOT));
		if (macro != null) {
			return macro;
		}
		String[] fields = expression.strip().split("\\s+");
		if (fields.length != 6 || !isOnceAMinuteAtMost(expression)) {
			return null;
		}
		String minute = field(fields[1], 59, List.of());
		String hour = field(fields[2], 23, List.of());
		String day = field(fields[3], 31, List.of());
		String month = field(fields[4], 12, MONTHS);
		String weekday = field(fields[5], 7, DAYS);
		if (minute == null || hour == null || day == null || month == null || weekday == null
				|| (!day.equals("*") && !weekday.equals("*"))) {
			return null;
		}
		return String.join(" ", minute, hour, day, month, weekday);
	}

	private static @Nullable String field(String field, int last, List<String> names) {
		if (field.equals("?")) {
			return "*";
		}
		String text = field.toUpperCase(Locale.ROOT);
		for (int i = 0; i < names.size(); i++) {
			text = text.replace(names.get(i), Integer.toString(i + 1));
		}
		String[] parts = text.split(",");
		for (int i = 0; i < parts.length; i++) {
			if (last == 7 && parts[i].startsWith("7-")) {
				// Sunday may begin a range of Spring, but ends the one of a crontab.
				parts[i] = "0" + parts[i].substring(1);
			}
			Matcher from = FROM_WITH_STEP.matcher(parts[i]);
			if (from.matches()) {
				parts[i] = from.group(1) + "-" + last + "/" + from.group(2);
			}
			else if (!RANGE.matcher(parts[i]).matches()) {
				return null;
			}
		}
		return String.join(",", parts);
	}

}
