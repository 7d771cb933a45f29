package io.github.sentryinsights.scrub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties.Pii;
import io.github.sentryinsights.InsightsProperties.Pii.OptionalDetector;
import io.github.sentryinsights.InsightsProperties.Pii.Strategy;
import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.RedactionCounts;
import io.github.sentryinsights.SecretHash;
import io.github.sentryinsights.key.KeyWords;
import io.github.sentryinsights.key.KeyedHash;

/**
 * What users have configured about personal data and secrets, checked.
 */
final class PiiRules implements FindingListener {

	static final String PREFIX = "sentry.insights.pii.";

	private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

	private final RecentKeys keys;

	private final TextScrubber text;

	private final TextScrubber statements;

	private final Redactions redactions;

	private final AllowedPaths allowedPaths;

	private final RedactionCounts counts;

	private final @Nullable DryRun dryRun;

	private final Supplier<TimeBudget> timeBudgets;

	private PiiRules(SensitiveKeys keys, Redactions redactions, OwnDetectors own, Pii properties, LongSupplier clock) {
		// a detector of the application may answer differently each time
		this.keys = new RecentKeys(keys, own.isEmpty() ? this::isPlain : (key) -> false);
		this.redactions = redactions;
		this.allowedPaths = AllowedPaths.of(PREFIX + "allowed-paths", properties.getAllowedPaths());
		List<Detector> detectors = TextScrubber.detectors(keys, redactions);
		properties.getOptionalDetectors().forEach((optional) -> detectors.add(detector(optional)));
		this.text = new TextScrubber(detectors, redactions, own);
		this.statements = TextScrubber.forStatements(redactions, own);
		this.counts = new RedactionCounts(ruleNames(own), properties.isDryRun());
		this.dryRun = properties.isDryRun() ? new DryRun() : null;
		Duration budget = timeBudget(properties);
		// a detector of the application may take its time for a short text as well
		int step = own.isEmpty() ? TimeBudget.STEP : 0;
		this.timeBudgets = () -> new TimeBudget(budget, clock, step);
	}

	/**
	 * Read the rules that users have configured.
	 * @param properties the properties
	 * @param beans detectors of the application
	 * @return the rules
	 * @throws InvalidInsightsPropertyException if a value cannot be meant
	 */
	static PiiRules of(Pii properties, List<PiiDetector> beans) {
		return of(properties, beans, System::nanoTime);
	}

	/**
	 * Read the rules that users have configured.
	 * @param properties the properties
	 * @param beans detectors of the application
	 * @param clock tells the time in nanoseconds
	 * @return the rules
	 * @throws InvalidInsightsPropertyException if a value cannot be meant
	 */
	static PiiRules of(Pii properties, List<PiiDetector> beans, LongSupplier clock) {
		KeyedHash hash = hash(properties);
		Set<String> sensitive = new LinkedHashSet<>(words("keys", properties.getKeys()));
		sensitive.addAll(words("key-strategies", properties.getKeyStrategies().keySet()));
		SensitiveKeys keys = SensitiveKeys.secrets(sensitive, words("allowed-keys", properties.getAllowedKeys()));
		List<PiiDetector> added = new ArrayList<>(beans);
		properties.getPatterns().forEach((name, regex) -> added.add(PatternDetector.of(checked(name), regex)));
		Redactions redactions = redactions(properties, hash, added);
		return new PiiRules(keys, redactions, new OwnDetectors(added, redactions), properties, clock);
	}

	/**
	 * Count what was found outside a payload.
	 */
	@Override
	public void found(Rule rule) {
		this.counts.add(rule.name());
	}

	RecentKeys keys() {
		return this.keys;
	}

	TextScrubber text() {
		return this.text;
	}

	private boolean isPlain(String text) {
		try {
			return this.text.scrub(text, FindingListener.NONE).equals(text);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return false;
		}
	}

	/**
	 * Return a scrubber for SQL without literals.
	 * @return the scrubber
	 */
	TextScrubber statements() {
		return this.statements;
	}

	Redactions redactions() {
		return this.redactions;
	}

	AllowedPaths allowedPaths() {
		return this.allowedPaths;
	}

