package io.github.sentryinsights.scrub;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs which rule would replace something at which path, each pair of them once and no
 * more than {@value #MAX_REPORTS} pairs. Safe for use by several threads.
 */
final class DryRun {

	static final int MAX_REPORTS = 500;

	private static final Log logger = LogFactory.getLog(DryRun.class);

	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	/**
	 * Report a finding.
	 * @param rule the rule that found something
	 * @param path where it stands, which is not the value
	 */
	void found(Rule rule, PayloadPath path) {
		if (this.reported.size() >= MAX_REPORTS) {
			return;
		}
		String report = rule.name() + " at " + path;
		if (this.reported.add(report)) {
			logger.info("Would replace " + report
					+ ((this.reported.size() >= MAX_REPORTS) ? "; what else is found is only counted" : ""));
		}
	}

}
