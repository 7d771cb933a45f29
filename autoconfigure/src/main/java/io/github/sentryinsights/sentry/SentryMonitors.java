package io.github.sentryinsights.sentry;

import java.util.concurrent.TimeUnit;

import io.sentry.CheckIn;
import io.sentry.CheckInStatus;
import io.sentry.MonitorConfig;
import io.sentry.MonitorSchedule;
import io.sentry.MonitorScheduleUnit;
import io.sentry.Sentry;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Monitors;

/**
 * Reports runs as check-ins of Sentry's cron monitors, which the first one of a run
 * creates or brings up to date.
 */
final class SentryMonitors implements Monitors {

	private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

	@Override
	public Run begin(Monitor monitor) {
		if (!Sentry.isEnabled()) {
			return Run.NONE;
		}
		CheckIn begun = new CheckIn(monitor.slug(), CheckInStatus.IN_PROGRESS);
		SentryId id = begun.getCheckInId();
		begun.setMonitorConfig(config(monitor));
		long startNanos = System.nanoTime();
		Sentry.captureCheckIn(begun);
		return failed -> {
			CheckIn ended = new CheckIn(id, monitor.slug(), failed ? CheckInStatus.ERROR : CheckInStatus.OK);
			ended.setDuration((System.nanoTime() - startNanos) / NANOS_PER_SECOND);
			Sentry.captureCheckIn(ended);
		};
	}

	private static @Nullable MonitorConfig config(Monitor monitor) {
		Schedule schedule = monitor.schedule();
		if (schedule == null) {
			return null;
		}
		MonitorConfig config;
		if (schedule instanceof Crontab crontab) {
			config = new MonitorConfig(MonitorSchedule.crontab(crontab.expression()));
			config.setTimezone(crontab.timeZone());
		}
		else {
			config = new MonitorConfig(
					MonitorSchedule.interval(((Interval) schedule).minutes(), MonitorScheduleUnit.MINUTE));
		}
		// The SDK has put its own defaults there.
		if (monitor.maxRuntimeMinutes() != null) {
			config.setMaxRuntime(monitor.maxRuntimeMinutes());
		}
		if (monitor.marginMinutes() != null) {
			config.setCheckinMargin(monitor.marginMinutes());
		}
		return config;
	}

}
