package io.github.sentryinsights.cache;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.cache.CacheManager;
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.CallbackFilter;
import org.springframework.cglib.proxy.Dispatcher;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The proxy of one manager: {@code getCache} answers with caches that report their
 * accesses, everything else goes straight to the manager.
 * <p>
 * A subclass where the class of the manager allows one, so that the manager can still be
 * injected by it, and otherwise a proxy of all its interfaces. Made without Spring's own
 * proxy factory, whose method invocation would cost each access to a cache an object.
 */
final class CacheManagerProxy implements InvocationHandler {

	private final CacheManager manager;

	private final InstrumentedCaches caches;

	private final AdvisedSupport advised = new AdvisedSupport();

	CacheManagerProxy(CacheManager manager, InstrumentedCaches caches) {
		this.manager = manager;
		this.caches = caches;
	}

	static boolean isProxy(CacheManager manager) {
		return manager instanceof Advised proxy && proxy.getTargetSource() instanceof ManagerSource;
	}

	static boolean isGetCache(Method method) {
		return method.getName().equals("getCache") && method.getParameterCount() == 1
				&& method.getParameterTypes()[0] == String.class;
	}

	Object create() {
		Class<?> type = ClassUtils.getUserClass(this.manager);
		boolean subclass = canBeSubclassed(type);
		Set<Class<?>> interfaces = new LinkedHashSet<>(
				ClassUtils.getAllInterfacesForClassAsSet(this.manager.getClass()));
		interfaces.remove(Factory.class);
		if (subclass) {
			interfaces.removeIf(candidate -> candidate.isAssignableFrom(type));
		}
		interfaces.add(SpringProxy.class);
		interfaces.add(Advised.class);
		this.advised.setTargetSource(new ManagerSource(this.manager));
		this.advised.setProxyTargetClass(subclass);
		this.advised.setInterfaces(ClassUtils.getAllInterfaces(this.manager));
		this.advised.setFrozen(true);
		Class<?>[] implemented = interfaces.toArray(Class<?>[]::new);
		return subclass ? subclass(type, implemented)
				: Proxy.newProxyInstance(this.manager.getClass().getClassLoader(), implemented, this);
	}

	private Object subclass(Class<?> type, Class<?>[] interfaces) {
		MethodInterceptor getCache = (proxy, method, arguments, call) -> this.caches.get(this.manager,
				(String) arguments[0]);
		MethodInterceptor equals = (proxy, method, arguments, call) -> isSame(proxy, arguments[0]);
		Dispatcher toManager = () -> this.manager;
		Dispatcher toAdvised = () -> this.advised;
		Callback[] callbacks = { getCache, equals, toManager, toAdvised, NoOp.INSTANCE };
		Enhancer enhancer = new Enhancer();
		enhancer.setSuperclass(type);
		enhancer.setInterfaces(interfaces);
		enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
		enhancer.setCallbackFilter(new Routing());
		enhancer.setCallbackTypes(new Class<?>[] { MethodInterceptor.class, MethodInterceptor.class, Dispatcher.class,
				Dispatcher.class, NoOp.class });
		Class<?> proxyType = enhancer.createClass();
		Object proxy = new SpringObjenesis().newInstance(proxyType, enhancer.getUseCache());
		((Factory) proxy).setCallbacks(callbacks);
		return proxy;
	}

	/**
	 * A subclass cannot redirect a final method, which would then see the fields of the
	 * proxy.
	 */
	private static boolean canBeSubclassed(Class<?> type) {
		if (Modifier.isFinal(type.getModifiers()) || type.isSealed() || Modifier.isPrivate(type.getModifiers())
				|| Proxy.isProxyClass(type)) {
			return false;
		}
		for (Method method : type.getMethods()) {
			if (Modifier.isFinal(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
					&& method.getDeclaringClass() != Object.class) {
				return false;
			}
		}
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			if (!Modifier.isPrivate(constructor.getModifiers())) {
				return true;
			}
		}
		return false;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (arguments != null && isGetCache(method)) {
			return this.caches.get(this.manager, (String) arguments[0]);
		}
		if (arguments != null && ReflectionUtils.isEqualsMethod(method)) {
			return isSame(proxy, arguments[0]);
		}
		Object target = Routing.isOfProxy(method) ? this.advised : this.manager;
		return AopUtils.invokeJoinpointUsingReflection(target, method, (arguments != null) ? arguments : new Object[0]);
	}

	private boolean isSame(Object proxy, @Nullable Object other) {
		if (other == null || proxy == other) {
			return other != null;
		}
		Object target = AopProxyUtils.getSingletonTarget(other);
		return this.manager.equals((target != null) ? target : other);
	}

	/**
	 * Returns the place of the callback for each method. Without state, as Spring keeps
	 * it with the generated class.
	 */
	private record Routing() implements CallbackFilter {

		@Override
		public int accept(Method method) {
			if (isGetCache(method)) {
				return 0;
			}
			if (ReflectionUtils.isEqualsMethod(method)) {
				return 1;
			}
			if (method.getName().equals("finalize") && method.getParameterCount() == 0) {
				return 4;
			}
			return isOfProxy(method) ? 3 : 2;
		}

		static boolean isOfProxy(Method method) {
			Class<?> type = method.getDeclaringClass();
			return type.isInterface() && type.isAssignableFrom(Advised.class);
		}

	}

	/**
	 * Marks the proxies made here.
	 */
	private static final class ManagerSource extends SingletonTargetSource {

		private static final long serialVersionUID = 1L;

		ManagerSource(Object target) {
			super(target);
		}

	}

}
