/**
 * SQL without its literals.
 */
@NullMarked
package io.github.sentryinsights.sql;

import org.jspecify.annotations.NullMarked;
