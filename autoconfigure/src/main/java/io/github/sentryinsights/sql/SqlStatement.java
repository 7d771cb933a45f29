package io.github.sentryinsights.sql;

import org.jspecify.annotations.Nullable;

/**
 * An SQL statement that is safe to show.
 *
 * @param text the statement with every literal replaced by {@code ?} and without comments
 * @param operation the command in upper case, such as {@code SELECT}, or an empty string
 * when there is none
 * @param table the table that the statement concerns, with its schema if it names one and
 * without quotes, {@code null} when it concerns none or several or when that is not
 * certain
 * @since 0.1.0
 */
public record SqlStatement(String text, String operation, @Nullable String table) {
}
