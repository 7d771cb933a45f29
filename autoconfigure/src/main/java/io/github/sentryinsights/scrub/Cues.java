package io.github.sentryinsights.scrub;

import java.util.Arrays;
import java.util.List;

/**
 * Finds nothing by itself: stops where one of some {@linkplain Cue cues} is. As detectors
 * that share a trigger share what must follow it, it may stop elsewhere too, which only
 * takes time.
 */
final class Cues extends Detector {

	/** Characters behind a cue up to which it counts. */
	static final int REACH = 640;

	private static final int ASCII = 128;

	private static final Cue[] NOTHING = {};

	/** The cues that two characters begin, by both. */
	private final Cue[][] begun = new Cue[ASCII * ASCII][];

	/**
	 * Create a new detector.
	 * @param cues the cues
	 */
	Cues(List<Cue> cues) {
		super("", Rule.KEY);
		Arrays.fill(this.begun, NOTHING);
		for (int first = 0; first < ASCII; first++) {
			for (Cue cue : cues) {
				for (int second = 0; cue.first().has(first) && second < ASCII; second++) {
					if (cue.second().has(second)) {
						int pair = first * ASCII + second;
						this.begun[pair] = with(this.begun[pair], cue);
					}
				}
			}
		}
	}

	private static Cue[] with(Cue[] cues, Cue cue) {
		Cue[] all = Arrays.copyOf(cues, cues.length + 1);
		all[cues.length] = cue;
		return all;
	}

	private Cue[] begunBy(char before, char c) {
		return this.begun[before * ASCII + c];
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return begunBy(before, c).length != 0;
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return second(before, c, after) != AsciiSet.NONE;
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		AsciiSet fourth = AsciiSet.NONE;
		for (Cue cue : begunBy(before, c)) {
			fourth = cue.third().has(after) ? fourth.and(cue.fourth()) : fourth;
		}
		return fourth;
	}

	@Override
	long find(String text, int floor, int at) {
		return NONE;
	}

}
