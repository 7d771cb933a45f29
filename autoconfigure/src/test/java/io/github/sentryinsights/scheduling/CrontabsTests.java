package io.github.sentryinsights.scheduling;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Crontabs}: a crontab fires in the very minutes in which Spring's
 * expression does.
 */
class CrontabsTests {

	private static final LocalDateTime START = LocalDateTime.of(2027, 2, 27, 21, 3, 12);

	@ParameterizedTest
	@ValueSource(strings = { "0 0 3 * * *", "30 */15 * * * *", "0 5/20 9-17 * * MON-FRI", "0 0 0 1 * ?",
			"0 30 8,12,18 ? * SAT,SUN", "0 0 12 * JAN,JUL *", "0 0 6 * * SUN-TUE", "0 0 6 * * 7", "0 0 6 * * 0",
			"0 0 6 * * FRI-SUN", "0 0 4 10-20/3 MAR-OCT *", "@hourly", "@daily", "@midnight", "@weekly", "@monthly",
			"@yearly", "@annually", "  0  0 3 * * *  ", "0 0 3 * * mon" })
	void firesWithSpring(String expression) {
		assertSameMinutes(expression, Crontabs.of(expression));
	}

	@Test
	void firesWithSpringWhateverTheFieldsAre() {
		Random random = new Random(42);
		int expressible = 0;
		for (int i = 0; i < 300; i++) {
			String day = random.nextBoolean() ? "*" : field(random, 1, 28);
			String expression = String.join(" ", Integer.toString(random.nextInt(60)), field(random, 0, 59),
					field(random, 0, 23), day, field(random, 1, 12), day.equals("*") ? field(random, 0, 7) : "*");
			String crontab = Crontabs.of(expression);
			if (crontab != null) {
				expressible++;
				assertSameMinutes(expression, crontab);
			}
		}
		assertThat(expressible).isEqualTo(300);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 0 0 L * *", "0 0 0 LW * *", "0 0 0 15W * *", "0 0 0 ? * FRI#2", "0 0 0 * * 5L",
			"0 0 0 13 * FRI", "*/10 * * * * *", "0,30 * * * * *" })
	void whatACrontabCannotSayHasNone(String expression) {
		assertThat(CronExpression.isValidExpression(expression)).isTrue();
		assertThat(Crontabs.of(expression)).isNull();
	}

	@Test
	void severalSecondsAreMoreThanOnceAMinute() {
		assertThat(List.of("0 * * * * *", "59 0 * * * *", "@daily")).allMatch(Crontabs::isOnceAMinuteAtMost);
		assertThat(List.of("* * * * * *", "*/30 * * * * *", "0,30 * * * * *", "1-2 0 * * * *"))
			.noneMatch(Crontabs::isOnceAMinuteAtMost);
	}

	private static String field(Random random, int first, int last) {
		int from = first + random.nextInt(last - first);
		int to = from + 1 + random.nextInt(last - from);
		return switch (random.nextInt(6)) {
			case 0 -> Integer.toString(from);
			case 1 -> from + "-" + to;
			case 2 -> from + "/" + (1 + random.nextInt(5));
			case 3 -> from + "-" + to + "/2";
			case 4 -> from + "," + to;
			default -> "*";
		};
	}

	private static void assertSameMinutes(String expression, String crontab) {
		assertThat(crontab).as(expression).isNotNull();
		CronExpression spring = CronExpression.parse(expression);
		LocalDateTime expected = START;
		LocalDateTime minute = START.truncatedTo(ChronoUnit.MINUTES);
		for (int i = 0; i < 5; i++) {
			expected = spring.next(expected);
			if (expected == null || expected.isAfter(START.plusYears(1))) {
				return;
			}
			do {
				minute = nextMinute(crontab, minute);
			}
			while (minute.plusMinutes(1).isBefore(START));
			assertThat(minute).as(expression + " as " + crontab).isEqualTo(expected.truncatedTo(ChronoUnit.MINUTES));
		}
	}

	/**
	 * The next minute that all five fields match, found by looking at each.
	 */
	private static LocalDateTime nextMinute(String crontab, LocalDateTime after) {
		String[] fields = crontab.split(" ");
		assertThat(fields).hasSize(5);
		LocalDateTime minute = after.plusMinutes(1);
		while (!matches(fields[3], minute.getMonthValue(), 1, 12) || !matches(fields[2], minute.getDayOfMonth(), 1, 31)
				|| !matchesWeekday(fields[4], minute.getDayOfWeek().getValue())) {
			minute = minute.truncatedTo(ChronoUnit.DAYS).plusDays(1);
		}
		while (!matches(fields[1], minute.getHour(), 0, 23) || !matches(fields[0], minute.getMinute(), 0, 59)) {
			LocalDateTime next = minute.plusMinutes(1);
			if (next.getDayOfYear() != minute.getDayOfYear()) {
				return nextMinute(crontab, next.minusMinutes(1));
			}
			minute = next;
		}
		return minute;
	}

	private static boolean matchesWeekday(String field, int day) {
		return matches(field, day, 0, 7) || (day == 7 && matches(field, 0, 0, 7));
	}

	private static boolean matches(String field, int value, int first, int last) {
		for (String part : field.split(",")) {
			String[] step = part.split("/");
			String[] bounds = step[0].equals("*") ? new String[] { "" + first, "" + last } : step[0].split("-");
			int from = Integer.parseInt(bounds[0]);
			int to = (bounds.length > 1) ? Integer.parseInt(bounds[1]) : from;
			assertThat(from).as(field).isBetween(first, to);
			assertThat(to).as(field).isLessThanOrEqualTo(last);
			int every = (step.length > 1) ? Integer.parseInt(step[1]) : 1;
			if (value >= from && value <= to && (value - from) % every == 0) {
				return true;
			}
		}
		return false;
	}

}
