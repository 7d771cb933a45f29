package io.github.sentryinsights.scheduling;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Monitors.Monitor;
import io.github.sentryinsights.operation.OperationSource;

/**
 * How the runs of one method are reported.
 *
 * @param source starts their transactions, or {@code null} when somebody else does
 * @param reactive whether a run goes on after the thread that began it has left
 * @param monitor what watches them, or {@code null} when nothing does
 */
record ScheduledMethod(@Nullable OperationSource source, boolean reactive, @Nullable Monitor monitor) {
}
