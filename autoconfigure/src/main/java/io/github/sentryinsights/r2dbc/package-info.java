/**
 * SQL statements and database transactions that go through an R2DBC connection factory.
 */
@NullMarked
package io.github.sentryinsights.r2dbc;

import org.jspecify.annotations.NullMarked;
