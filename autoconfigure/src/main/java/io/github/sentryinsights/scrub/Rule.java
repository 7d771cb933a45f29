package io.github.sentryinsights.scrub;

/**
 * A kind of secret.
 *
 * @param name the name by which users configure it
 * @param marker what stands for it in brackets
 */
record Rule(String name, String marker) {

	static final Rule KEY = new Rule("key", "Filtered");

	static final Rule EMAIL = new Rule("email", "email");

	static final Rule CREDIT_CARD = new Rule("credit-card", "creditcard");

	static final Rule IBAN = new Rule("iban", "iban");

	static final Rule US_SSN = new Rule("us-ssn", "us-ssn");

	static final Rule CREDENTIALS = new Rule("credentials", "Filtered");

	static final Rule URL_CREDENTIALS = new Rule("url-credentials", "Filtered");

	static final Rule JWT = new Rule("jwt", "jwt");

	static final Rule PRIVATE_KEY = new Rule("private-key", "private-key");

	static final Rule VENDOR_TOKEN = new Rule("vendor-token", "token");

	static final Rule DATABASE_VALUE = new Rule("database-value", "Filtered");

	static final Rule IP_ADDRESS = new Rule("ip-address", "ip");

	static final Rule PHONE_NUMBER = new Rule("phone-number", "phone");

	static final Rule MAC_ADDRESS = new Rule("mac-address", "mac");

	static final Rule HOME_DIRECTORY = new Rule("home-directory", "user");

	static final Rule NATIONAL_ID = new Rule("national-id", "national-id");

	/** Data about the user that may not be sent. */
	static final Rule USER_DATA = new Rule("user-data", "Filtered");

	/** Attachments that are no text. */
	static final Rule ATTACHMENT = new Rule("attachment", "Filtered");

	/** What is too deep, too long, too much or of no readable form. */
	static final Rule LIMIT = new Rule("limit", "Filtered");

	/** What was not examined as the time was over. */
	static final Rule TIME_BUDGET = new Rule("time-budget", "Filtered");

	/** What could not be examined as something failed. */
	static final Rule FAILURE = new Rule("failure", "Filtered");

	/**
	 * The rules that replace without a detector.
	 */
	static final Rule[] OTHERS = { USER_DATA, ATTACHMENT, LIMIT, TIME_BUDGET, FAILURE };

	/**
	 * The rules that have a detector of this library.
	 */
	static final Rule[] VALUES = { KEY, EMAIL, CREDIT_CARD, IBAN, US_SSN, CREDENTIALS, URL_CREDENTIALS, JWT,
			PRIVATE_KEY, VENDOR_TOKEN, DATABASE_VALUE, IP_ADDRESS, PHONE_NUMBER, MAC_ADDRESS, HOME_DIRECTORY,
			NATIONAL_ID };

	/**
	 * Return the rule of what a user has named.
	 * @param name the name
	 * @return the rule
	 */
	static Rule named(String name) {
		return new Rule(name, name);
	}

}
