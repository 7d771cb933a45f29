package io.github.sentryinsights.scrub;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.springframework.util.Assert;

/**
 * Tells at which characters of a text which detectors are asked, by a character, the one
 * before it and the two after it. Safe for use by several threads.
 */
final class Triggers {

	private static final int ASCII = 128;

	private static final int MAX_NUMBERS = 256;

	/**
	 * The number of the row of {@link #groups} for a {@linkplain Stretch#pair pair}; 0
	 * where no detector is asked, whatever follows.
	 */
	private final byte[] rows = new byte[ASCII * 256];

	/**
	 * The number of the group of detectors that is asked at a character, by its row and
	 * the character after it; 0 where none is asked.
	 */
	private final byte[] groups;

	/**
	 * The characters of which the second after it must be one: the two halves of an
	 * {@link AsciiSet}, by the number of the group.
	 */
	private final long[] seconds;

	private final Detector[][] detectors;

	/** Whether one of the {@link Cues} is there, by the number of the group. */
	private final boolean[] cues;

	/** Whether to look no further than to the first of the {@link Cues}. */
	private final boolean stopping;

	private final boolean fit;

	/**
	 * Create new triggers.
	 * @param detectors the detectors, which are asked in this order
	 * @param stopping whether to look no further than to the first of the {@link Cues}
	 */
	Triggers(List<Detector> detectors, boolean stopping) {
		this.stopping = stopping;
		Assert.state(detectors.size() <= Long.SIZE, "Too many detectors");
		Map<ByteBuffer, Integer> rows = new LinkedHashMap<>();
		rows.put(ByteBuffer.allocate(ASCII), 0);
		Map<Group, Integer> groups = new LinkedHashMap<>();
		groups.put(new Group(0, AsciiSet.NONE), 0);
		for (char before = 0; before < ASCII; before++) {
			for (char c = 0; c < ASCII; c++) {
				long triggered = triggered(detectors, before, c);
				if (triggered != 0) {
					this.rows[c * 256 + before] = number(row(detectors, triggered, before, c, groups), rows);
				}
			}
		}
		this.fit = rows.size() <= MAX_NUMBERS && groups.size() <= MAX_NUMBERS;
		this.groups = new byte[rows.size() * ASCII];
		rows.forEach((row, number) -> row.get(0, this.groups, number * ASCII, ASCII));
		this.seconds = new long[2 * groups.size()];
		this.detectors = new Detector[groups.size()][];
		this.cues = new boolean[groups.size()];
		groups.forEach((group, number) -> {
			this.seconds[2 * number] = group.second.low();
			this.seconds[2 * number + 1] = group.second.high();
			this.detectors[number] = group.of(detectors);
			this.cues[number] = Arrays.stream(this.detectors[number]).anyMatch(Cues.class::isInstance);
		});
	}

	private static long triggered(List<Detector> detectors, char before, char c) {
		long triggered = 0;
		for (int i = 0; i < detectors.size(); i++) {
			triggered |= detectors.get(i).isTriggeredBy(before, c) ? 1L << i : 0;
		}
		return triggered;
	}

	private static ByteBuffer row(List<Detector> detectors, long triggered, char before, char c,
			Map<Group, Integer> groups) {
		ByteBuffer row = ByteBuffer.allocate(ASCII);
		for (char after = 0; after < ASCII; after++) {
			long followed = 0;
			AsciiSet second = AsciiSet.NONE;
			for (long left = triggered; left != 0; left &= left - 1) {
				Detector detector = detectors.get(Long.numberOfTrailingZeros(left));
				if (detector.isFollowedBy(before, c, after)) {
					followed |= Long.lowestOneBit(left);
					second = second.and(detector.second(before, c, after));
				}
			}
			if (followed != 0) {
				row.put(after, number(new Group(followed, second), groups));
			}
		}
		return row;
	}

	private static <T> byte number(T key, Map<T, Integer> numbers) {
		return numbers.computeIfAbsent(key, (absent) -> numbers.size()).byteValue();
	}

	/**
	 * Whether all combinations of detectors can be told apart.
	 * @return whether these triggers can be used
	 */
	boolean fit() {
		return this.fit;
	}

	/**
	 * Find the characters of a stretch at which detectors are asked: a loop without calls
	 * into detectors, as most characters are passed over here.
	 * @param text the text
	 * @param from where the stretch begins
	 * @param stretch keeps them, in their order
	 * @return how many there are
	 */
	int find(String text, int from, Stretch stretch) {
		byte[] rows = this.rows;
		byte[] groups = this.groups;
		int length = stretch.read(text, from);
		int found = 0;
		for (int i = 0; i < length; i++) {
			int row = rows[stretch.pair(i)];
			if (row != 0) {
				int group = groups[(row & 0xff) * ASCII + stretch.character(i + 1)] & 0xff;
				int second = stretch.character(i + 2);
				if ((this.seconds[group << 1 | second >>> 6] >>> second & 1) != 0) {
					if (this.cues[group]) {
						stretch.cue(from + i);
						if (this.stopping) {
							stretch.end(from + i);
							break;
						}
					}
					stretch.keep(found++, (from + i) << 8 | group);
				}
			}
		}
		return found;
	}

	/**
	 * Return the index of a character in its text.
	 * @param stop the character as it is kept
	 * @return the index
	 */
	static int at(int stop) {
		return stop >>> 8;
	}

	/**
	 * Return the detectors that are asked at a character.
	 * @param stop the character as it is kept
	 * @return the detectors
	 */
	Detector[] detectors(int stop) {
		return this.detectors[stop & 0xff];
	}

	/**
	 * Detectors that are asked at the same characters.
	 *
	 * @param detectors the detectors, by the bits of their indexes
	 * @param second the characters of which the second after it must be one
	 */
	private record Group(long detectors, AsciiSet second) {

		Detector[] of(List<Detector> all) {
			return IntStream.range(0, all.size())
				.filter((index) -> (this.detectors >>> index & 1) != 0)
				.mapToObj(all::get)
				.toArray(Detector[]::new);
		}

	}

}
