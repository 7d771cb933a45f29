package io.github.sentryinsights.benchmarks;

import java.util.stream.Stream;

/**
 * The circumstances under which an operation is measured.
 */
public enum Variant {

	/** The operation alone. */
	RAW(Library.NONE, SentryMode.OFF),

	/** The operation alone, in a request that is not sampled. */
	RAW_UNSAMPLED(Library.NONE, SentryMode.UNSAMPLED),

	/** The operation alone, in a sampled request. */
	RAW_SAMPLED(Library.NONE, SentryMode.SAMPLED),

	/** The operation behind a proxy that does nothing. */
	PASS_THROUGH(Library.PASS_THROUGH, SentryMode.OFF),

	/** This library, Sentry disabled. */
	OURS_OFF(Library.OURS, SentryMode.OFF),

	/** This library in a request that is not sampled. */
	OURS_UNSAMPLED(Library.OURS, SentryMode.UNSAMPLED),

	/** This library in a request that is not sampled, with a meter registry. */
	OURS_UNSAMPLED_METERED(Library.OURS, SentryMode.UNSAMPLED),

	/** This library in a sampled request. */
	OURS_SAMPLED(Library.OURS, SentryMode.SAMPLED),

	/** This library in a sampled request, without leaf spans. */
	OURS_SAMPLED_CHILDREN(Library.OURS, SentryMode.SAMPLED),

	/** What users would pick instead, Sentry disabled. */
	PEER_OFF(Library.PEER, SentryMode.OFF),

	/** What users would pick instead, in a request that is not sampled. */
	PEER_UNSAMPLED(Library.PEER, SentryMode.UNSAMPLED),

	/** What users would pick instead, in a sampled request. */
	PEER_SAMPLED(Library.PEER, SentryMode.SAMPLED);

	private final Library library;

	private final SentryMode mode;

	Variant(Library library, SentryMode mode) {
		this.library = library;
		this.mode = mode;
	}

	Library library() {
		return this.library;
	}

	SentryMode mode() {
		return this.mode;
	}

	/**
	 * Return the properties that this library needs for it.
	 * @return the properties, as {@code key=value}
	 */
	Stream<String> properties() {
		return (this == OURS_SAMPLED_CHILDREN) ? Stream.of("sentry.insights.leaf-spans=false") : Stream.empty();
	}

	String detail() {
		return switch (this) {
			case OURS_UNSAMPLED_METERED -> " + metrics";
			case OURS_SAMPLED_CHILDREN -> ", child spans";
			default -> "";
		};
	}

	boolean isMetered() {
		return this == OURS_UNSAMPLED_METERED;
	}

}
