package io.github.sentryinsights.benchmarks;

/**
 * A text to scrub: what applications write, and what is made to take long.
 */
public enum ScrubText {

	/** Lines of a log and of a stack trace, without a secret. */
	CLEAN("clean", """
			2026-11-22 10:15:30.123  INFO 1 --- [nio-8080-exec-1] c.a.shop.OrderController : order 17 of customer 4711 \
			was created in 12 ms, state=OPEN, lines=3, total: 129.90 EUR; the warehouse in Berlin ships it tomorrow at \
			10:00. Next step is the payment of http://shop.internal:8080/orders/17?expand=lines&page=2 with trace \
			4bf92f3577b34da6a3ce929d0e0e4736 and request f47ac10b-58cc-4372-a567-0e02b2c3d479.
				at com.acme.shop.orders.OrderService.create(OrderService.java:42)
				at org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)
			"""),

	/** The same with words of keys in it that tell no secret. */
	MENTIONS("words of keys",
			CLEAN.unit + "The token of this session has expired, authorization is required: code=401\n"),

	/** The same with a secret in every fifth line or so. */
	MIXED("a few secrets", CLEAN.unit + "login of bob@example.com, password=hunter2, ok\n"),

	/** Letters. */
	LETTERS("letters", "a"),

	/** At signs. */
	AT_SIGNS("at signs", "a@"),

	/** Addresses without an end. */
	DOMAINS("domains", "a@a."),

	/** Numbers with dots. */
	NUMBERS("numbers", "1."),

	/** Groups of a card. */
	CARD_GROUPS("card groups", "4111 "),

	/** Keys without a value. */
	KEYS("keys", "token="),

	/** Brackets that are never closed. */
	BRACKETS("open brackets", "token=("),

	/** Brackets that are no list. */
	LONE_BRACKETS("lone brackets", "password=[null,word "),

	/** Brackets within brackets, named before. */
	NAMED_BRACKETS("named brackets", "name=\"password\" password=[null,(password, password="),

	/** Quotes that are never closed. */
	QUOTES("open quotes", "token='"),

	/** Backslashes. */
	BACKSLASHES("backslashes", "token=\\"),

	/** Beginnings of tokens. */
	TOKENS("token heads", "eyJ."),

	/** Beginnings of URLs. */
	URLS("URL heads", "//a:b"),

	/** Schemes of credentials. */
	SCHEMES("schemes", "basic+"),

	/** Elements that are never closed. */
	ELEMENTS("elements", "<secret>"),

	/** Words of a key. */
	PHRASES("key words", "api key: "),

	/** Cookies. */
	COOKIES("cookies", ";a=abcdefgh12"),

	/** Rows of SQL. */
	ROWS("rows", "(a,b) values ('"),

	/** Beginnings of private keys. */
	PRIVATE_KEYS("key heads", "-----BEGIN PRIVATE KEY-----"),

	/** Beginnings of account numbers. */
	ACCOUNTS("account heads", "DE12 "),

	/** Dashes and hexadecimal digits. */
	UUIDS("UUIDs", "f47ac10b-"),

	/** Parameters without an end. */
	PARAMETERS("parameters", "x=1&q=x"),

	/** Sessions that hold no id. */
	SESSIONS("sessions", "session=x?"),

	/** Lists of cookies that are never closed. */
	COOKIE_LISTS("cookie lists", "cookie=[a=b "),

	/** Addresses that a key may begin with. */
	KEYED_ADDRESSES("keyed addresses", "//token:x"),

	/** Pairs in the value of a key. */
	PAIRS_IN_VALUES("pairs in values", "'token':a=b?"),

	/** Options of a command. */
	OPTIONS("options", "\"-ua"),

	/** Commands with a quote that is never closed. */
	COMMANDS("commands", "?AUTH'x"),

	/** Elements in escaped text. */
	ESCAPED_ELEMENTS("escaped elements", "\\u003ctoken\\u003ex\\u003c"),

	/** Lists of columns and rows. */
	COLUMNS("columns", "(pw) values (null),");

	private final String label;

	private final String unit;

	ScrubText(String label, String unit) {
		this.label = label;
		this.unit = unit;
	}

	/**
	 * Return the name in the table.
	 * @return the name
	 */
	String label() {
		return this.label;
	}

	/**
	 * Make a text.
	 * @param length its length
	 * @return the text
	 */
	String ofLength(int length) {
		return this.unit.repeat(length / this.unit.length() + 1).substring(0, length);
	}

}
