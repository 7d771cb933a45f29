package io.github.sentryinsights;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * Configuration properties for Sentry Insights.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("sentry.insights")
public class InsightsProperties {

	/**
	 * Whether to instrument anything at all.
	 */
	private boolean enabled = true;

	/**
	 * Whether to keep statements, commands, cache accesses and published messages aside
	 * until their transaction ends, rather than as child spans of the SDK, which cost
	 * several times as much.
	 */
	private boolean leafSpans = true;

	private final Db db = new Db();

	private final Jdbc jdbc = new Jdbc();

	private final R2dbc r2dbc = new R2dbc();

	private final Redis redis = new Redis();

	private final RedisMessaging redisMessaging = new RedisMessaging();

	private final Cache cache = new Cache();

	private final Kafka kafka = new Kafka();

	private final Rabbit rabbit = new Rabbit();

	private final Jms jms = new Jms();

	private final Scheduling scheduling = new Scheduling();

	private final Websocket websocket = new Websocket();

	private final Quartz quartz = new Quartz();

	private final Batch batch = new Batch();

	private final Async async = new Async();

	private final Annotations annotations = new Annotations();

	private final Pii pii = new Pii();

	private final Metrics metrics = new Metrics();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public boolean isLeafSpans() {
		return this.leafSpans;
	}

	public void setLeafSpans(boolean leafSpans) {
		this.leafSpans = leafSpans;
	}

	public Db getDb() {
		return this.db;
	}

	public Jdbc getJdbc() {
		return this.jdbc;
	}

	public R2dbc getR2dbc() {
		return this.r2dbc;
	}

	public Redis getRedis() {
		return this.redis;
	}

	public RedisMessaging getRedisMessaging() {
		return this.redisMessaging;
	}

	public Cache getCache() {
		return this.cache;
	}

	public Kafka getKafka() {
		return this.kafka;
	}

	public Rabbit getRabbit() {
		return this.rabbit;
	}

	public Jms getJms() {
		return this.jms;
	}

	public Scheduling getScheduling() {
		return this.scheduling;
	}

	public Websocket getWebsocket() {
		return this.websocket;
	}

	public Quartz getQuartz() {
		return this.quartz;
	}

	public Batch getBatch() {
		return this.batch;
	}

	public Async getAsync() {
		return this.async;
	}

	public Annotations getAnnotations() {
		return this.annotations;
	}

