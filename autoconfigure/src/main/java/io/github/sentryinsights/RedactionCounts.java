package io.github.sentryinsights;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each rule about personal data and secrets has fired since the start, without
 * any value. The rules are known from the start, so that there are never more of them.
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class RedactionCounts {

	private final SortedMap<String, LongAdder> byRule = new TreeMap<>();

	private final boolean dryRun;

	/**
	 * Create counts that are all zero.
	 * @param rules the names of the rules
	 * @param dryRun whether what is found is only reported and not replaced
	 */
	public RedactionCounts(Collection<String> rules, boolean dryRun) {
		rules.forEach((rule) -> this.byRule.put(rule, new LongAdder()));
		this.dryRun = dryRun;
	}

	/**
	 * Count one finding.
	 * @param rule the name of the rule, which is ignored when it is not known
	 */
	public void add(String rule) {
		LongAdder count = this.byRule.get(rule);
		if (count != null) {
			count.increment();
		}
	}

	/**
	 * Return the names of all rules.
	 * @return the names, in alphabetical order
	 */
	public Collection<String> rules() {
		return Collections.unmodifiableSet(this.byRule.keySet());
	}

	/**
	 * Return how often a rule has fired.
	 * @param rule the name of the rule
	 * @return the number, which is 0 for a rule that is not known
	 */
	public long of(String rule) {
		LongAdder count = this.byRule.get(rule);
		return (count != null) ? count.sum() : 0;
	}

	/**
	 * Return how often each rule has fired.
	 * @return the numbers above 0 by the name of the rule, in alphabetical order, which
	 * do not change any more
	 */
	public SortedMap<String, Long> snapshot() {
		SortedMap<String, Long> snapshot = new TreeMap<>();
		for (Map.Entry<String, LongAdder> entry : this.byRule.entrySet()) {
			long count = entry.getValue().sum();
			if (count > 0) {
				snapshot.put(entry.getKey(), count);
			}
		}
		return Collections.unmodifiableSortedMap(snapshot);
	}

	/**
	 * Whether what is found is only reported and not replaced.
	 * @return whether this is a dry run
	 */
	public boolean isDryRun() {
		return this.dryRun;
	}

}
