package io.github.sentryinsights.sample.insights;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.CacheConvention;

/**
 * A row of the Caches page: all reads of one transaction.
 *
 * @param transaction the name of the transaction
 * @param count the number of reads
 * @param missRate the share of reads that say they missed, from 0 to 1
 * @param averageItemSize the average size of what was read, in bytes
 * @param totalDuration the time spent on all reads, in milliseconds
 */
record CacheRow(String transaction, int count, double missRate, @Nullable Double averageItemSize,
		double totalDuration) {

	static List<CacheRow> of(List<Measured> spans) {
		return Measured.rows(spans, (measured) -> CacheConvention.READ_OPERATIONS.contains(measured.op()),
				Measured::transaction, (transaction, reads) -> new CacheRow(transaction, reads.size(), missRate(reads),
						Measured.average(reads, CacheConvention.ITEM_SIZE.name()), Measured.totalDuration(reads)));
	}

	private static double missRate(List<Measured> reads) {
		return (double) reads.stream().filter(CacheRow::isMiss).count() / reads.size();
	}

	private static boolean isMiss(Measured read) {
		JsonNode hit = read.data(CacheConvention.HIT.name());
		return hit.isBoolean() && !hit.booleanValue();
	}

}
