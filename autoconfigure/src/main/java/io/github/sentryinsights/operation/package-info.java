/**
 * The core: adapters start operations here and report how they went, outputs receive
 * them. Knows no Sentry, no Micrometer and no Spring bean.
 */
@NullMarked
package io.github.sentryinsights.operation;

import org.jspecify.annotations.NullMarked;
