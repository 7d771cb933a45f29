/**
 * The servers the shop starts for itself when it is given none.
 */
@NullMarked
package io.github.sentryinsights.sample.embedded;

import org.jspecify.annotations.NullMarked;
