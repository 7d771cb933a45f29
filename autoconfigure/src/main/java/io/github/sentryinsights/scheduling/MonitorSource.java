package io.github.sentryinsights.scheduling;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

import io.github.sentryinsights.operation.Monitors;
import io.github.sentryinsights.operation.Monitors.Monitor;
import io.github.sentryinsights.operation.Monitors.Schedule;

/**
 * Makes the monitor of a method out of its schedule.
 */
final class MonitorSource {

	private static final Log logger = LogFactory.getLog(MonitorSource.class);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final StringValueResolver resolver;

	private final @Nullable Long maxRuntimeMinutes;

	private final @Nullable Long marginMinutes;

	/**
	 * Create a source of monitors.
	 * @param resolver resolves placeholders
	 * @param maxRuntimeMinutes how long a run may take, in minutes
	 * @param marginMinutes how late a run may begin, in minutes
	 */
	MonitorSource(StringValueResolver resolver, @Nullable Long maxRuntimeMinutes, @Nullable Long marginMinutes) {
		this.resolver = resolver;
		this.maxRuntimeMinutes = maxRuntimeMinutes;
		this.marginMinutes = marginMinutes;
	}

	/**
	 * Return the monitor of a method.
	 * @param name the name of the method with that of its class
	 * @param method the method
	 * @return the monitor, or {@code null} for a method whose runs are no business of a
	 * monitor, as they are too many or only one
	 */
	@Nullable Monitor of(String name, Method method) {
		Set<Scheduled> schedules = AnnotatedElementUtils.getMergedRepeatableAnnotations(method, Scheduled.class,
				Schedules.class);
		if (schedules.size() != 1) {
			logger.info("The monitor of " + name
					+ " has to be created in Sentry, as none can hold its schedule: there is not exactly one");
			return monitor(name, null);
		}
		Scheduled scheduled = schedules.iterator().next();
		String cron = resolve(scheduled.cron());
		if (!cron.isEmpty()) {
			return ofCron(name, cron, zone(resolve(scheduled.zone())));
		}
		Duration interval = interval(scheduled);
		if (interval == null || interval.compareTo(MINUTE) < 0) {
			logger.info("No check-ins of " + name + ", which runs "
					+ ((interval == null) ? "only once" : "more than once a minute"));
			return null;
		}
		if (isDelay(scheduled)) {
			// It begins when a run ends, so that the next one is as late as the run was
			// long.
			return monitor(name, null);
		}
		long minutes = interval.toMinutes();
		boolean expressible = interval.equals(Duration.ofMinutes(minutes)) && minutes <= Integer.MAX_VALUE;
		return monitor(name, expressible ? new Monitors.Interval((int) minutes) : null);
	}

	private @Nullable Monitor ofCron(String name, String cron, ZoneId zone) {
		if (!Crontabs.isOnceAMinuteAtMost(cron)) {
			logger.info("No check-ins of " + name + ", which runs more than once a minute");
			return null;
		}
		String expression = Crontabs.of(cron);
		String timeZone = nameOf(zone);
		return monitor(name,
				(expression != null && timeZone != null) ? new Monitors.Crontab(expression, timeZone) : null);
	}

	private Monitor monitor(String name, @Nullable Schedule schedule) {
		return new Monitor(MonitorSlug.of(name), schedule, this.maxRuntimeMinutes, this.marginMinutes);
	}

	private static boolean isDelay(Scheduled scheduled) {
		return scheduled.fixedDelay() >= 0 || StringUtils.hasText(scheduled.fixedDelayString());
	}

	private @Nullable Duration interval(Scheduled scheduled) {
		TimeUnit unit = scheduled.timeUnit();
		if (scheduled.fixedDelay() >= 0) {
			return Duration.of(scheduled.fixedDelay(), unit.toChronoUnit());
		}
		if (scheduled.fixedRate() >= 0) {
			return Duration.of(scheduled.fixedRate(), unit.toChronoUnit());
		}
		String text = resolve(scheduled.fixedDelayString());
		if (text.isEmpty()) {
			text = resolve(scheduled.fixedRateString());
		}
		return text.isEmpty() ? null
				: DurationFormatterUtils.detectAndParse(text, DurationFormat.Unit.fromChronoUnit(unit.toChronoUnit()));
	}

	private String resolve(String text) {
		String resolved = StringUtils.hasText(text) ? this.resolver.resolveStringValue(text) : null;
		return (resolved != null) ? resolved.strip() : "";
	}

	private static ZoneId zone(String name) {
		return name.isEmpty() ? ZoneId.systemDefault() : StringUtils.parseTimeZoneString(name).toZoneId();
	}

	/**
	 * Sentry knows the names of the time zone database, where the sign of an offset is
	 * the other way round.
	 */
	private static @Nullable String nameOf(ZoneId zone) {
		if (!(zone.normalized() instanceof ZoneOffset offset)) {
			return zone.getId();
		}
		int hours = offset.getTotalSeconds() / 3600;
		if (offset.getTotalSeconds() != hours * 3600 || hours < -12 || hours > 14) {
			return null;
		}
		return (hours == 0) ? "UTC" : "Etc/GMT" + ((hours > 0) ? "-" : "+") + Math.abs(hours);
	}

}
