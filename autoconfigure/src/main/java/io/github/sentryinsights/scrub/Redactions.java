package io.github.sentryinsights.scrub;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands in the place of secrets, by their rule and by the key beside them. Safe for
 * use by several threads.
 */
final class Redactions {

	/** Replaces every secret by its kind. */
	static final Redactions REPLACING = new Redactions(Map.of(), List.of());

	private final Map<String, Redaction> byRule;

	private final List<OfKey> byKey;

	Redactions(Map<String, Redaction> byRule, List<OfKey> byKey) {
		this.byRule = new HashMap<>(byRule);
		this.byKey = List.copyOf(byKey);
	}

	Redaction of(Rule rule) {
		Redaction redaction = this.byRule.get(rule.name());
		return (redaction != null) ? redaction : Redaction.replacing(rule);
	}

	/**
	 * Whether keys are treated differently.
	 * @return whether there is a redaction for some key
	 */
	boolean tellKeysApart() {
		return !this.byKey.isEmpty();
	}

	/**
	 * Return what stands in the place of the value of a key.
	 * @param text the text that holds the key
	 * @param from where the key begins
	 * @param to where it ends
	 * @param identifier where its last identifier begins
	 * @return the redaction
	 */
	Redaction ofKey(String text, int from, int to, int identifier) {
		for (OfKey candidate : this.byKey) {
			if (candidate.keys.matches(text, from, to, identifier)) {
				return candidate.redaction;
			}
		}
		return of(Rule.KEY);
	}

	/**
	 * What stands in the place of the values of some keys.
	 *
	 * @param keys the keys
	 * @param redaction what stands there
	 */
	record OfKey(SensitiveKeys keys, Redaction redaction) {

	}

}
