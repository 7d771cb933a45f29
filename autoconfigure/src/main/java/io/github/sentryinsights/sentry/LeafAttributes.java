package io.github.sentryinsights.sentry;

import org.jspecify.annotations.Nullable;

/**
 * Names and values of a leaf, in the order in which they were first set.
 * <p>
 * Fields instead of an array, as storing a reference in an array costs a check of its
 * type: four attributes are what most leaves have. Written by one thread at a time, a
 * value before its name, so that another one may read it meanwhile.
 */
final class LeafAttributes {

	private static final int FIELDS = 4;

	private @Nullable String name0;

	private @Nullable Object value0;

	private @Nullable String name1;

	private @Nullable Object value1;

	private @Nullable String name2;

	private @Nullable Object value2;

	private @Nullable String name3;

	private @Nullable Object value3;

	private @Nullable LeafAttributes rest;

	void put(String name, Object value) {
		LeafAttributes attributes = this;
		while (!attributes.hold(name, value)) {
			LeafAttributes rest = attributes.rest;
			if (rest == null) {
				rest = new LeafAttributes();
				attributes.rest = rest;
			}
			attributes = rest;
		}
	}

	private boolean hold(String name, Object value) {
		if (isFor(this.name0, name)) {
			this.value0 = value;
			this.name0 = name;
		}
		else if (isFor(this.name1, name)) {
			this.value1 = value;
			this.name1 = name;
		}
		else if (isFor(this.name2, name)) {
			this.value2 = value;
			this.name2 = name;
		}
		else if (isFor(this.name3, name)) {
			this.value3 = value;
			this.name3 = name;
		}
		else {
			return false;
		}
		return true;
	}

	/**
	 * Names are constants, which keep their hash: unlike ones are told apart by it.
	 */
	private static boolean isFor(@Nullable String taken, String name) {
		return taken == null || taken == name || (taken.hashCode() == name.hashCode() && taken.equals(name));
	}

	int size() {
		int size = 0;
		while (name(size) != null) {
			size++;
		}
		return size;
	}

	@Nullable String name(int index) {
		LeafAttributes attributes = holder(index);
		return (attributes == null) ? null : switch (index % FIELDS) {
			case 0 -> attributes.name0;
			case 1 -> attributes.name1;
			case 2 -> attributes.name2;
			default -> attributes.name3;
		};
	}

	@Nullable Object value(int index) {
		LeafAttributes attributes = holder(index);
		return (attributes == null) ? null : switch (index % FIELDS) {
			case 0 -> attributes.value0;
			case 1 -> attributes.value1;
			case 2 -> attributes.value2;
			default -> attributes.value3;
		};
	}

	private @Nullable LeafAttributes holder(int index) {
		LeafAttributes attributes = this;
		for (int i = index / FIELDS; i > 0 && attributes != null; i--) {
			attributes = attributes.rest;
		}
		return attributes;
	}

	/**
	 * Return other attributes without one of these.
	 * @param name the name to leave out, {@code null} for none
	 * @return a copy that does not change when this one does
	 */
	LeafAttributes without(@Nullable String name) {
		LeafAttributes copy = new LeafAttributes();
		int size = size();
		for (int i = 0; i < size; i++) {
			String other = name(i);
			Object value = value(i);
			if (other != null && value != null && !other.equals(name)) {
				copy.put(other, value);
			}
		}
		return copy;
	}

}