	public Pii getPii() {
		return this.pii;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	/**
	 * What every technology can be told.
	 */
	public abstract static class Technology {

		/**
		 * Whether to instrument this technology.
		 */
		private boolean enabled = true;

		/**
		 * Comma-separated list of the names of beans to leave alone.
		 */
		private Set<String> exclude = new LinkedHashSet<>();

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Set<String> getExclude() {
			return this.exclude;
		}

		public void setExclude(Set<String> exclude) {
			this.exclude = exclude;
		}

	}

	/**
	 * SQL statements, whatever driver runs them.
	 */
	public static class Db {

		/**
		 * Whether to record the begin, commit and rollback of transactions, and their
		 * savepoints.
		 */
		private boolean transactions = true;

		/**
		 * Whether to count the rows that are read of the result of a query, and the time
		 * that it takes. Both stand with the statement, whose duration does not include
		 * them. Over JDBC only.
		 */
		private boolean countRows;

		/**
		 * How long a statement may take before the code of the application that ran it is
		 * told with it; zero or less for never. It is found by the packages that Sentry
		 * knows as those of the application. Over JDBC only.
		 */
		private Duration slowQueryThreshold = Duration.ofMillis(100);

		/**
		 * How long it may take to get a connection before the wait is recorded as a span;
		 * zero or less for never. Over JDBC only.
		 */
		private Duration slowConnectionThreshold = Duration.ofMillis(100);

		/**
		 * Length of the text of a statement at most, in characters. What does not fit is
		 * left out from the first word on that would be cut.
		 */
		private int maxStatementLength = SqlStatements.DEFAULT_MAX_LENGTH;

		/**
		 * Whether to keep comments that are hints for the optimizer, if they hold nothing
		 * but names.
		 */
		private boolean keepHints = false;

		public int getMaxStatementLength() {
			return this.maxStatementLength;
		}

		public void setMaxStatementLength(int maxStatementLength) {
			this.maxStatementLength = maxStatementLength;
		}

		public boolean isKeepHints() {
			return this.keepHints;
		}

		public void setKeepHints(boolean keepHints) {
			this.keepHints = keepHints;
		}

		public boolean isTransactions() {
			return this.transactions;
		}

		public void setTransactions(boolean transactions) {
			this.transactions = transactions;
		}

		public boolean isCountRows() {
			return this.countRows;
		}

		public void setCountRows(boolean countRows) {
			this.countRows = countRows;
		}

		public Duration getSlowQueryThreshold() {
			return this.slowQueryThreshold;
		}

		public void setSlowQueryThreshold(Duration slowQueryThreshold) {
			this.slowQueryThreshold = slowQueryThreshold;
		}

		public Duration getSlowConnectionThreshold() {
			return this.slowConnectionThreshold;
		}

		public void setSlowConnectionThreshold(Duration slowConnectionThreshold) {
			this.slowConnectionThreshold = slowConnectionThreshold;
		}

	}

	/**
	 * SQL databases that are reached over JDBC.
	 */
	public static class Jdbc extends Technology {

	}

	/**
	 * SQL databases that are reached over R2DBC.
	 */
	public static class R2dbc extends Technology {

	}

	/**
	 * Redis.
	 */
	public static class Redis extends Technology {

		/**
		 * Comma-separated list of key prefixes, and of patterns with * for any number of
		 * bytes and ? for one, whose commands are accesses to a cache; * alone is all
		 * keys. A command on several keys belongs to the cache of the first key that has
		 * one, and is a hit when at least one key of a cache is found.
		 */
		private List<String> cachePrefixes = new ArrayList<>();

		public List<String> getCachePrefixes() {
			return this.cachePrefixes;
		}

		public void setCachePrefixes(List<String> cachePrefixes) {
			this.cachePrefixes = cachePrefixes;
		}

	}

	/**
	 * Redis as a broker of messages.
	 */
	public static class RedisMessaging extends Technology {

		/**
		 * Whether to add the fields sentry-trace and baggage to the records of streams
		 * whose fields are all text, so that their listeners continue the trace. Other
		 * readers of the stream see them. The adapters of Spring Integration add such
		 * headers to the messages that they send whole.
		 */
		private boolean traceFields = false;

		public boolean isTraceFields() {
			return this.traceFields;
		}

		public void setTraceFields(boolean traceFields) {
			this.traceFields = traceFields;
		}

	}

	/**
	 * Spring's cache abstraction, and the keys of all caches.
	 */
	public static class Cache extends Technology {

		/**
		 * What to show of the keys of caches, those of Redis commands and annotated
		 * methods included: keep them, mask what is no known word, show a hash that needs
		 * sentry.insights.pii.hmac-key, or drop them.
		 */
		private CacheKeys.Policy keys = CacheKeys.Policy.MASK;

		/**
		 * Comma-separated list of further words that stay when keys are masked, in any
		 * letter case.
		 */
		private Set<String> keyWords = new LinkedHashSet<>();

		public CacheKeys.Policy getKeys() {
			return this.keys;
		}

		public void setKeys(CacheKeys.Policy keys) {
			this.keys = keys;
		}

		public Set<String> getKeyWords() {
			return this.keyWords;
		}

		public void setKeyWords(Set<String> keyWords) {
			this.keyWords = keyWords;
		}

	}

	/**
	 * Apache Kafka.
	 */
	public static class Kafka extends Technology {

		/**
		 * How to report what batch listeners handle: one transaction for each batch, or
		 * one for each of its records, which then all last as long as the batch.
		 */
		private BatchTransactions batch = BatchTransactions.PER_BATCH;

		/**
		 * What to show of the keys of records: keep them, mask what is no known word,
		 * show a hash that needs sentry.insights.pii.hmac-key, or drop them.
		 */
		private CacheKeys.Policy messageKeys = CacheKeys.Policy.DROP;

		public BatchTransactions getBatch() {
			return this.batch;
		}

		public void setBatch(BatchTransactions batch) {
			this.batch = batch;
		}

		public CacheKeys.Policy getMessageKeys() {
			return this.messageKeys;
		}

		public void setMessageKeys(CacheKeys.Policy messageKeys) {
			this.messageKeys = messageKeys;
		}

	}

	/**
	 * How messages are reported that are handled at once.
	 */
	public enum BatchTransactions {

		/** One transaction for the whole batch. */
		PER_BATCH,

		/** One transaction for each message of the batch. */
		PER_RECORD

	}

	/**
	 * RabbitMQ.
	 */
	public static class Rabbit extends Technology {

		/**
		 * How to report what batch listeners handle: one transaction for each batch, or
		 * one for each of its messages, which then all last as long as the batch.
		 */
		private BatchTransactions batch = BatchTransactions.PER_BATCH;

		public BatchTransactions getBatch() {
			return this.batch;
		}

		public void setBatch(BatchTransactions batch) {
			this.batch = batch;
		}

	}

	/**
	 * Providers of JMS.
	 */
	public static class Jms extends Technology {

	}

	/**
	 * Scheduled methods.
	 */
	public static class Scheduling {

		/**
		 * Whether each run of a scheduled method is a transaction.
		 */
		private boolean enabled = true;

		/**
		 * Comma-separated list of the scheduled methods to leave alone, by the names of
		 * their transactions, such as OrderReport.send.
		 */
		private Set<String> exclude = new LinkedHashSet<>();

		/**
		 * Whether to report each run as a check-in of a cron monitor, which Sentry
		 * creates from the schedule of the method and charges for.
		 */
		private boolean checkIns = false;

		/**
		 * How long a run may take before its monitor counts it as failed, in whole
		 * minutes. By default what sentry.cron.default-max-runtime says, or Sentry.
		 */
		private @Nullable Duration maxRuntime;

		/**
		 * How late a run may begin before its monitor counts it as missed, in whole
		 * minutes. By default what sentry.cron.default-checkin-margin says, or Sentry.
		 */
		private @Nullable Duration checkInMargin;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Set<String> getExclude() {
			return this.exclude;
		}

		public void setExclude(Set<String> exclude) {
			this.exclude = exclude;
		}

		public boolean isCheckIns() {
			return this.checkIns;
		}

		public void setCheckIns(boolean checkIns) {
			this.checkIns = checkIns;
		}

		public @Nullable Duration getMaxRuntime() {
			return this.maxRuntime;
		}

		public void setMaxRuntime(@Nullable Duration maxRuntime) {
			this.maxRuntime = maxRuntime;
		}

		public @Nullable Duration getCheckInMargin() {
			return this.checkInMargin;
		}

		public void setCheckInMargin(@Nullable Duration checkInMargin) {
			this.checkInMargin = checkInMargin;
		}

	}

	/**
	 * Methods that handle messages of STOMP over WebSocket.
	 */
	public static class Websocket extends Technology {

	}

	/**
	 * Jobs of Quartz.
	 */
	public static class Quartz extends Technology {

	}

	/**
	 * Jobs and steps of Spring Batch.
	 */
	public static class Batch extends Technology {

	}

	/**
	 * Methods and listeners of events that run on other threads than their callers.
	 */
	public static class Async extends Technology {

	}

	/**
	 * Annotated methods.
	 */
	public static class Annotations {

		/**
		 * Whether to record the calls of annotated methods.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * What may leave the process.
	 */
	public static class Pii {

		/**
		 * Whether to replace personal data and secrets before anything is sent.
		 */
		private boolean enabled = true;

		/**
		 * Comma-separated list of further key words whose values are replaced, such as
		 * customer-number, which is also customerNumber and x_customer_number.
		 */
		private Set<String> keys = new LinkedHashSet<>();

		/**
		 * Comma-separated list of key words whose values stay, unless a detector finds
		 * something in them.
		 */
		private Set<String> allowedKeys = new LinkedHashSet<>();

		/**
		 * Comma-separated list of paths whose values stay with all that lies under them,
		 * such as contexts.order.reference or extra.*.token, where a star stands for one
		 * name and two stars for any number of names.
		 */
		private Set<String> allowedPaths = new LinkedHashSet<>();

		/**
		 * Comma-separated list of detectors to use beside the ones that are always on.
		 */
		private Set<OptionalDetector> optionalDetectors = new LinkedHashSet<>();

		/**
		 * Regular expressions of RE2, by the name that stands in the place of what they
		 * match, or of their first group when they have one.
		 */
		private Map<String, String> patterns = new LinkedHashMap<>();

		/**
		 * What to put in the place of a finding, by the name of a detector or pattern:
		 * key, email, credit-card, iban, us-ssn, credentials, url-credentials, jwt,
		 * private-key, vendor-token, database-value or an optional detector.
		 */
		private Map<String, Strategy> strategies = new LinkedHashMap<>();

		/**
		 * What to put in the place of the value of a sensitive key, by key word. It makes
		 * the key sensitive.
		 */
		private Map<String, Strategy> keyStrategies = new LinkedHashMap<>();

		/**
		 * Secret of at least 16 characters that the strategy hmac and the hash of keys
		 * need, so that equal values are told to be equal and nothing else.
		 */
		private @Nullable String hmacKey;

		/**
		 * What becomes of attachments: scrub replaces what is found in text and the whole
		 * of what is no text or larger than 4 MB.
		 */
		private AttachmentPolicy attachments = AttachmentPolicy.SCRUB;

		/**
		 * What becomes of the e-mail and IP address, the names and the contact data of a
		 * user: auto keeps them when sentry.send-default-pii is true.
		 */
		private UserDataPolicy userData = UserDataPolicy.AUTO;

		/**
		 * Time that examining one event may take, after which what is left is replaced
		 * unexamined.
		 */
		private Duration timeBudget = Duration.ofMillis(500);

		/**
		 * Whether to only report which rule would replace something at which path, and to
		 * send everything as it is.
		 */
		private boolean dryRun = false;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Set<String> getKeys() {
			return this.keys;
		}

		public void setKeys(Set<String> keys) {
			this.keys = keys;
		}

		public Set<String> getAllowedKeys() {
			return this.allowedKeys;
		}

		public void setAllowedKeys(Set<String> allowedKeys) {
			this.allowedKeys = allowedKeys;
		}

		public Set<String> getAllowedPaths() {
			return this.allowedPaths;
		}

		public void setAllowedPaths(Set<String> allowedPaths) {
			this.allowedPaths = allowedPaths;
		}

		public Set<OptionalDetector> getOptionalDetectors() {
			return this.optionalDetectors;
		}

		public void setOptionalDetectors(Set<OptionalDetector> optionalDetectors) {
			this.optionalDetectors = optionalDetectors;
		}

		public Map<String, String> getPatterns() {
			return this.patterns;
		}

		public void setPatterns(Map<String, String> patterns) {
			this.patterns = patterns;
		}

		public Map<String, Strategy> getStrategies() {
			return this.strategies;
		}

		public void setStrategies(Map<String, Strategy> strategies) {
			this.strategies = strategies;
		}

		public Map<String, Strategy> getKeyStrategies() {
			return this.keyStrategies;
		}

		public void setKeyStrategies(Map<String, Strategy> keyStrategies) {
			this.keyStrategies = keyStrategies;
		}

		public @Nullable String getHmacKey() {
			return this.hmacKey;
		}

		public void setHmacKey(@Nullable String hmacKey) {
			this.hmacKey = hmacKey;
		}

		public AttachmentPolicy getAttachments() {
			return this.attachments;
		}

		public void setAttachments(AttachmentPolicy attachments) {
			this.attachments = attachments;
		}

		public UserDataPolicy getUserData() {
			return this.userData;
		}

		public void setUserData(UserDataPolicy userData) {
			this.userData = userData;
		}

		public Duration getTimeBudget() {
			return this.timeBudget;
		}

		public void setTimeBudget(Duration timeBudget) {
			this.timeBudget = timeBudget;
		}

		public boolean isDryRun() {
			return this.dryRun;
		}

		public void setDryRun(boolean dryRun) {
			this.dryRun = dryRun;
		}

		/**
		 * What becomes of attachments.
		 */
		public enum AttachmentPolicy {

			/** Text is scrubbed, and anything else replaced. */
			SCRUB,

			/** They are sent as they are. */
			KEEP,

			/** They are not sent. */
			DROP

		}

		/**
		 * What becomes of data about the user.
		 */
		public enum UserDataPolicy {

			/** It stays when the SDK may send it by default. */
			AUTO,

			/** It stays. */
			KEEP,

			/** It is replaced. */
			REPLACE

		}

		/**
		 * What is only looked for when asked to, as much that is harmless looks alike.
		 */
		public enum OptionalDetector {

			/** Addresses of IP, version 4 and 6. */
			IP_ADDRESS,

			/** Telephone numbers. */
			PHONE_NUMBER,

			/** Addresses of network interfaces. */
			MAC_ADDRESS,

			/** The user in the path of a home directory. */
			HOME_DIRECTORY,

			/** Numbers that states give to persons, where they hold a check digit. */
			NATIONAL_ID

		}

		/**
		 * What stands in the place of a finding.
		 */
		public enum Strategy {

			/** The kind of what was found, such as {@code [email]}. */
			REPLACE,

			/** Nothing. */
			REMOVE,

			/** A star for every letter and digit. */
			MASK,

			/** A star for every letter and digit but the last four. */
			KEEP_LAST_FOUR,

			/** The kind and a keyed hash, which is the same for the same value. */
			HMAC

		}

	}

	/**
	 * Metrics of operations.
	 */
	public static class Metrics {

		/**
		 * Whether to count and time operations with Micrometer.
		 */
		private boolean enabled = true;

		/**
		 * Number of distinct names of data sources, caches, destinations and methods that
		 * get time series of their own; further ones share the name "_other".
		 */
		private int maxNames = 500;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public int getMaxNames() {
			return this.maxNames;
		}

		public void setMaxNames(int maxNames) {
			this.maxNames = maxNames;
		}

	}

}
