package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.scrub.PiiScrubber;

/**
 * Scrubbing a text, as long as messages are and as long as the longest may be.
 */
public class ScrubBenchmark {

	/**
	 * Scrub a text.
	 * @param texts the text
	 * @return the text without secrets
	 */
	@Benchmark
	public String scrub(Texts texts) {
		return texts.scrubber.scrub(texts.scrubbed);
	}

	/**
	 * The text.
	 */
	@State(Scope.Benchmark)
	public static class Texts {

		/** What is scrubbed. */
		@Param
		public ScrubText text;

		/** Its length in characters. */
		@Param({ "1024", "32768", "1048576" })
		public int characters;

		private final PiiScrubber scrubber = PiiScrubber.of(new InsightsProperties.Pii());

		private String scrubbed = "";

		/**
		 * Make the text.
		 */
		@Setup
		public void make() {
			this.scrubbed = this.text.ofLength(this.characters);
		}

	}

}
