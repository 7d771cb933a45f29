/**
 * What all the shop's endpoints have in common.
 */
@NullMarked
package io.github.sentryinsights.sample.web;

import org.jspecify.annotations.NullMarked;