	RedactionCounts counts() {
		return this.counts;
	}

	/**
	 * Return what takes reports in the place of replacing.
	 * @return the dry run, or {@code null} when this is none
	 */
	@Nullable DryRun dryRun() {
		return this.dryRun;
	}

	/**
	 * Return how long the next payload may be examined.
	 * @return the budget of one payload
	 */
	TimeBudget timeBudget() {
		return this.timeBudgets.get();
	}

	private static Duration timeBudget(Pii properties) {
		Duration budget = properties.getTimeBudget();
		if (budget.isNegative() || budget.isZero()) {
			throw new InvalidInsightsPropertyException(PREFIX + "time-budget",
					"It is " + budget.toMillis() + " ms, in which nothing could be examined.",
					"Set a time such as 500ms, or set 'sentry.insights.pii.enabled' to false.");
		}
		return budget;
	}

	private static Collection<String> ruleNames(OwnDetectors own) {
		Set<String> names = new TreeSet<>(own.names());
		for (Rule rule : Rule.VALUES) {
			names.add(rule.name());
		}
		for (Rule rule : Rule.OTHERS) {
			names.add(rule.name());
		}
		return names;
	}

	private static @Nullable KeyedHash hash(Pii properties) {
		boolean needed = properties.getStrategies().containsValue(Strategy.HMAC)
				|| properties.getKeyStrategies().containsValue(Strategy.HMAC);
		if (properties.getHmacKey() == null && !needed) {
			return null;
		}
		return SecretHash.of(properties, "the strategy hmac", "choose another strategy");
	}

	private static Collection<String> words(String property, Collection<String> words) {
		for (String word : words) {
			if (KeyWords.split(word).isEmpty()) {
				throw new InvalidInsightsPropertyException(PREFIX + property,
						"It holds '" + word + "', which has no letter in it.",
						"Remove it, or write words such as customer-number.");
			}
		}
		return words;
	}

	private static String checked(String name) {
		boolean taken = Stream.of(Rule.VALUES, Rule.OTHERS)
			.flatMap(Arrays::stream)
			.anyMatch((rule) -> rule.name().equals(name));
		if (taken || !NAME.matcher(name).matches()) {
			throw new InvalidInsightsPropertyException(PREFIX + "patterns",
					"It holds the name '" + name + "', which "
							+ (taken ? "a detector of this library has." : "cannot stand in a text."),
					"Choose a name of lower case letters, digits and dashes, such as order-number.");
		}
		return name;
	}

	private static Detector detector(OptionalDetector optional) {
		return switch (optional) {
			case IP_ADDRESS -> new IpAddressDetector();
			case PHONE_NUMBER -> new PhoneNumberDetector();
			case MAC_ADDRESS -> new MacAddressDetector();
			case HOME_DIRECTORY -> new HomeDirectoryDetector();
			case NATIONAL_ID -> new NationalIdDetector();
		};
	}

	private static Redactions redactions(Pii properties, @Nullable KeyedHash hash, List<PiiDetector> added) {
		Map<String, Rule> rules = new HashMap<>();
		for (Rule rule : Rule.VALUES) {
			rules.put(rule.name(), rule);
		}
		added.forEach((detector) -> rules.put(detector.name(), Rule.named(detector.name())));
		Map<String, Redaction> byRule = new HashMap<>();
		properties.getStrategies().forEach((name, strategy) -> {
			Rule rule = rules.get(name);
			if (rule == null) {
				throw new InvalidInsightsPropertyException(PREFIX + "strategies",
						"It holds '" + name + "', which is no detector.",
						"Choose one of " + String.join(", ", new TreeSet<>(rules.keySet())) + ".");
			}
			byRule.put(name, Redaction.of(rule, strategy, hash));
		});
		List<Redactions.OfKey> byKey = new ArrayList<>();
		properties.getKeyStrategies()
			.forEach((key, strategy) -> byKey
				.add(new Redactions.OfKey(SensitiveKeys.of(Set.of(key)), Redaction.of(Rule.KEY, strategy, hash))));
		return new Redactions(byRule, byKey);
	}

}
