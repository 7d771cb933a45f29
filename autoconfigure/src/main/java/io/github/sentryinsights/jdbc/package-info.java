/**
 * SQL statements and database transactions that go through a data source.
 */
@NullMarked
package io.github.sentryinsights.jdbc;

import org.jspecify.annotations.NullMarked;
