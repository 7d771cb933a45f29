package io.github.sentryinsights.scrub;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.github.sentryinsights.InvalidInsightsPropertyException;

/**
 * Finds what a regular expression of the user matches, in time proportional to the length
 * of the text.
 */
final class PatternDetector implements PiiDetector {

	private final String name;

	private final Pattern pattern;

	private final int group;

	private PatternDetector(String name, Pattern pattern) {
		this.name = name;
		this.pattern = pattern;
		this.group = Math.min(pattern.groupCount(), 1);
	}

	/**
	 * Compile a pattern.
	 * @param name the name of what it matches
	 * @param regex the regular expression
	 * @return the detector
	 * @throws InvalidInsightsPropertyException if it cannot be compiled or matches
	 * nothing at all
	 */
	static PatternDetector of(String name, String regex) {
		String property = PiiRules.PREFIX + "patterns." + name;
		try {
			Pattern pattern = Pattern.compile(regex);
			if (pattern.matcher("").find()) {
				throw new InvalidInsightsPropertyException(property, "It matches the empty text and so is everywhere.",
						"Write a regular expression that matches at least one character.");
			}
			return new PatternDetector(name, pattern);
		}
		catch (PatternSyntaxException ex) {
			throw new InvalidInsightsPropertyException(property,
					"It is no regular expression of RE2: " + ex.getDescription() + ": '" + ex.getPattern() + "'.",
					"Correct it. RE2 has neither back references nor look-around, so that it needs no more time for hostile text.");
		}
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void detect(String text, Findings findings) {
		Matcher matcher = this.pattern.matcher(text);
		while (matcher.find()) {
			if (matcher.start(this.group) >= 0) {
				findings.add(matcher.start(this.group), matcher.end(this.group));
			}
		}
	}

}
