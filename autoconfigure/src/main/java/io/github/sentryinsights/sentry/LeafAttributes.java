package io.github.sentryinsights.sentry;

import org.jspecify.annotations.Nullable;

/**
 * Names and values of a leaf, in the order in which they were set.
 * <p>
 * A name may be there twice, and then the later value counts: whether it is there already
 * is asked only of those beyond the fourth, which few leaves have. Fields instead of an
 * array, as storing a reference in an array costs a check of its type. Written by one
 * thread at a time, a value before its name, so that another one may read it meanwhile.
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
		if (add(name, value)) {
			return;
		}
		LeafAttributes attributes = this;
		while (!attributes.replace(name, value)) {
			LeafAttributes rest = attributes.rest;
			if (rest == null) {
				rest = new LeafAttributes();
				attributes.rest = rest;
			}
			attributes = rest;
		}
	}

	private boolean add(String name, Object value) {
		if (this.name0 == null) {
			this.value0 = value;
			this.name0 = name;
		}
		else if (this.name1 == null) {
			this.value1 = value;
			this.name1 = name;
		}
		else if (this.name2 == null) {
			this.value2 = value;
			this.name2 = name;
		}
		else if (this.name3 == null) {
			this.value3 = value;
			this.name3 = name;
		}
		else {
			return false;
		}
		return true;
	}

	private boolean replace(String name, Object value) {
		if (name.equals(this.name3)) {
			this.value3 = value;
		}
		else if (name.equals(this.name2)) {
			this.value2 = value;
		}
		else if (name.equals(this.name1)) {
			this.value1 = value;
		}
		else if (name.equals(this.name0)) {
			this.value0 = value;
		}
		else {
			return add(name, value);
		}
		return true;
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
	 * Return these attributes but for one.
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
