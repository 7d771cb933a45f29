package io.github.sentryinsights.kafka;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.key.CacheKeys;

/**
 * What is told of records.
 *
 * @param batch how batches are told
 * @param messageKeys what may be shown of the keys of records
 */
record KafkaReporting(BatchTransactions batch, CacheKeys messageKeys) {

}
