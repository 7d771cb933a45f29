/**
 * What an operation of each kind must carry: operations, attribute names, descriptions
 * and metric names. The only place where attribute names are spelled.
 */
@NullMarked
package io.github.sentryinsights.convention;

import org.jspecify.annotations.NullMarked;
