/**
 * What may be shown of the keys of caches, and the words in them.
 */
@NullMarked
package io.github.sentryinsights.key;

import org.jspecify.annotations.NullMarked;
