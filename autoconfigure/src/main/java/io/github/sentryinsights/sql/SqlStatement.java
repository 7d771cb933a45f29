package io.github.sentryinsights.sql;

/**
 * An SQL statement that is safe to show.
 *
 * @param text the statement with every literal replaced by {@code ?} and without comments
 * @param operation the command in upper case, such as {@code SELECT}, or an empty string
 * when there is none
 * @since 0.1.0
 */
public record SqlStatement(String text, String operation) {
}
