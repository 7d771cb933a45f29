package io.github.sentryinsights.sample.insights;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All transactions of one trace.
 *
 * @param traceId the identity
 * @param transactions the transactions, in the order of their start
 */
record Trace(String traceId, List<Transaction> transactions) {

	/**
	 * Join transactions to traces.
	 * @param transactions the transactions
	 * @return the traces, newest first
	 */
	static List<Trace> of(List<Transaction> transactions) {
		Map<String, List<Transaction>> byTrace = transactions.stream()
			.sorted(Comparator.comparingDouble(Transaction::start))
			.collect(Collectors.groupingBy(Transaction::traceId, LinkedHashMap::new, Collectors.toList()));
		return byTrace.entrySet()
			.stream()
			.map((entry) -> new Trace(entry.getKey(), entry.getValue()))
			.sorted(Comparator.comparingDouble(Trace::start).reversed())
			.toList();
	}

	private double start() {
		return this.transactions.get(0).start();
	}

}
