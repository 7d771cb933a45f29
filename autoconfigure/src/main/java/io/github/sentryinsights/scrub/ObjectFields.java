package io.github.sentryinsights.scrub;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads records and beans of the application by their fields, as the SDK would write
 * them. No code of the application runs, so that no getter opens a connection or loads an
 * entity. Safe for use by several threads.
 */
final class ObjectFields {

	private static final Field[] NONE = {};

	private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {

		@Override
		protected Field[] computeValue(Class<?> type) {
			return fields(type);
		}

	};

	private ObjectFields() {
	}

	/**
	 * Return the values of an object's fields.
	 * @param object the object
	 * @return the values by the names of the fields, or {@code null} when its text tells
	 * more, as with types of the JDK, resources and what is closed to reflection
	 */
	static @Nullable Map<String, @Nullable Object> of(Object object) {
		Field[] fields = FIELDS.get(object.getClass());
		if (fields.length == 0) {
			return null;
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (Field field : fields) {
			try {
				values.putIfAbsent(field.getName(), field.get(object));
			}
			catch (IllegalAccessException ex) {
				return null;
			}
		}
		return values;
	}

	private static Field[] fields(Class<?> type) {
		if (type.isHidden() || CharSequence.class.isAssignableFrom(type) || Iterable.class.isAssignableFrom(type)
				|| AutoCloseable.class.isAssignableFrom(type)) {
			return NONE;
		}
		List<Field> fields = new ArrayList<>();
		try {
			for (Class<?> declaring = type; declaring != Object.class; declaring = declaring.getSuperclass()) {
				if (isOfPlatform(declaring) && declaring != Record.class) {
					return NONE;
				}
				for (Field field : declaring.getDeclaredFields()) {
					if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())
							&& !field.isSynthetic()) {
						field.setAccessible(true);
						fields.add(field);
					}
				}
			}
		}
		catch (RuntimeException | LinkageError ex) {
			return NONE;
		}
		return fields.toArray(NONE);
	}

	private static boolean isOfPlatform(Class<?> type) {
		ClassLoader loader = type.getClassLoader();
		return loader == null || loader == ClassLoader.getPlatformClassLoader();
	}

}
