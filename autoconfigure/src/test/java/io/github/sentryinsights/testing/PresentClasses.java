package io.github.sentryinsights.testing;

import java.util.HashMap;
import java.util.Map;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ByteArrayClassLoader;

/**
 * A class loader that has further classes, of which nothing but their names is asked for.
 */
public final class PresentClasses {

	private PresentClasses() {
	}

	/**
	 * Return a class loader with empty classes beside those of the tests.
	 * @param names the names of the classes
	 * @return the class loader
	 */
	public static ClassLoader of(String... names) {
		Map<String, byte[]> types = new HashMap<>();
		for (String name : names) {
			types.put(name, new ByteBuddy().subclass(Object.class).name(name).make().getBytes());
		}
		return new ByteArrayClassLoader(PresentClasses.class.getClassLoader(), types);
	}

}
