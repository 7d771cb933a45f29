package io.github.sentryinsights.sentry;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import io.sentry.SpanDataConvention;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget.Attribute;

/**
 * The data of a span as a view of what its leaf shares with others and what it was told
 * itself, which becomes a map of its own with the first change.
 */
final class LeafData extends AbstractMap<String, Object> {

	private final @Nullable LeafAttributes own;

	private final int ownSize;

	private final List<Attribute> shared;

	private final LeafThread thread;

	private volatile @Nullable Map<String, Object> changed;

	private LeafData(LeafOperation leaf) {
		this.own = leaf.attributes();
		this.ownSize = (this.own != null) ? this.own.size() : 0;
		this.shared = leaf.target().attributes();
		this.thread = leaf.thread();
	}

	/**
	 * Return the data of a leaf.
	 * @param leaf the leaf
	 * @return the data, which can be changed like the data of any span
	 */
	static Map<String, Object> of(LeafOperation leaf) {
		LeafData data = new LeafData(leaf);
		return data.isDistinct() ? data : data.copy();
	}

	private boolean isDistinct() {
		for (int i = 1; i < unchangedSize(); i++) {
			String name = name(i);
			for (int j = Math.min(i, this.ownSize) - 1; j >= 0; j--) {
				if (isSame(name, name(j))) {
					return false;
				}
			}
		}
		return true;
	}

	/**
	 * Names are constants, which keep their hash: unlike ones are told apart by it.
	 */
	private static boolean isSame(String name, String other) {
		return name.hashCode() == other.hashCode() && name.equals(other);
	}

	private int unchangedSize() {
		return this.ownSize + this.shared.size() + 2;
	}

	private String name(int index) {
		if (index < this.ownSize) {
			return Objects.requireNonNull(Objects.requireNonNull(this.own).name(index));
		}
		int rest = index - this.ownSize;
		if (rest < this.shared.size()) {
			return this.shared.get(rest).name();
		}
		return (rest == this.shared.size()) ? SpanDataConvention.THREAD_ID : SpanDataConvention.THREAD_NAME;
	}

	private Object value(int index) {
		if (index < this.ownSize) {
			return Objects.requireNonNull(Objects.requireNonNull(this.own).value(index));
		}
		int rest = index - this.ownSize;
		if (rest < this.shared.size()) {
			return this.shared.get(rest).value();
		}
		return (rest == this.shared.size()) ? this.thread.id() : this.thread.name();
	}

	private Map<String, Object> copy() {
		Map<String, Object> copy = new ConcurrentHashMap<>();
		for (int i = this.ownSize; i < unchangedSize(); i++) {
			copy.put(name(i), value(i));
		}
		for (int i = 0; i < this.ownSize; i++) {
			copy.put(name(i), value(i));
		}
		return copy;
	}

	private synchronized Map<String, Object> changeable() {
		Map<String, Object> changed = this.changed;
		if (changed == null) {
			changed = copy();
			this.changed = changed;
		}
		return changed;
	}

	@Override
	public int size() {
		Map<String, Object> changed = this.changed;
		return (changed != null) ? changed.size() : unchangedSize();
	}

	@Override
	public boolean containsKey(@Nullable Object key) {
		return get(key) != null;
	}

	@Override
	public @Nullable Object get(@Nullable Object key) {
		Map<String, Object> changed = this.changed;
		if (changed != null) {
			return (key != null) ? changed.get(key) : null;
		}
		for (int i = 0; i < unchangedSize(); i++) {
			if (name(i).equals(key)) {
				return value(i);
			}
		}
		return null;
	}

	@Override
	public @Nullable Object put(String key, Object value) {
		return changeable().put(key, value);
	}

	@Override
	public @Nullable Object remove(@Nullable Object key) {
		return (key != null && containsKey(key)) ? changeable().remove(key) : null;
	}

	@Override
	public void clear() {
		changeable().clear();
	}

	@Override
	public void forEach(BiConsumer<? super String, ? super Object> action) {
		Map<String, Object> changed = this.changed;
		if (changed != null) {
			changed.forEach(action);
			return;
		}
		for (int i = 0; i < unchangedSize(); i++) {
			action.accept(name(i), value(i));
		}
	}

	@Override
	public Set<Entry<String, Object>> entrySet() {
		return new AbstractSet<>() {

			@Override
			public int size() {
				return LeafData.this.size();
			}

			@Override
			public Iterator<Entry<String, Object>> iterator() {
				Map<String, Object> changed = LeafData.this.changed;
				return (changed != null) ? changed.entrySet().iterator() : new Entries();
			}

		};
	}

	private final class Entries implements Iterator<Entry<String, Object>> {

		private int next;

		private @Nullable String last;

		@Override
		public boolean hasNext() {
			return this.next < unchangedSize();
		}

		@Override
		public Entry<String, Object> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			int index = this.next++;
			String name = name(index);
			this.last = name;
			return new Written(name, value(index));
		}

		@Override
		public void remove() {
			if (this.last == null) {
				throw new IllegalStateException();
			}
			changeable().remove(this.last);
			this.last = null;
		}

	}

	private final class Written extends SimpleEntry<String, Object> {

		private static final long serialVersionUID = 1L;

		Written(String name, Object value) {
			super(name, value);
		}

		@Override
		public Object setValue(Object value) {
			changeable().put(getKey(), value);
			return super.setValue(value);
		}

	}

}
