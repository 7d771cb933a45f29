package io.github.sentryinsights.jdbc;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.sql.SqlNormalizer;

/**
 * The texts of a batch, linked from the latest to the first.
 * <p>
 * Texts that follow each other and are alike are kept once, and no more than
 * {@value SqlNormalizer#MAX_BATCHED}: what comes later in a batch mostly repeats what was
 * there before.
 *
 * @param text the text
 * @param previous the texts before it
 * @param size the number of texts
 */
record BatchedSql(String text, @Nullable BatchedSql previous, int size) {

	static BatchedSql of(String text) {
		return new BatchedSql(text, null, 1);
	}

	static @Nullable BatchedSql add(@Nullable BatchedSql batch, @Nullable String text) {
		if (text == null || batch != null && (batch.size == SqlNormalizer.MAX_BATCHED || batch.text.equals(text))) {
			return batch;
		}
		return (batch != null) ? new BatchedSql(text, batch, batch.size + 1) : of(text);
	}

	/**
	 * Return the texts in the order in which they run.
	 * @return the texts
	 */
	Collection<String> texts() {
		Deque<String> texts = new ArrayDeque<>();
		for (BatchedSql batch = this; batch != null; batch = batch.previous) {
			texts.addFirst(batch.text);
		}
		return texts;
	}

}
