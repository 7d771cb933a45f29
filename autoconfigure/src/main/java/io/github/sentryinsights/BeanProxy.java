package io.github.sentryinsights;

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
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.CallbackFilter;
import org.springframework.cglib.proxy.Dispatcher;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.core.InfrastructureProxy;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A proxy that answers some methods of a bean itself; everything else goes straight to
 * the bean.
 * <p>
 * A subclass where the class of the bean allows one, so that the bean can still be
 * injected by it, and otherwise a proxy of all its interfaces. Made without Spring's own
 * proxy factory, whose method invocation would cost each call an object.
 *
 * @since 0.1.0
 */
public final class BeanProxy implements InvocationHandler {

	private final Object bean;

	private final AdvisedSupport advised;

	private final Answered answered;

	private final Answer answer;

	private BeanProxy(Object bean, AdvisedSupport advised, Answered answered, Answer answer) {
		this.bean = bean;
		this.advised = advised;
		this.answered = answered;
		this.answer = answer;
	}

	/**
	 * Make a proxy of a bean.
	 * @param bean the bean
	 * @param answered tells which methods are answered. Without state and equal to its
	 * like, as Spring keeps it with the generated class.
	 * @param answer answers them
	 * @return the proxy
	 */
	public static Object of(Object bean, Answered answered, Answer answer) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTargetSource(new BeanSource(bean));
		return of(bean, advised, answered, answer);
	}

	/**
	 * Return whether a bean is a proxy that {@link #of(Object, Answered, Answer)} has
	 * made.
	 * @param bean the bean
	 * @return whether it answers for another bean
	 */
	public static boolean isProxy(Object bean) {
		return bean instanceof Advised proxy && proxy.getTargetSource() instanceof BeanSource;
	}

	/**
	 * Make a proxy of a bean.
	 * @param bean the bean
	 * @param advised what the proxy tells Spring of itself, with the bean as its target;
	 * an {@link InfrastructureProxy} as well if the proxy shall be one. Frozen here, as
	 * advice added to it would never run.
	 * @param answered tells which methods are answered. Without state and equal to its
	 * like, as Spring keeps it with the generated class.
	 * @param answer answers them
	 * @return the proxy
	 */
	public static Object of(Object bean, AdvisedSupport advised, Answered answered, Answer answer) {
		return new BeanProxy(bean, advised, answered, answer).create();
	}

	private Object create() {
		Class<?> type = ClassUtils.getUserClass(this.bean);
		boolean subclass = keepsType(type, this.answered);
		Set<Class<?>> interfaces = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(this.bean.getClass()));
		interfaces.remove(Factory.class);
		if (subclass) {
			interfaces.removeIf(candidate -> candidate.isAssignableFrom(type));
		}
		interfaces.add(SpringProxy.class);
		interfaces.add(Advised.class);
		if (this.advised instanceof InfrastructureProxy) {
			interfaces.add(InfrastructureProxy.class);
		}
		if (!subclass && ClassUtils.isVisible(Untyped.class, this.bean.getClass().getClassLoader())) {
			interfaces.add(Untyped.class);
		}
		this.advised.setProxyTargetClass(subclass);
		this.advised.setInterfaces(ClassUtils.getAllInterfaces(this.bean));
		this.advised.setFrozen(true);
		Class<?>[] implemented = interfaces.toArray(Class<?>[]::new);
		return subclass ? subclass(type, implemented)
				: Proxy.newProxyInstance(this.bean.getClass().getClassLoader(), implemented, this);
	}

	private Object subclass(Class<?> type, Class<?>[] interfaces) {
		MethodInterceptor answers = (proxy, method, arguments, call) -> this.answer.to(proxy, method, arguments);
		MethodInterceptor equals = (proxy, method, arguments, call) -> isSame(proxy, arguments[0]);
		Dispatcher toBean = () -> this.bean;
		Dispatcher toAdvised = () -> this.advised;
		Callback[] callbacks = { answers, equals, toBean, toAdvised, NoOp.INSTANCE };
		Enhancer enhancer = new Enhancer();
		enhancer.setSuperclass(type);
		enhancer.setInterfaces(interfaces);
		enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
		enhancer.setCallbackFilter(new Routing(this.answered));
		enhancer.setCallbackTypes(new Class<?>[] { MethodInterceptor.class, MethodInterceptor.class, Dispatcher.class,
				Dispatcher.class, NoOp.class });
		Class<?> proxyType = enhancer.createClass();
		Object proxy = new SpringObjenesis().newInstance(proxyType, enhancer.getUseCache());
		((Factory) proxy).setCallbacks(callbacks);
		if (!keepsType(type)) {
			ReflectionUtils.shallowCopyFieldState(this.bean, proxy);
		}
		return proxy;
	}

	/**
	 * Return whether proxies of beans of a class are of that class as well. A subclass
	 * cannot redirect a final method, which would then see the fields of the proxy.
	 * @param type the class of a bean
	 * @return whether the bean can still be injected by its class
	 */
	public static boolean keepsType(Class<?> type) {
		return keepsType(type, method -> false);
	}

	private static boolean keepsType(Class<?> type, Answered answered) {
		if (Modifier.isFinal(type.getModifiers()) || type.isSealed() || Modifier.isPrivate(type.getModifiers())
				|| Proxy.isProxyClass(type)) {
			return false;
		}
		for (Method method : type.getMethods()) {
			if (Modifier.isFinal(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
					&& method.getDeclaringClass() != Object.class && !answered.keeps(method)) {
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
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		@Nullable Object[] given = (arguments != null) ? arguments : new Object[0];
		if (this.answered.includes(method)) {
			return this.answer.to(proxy, method, given);
		}
		if (ReflectionUtils.isEqualsMethod(method)) {
			return isSame(proxy, given[0]);
		}
		Object target = Routing.isOfProxy(method) ? this.advised : this.bean;
		return AopUtils.invokeJoinpointUsingReflection(target, method, given);
	}

	private boolean isSame(Object proxy, @Nullable Object other) {
		if (other == null || proxy == other) {
			return other != null;
		}
		Object target = AopProxyUtils.getSingletonTarget(other);
		return this.bean.equals((target != null) ? target : other);
	}

	/**
	 * Marks a proxy that has not the class of its bean.
	 */
	public interface Untyped {

	}

	/**
	 * Tells which methods a proxy answers itself.
	 */
	@FunctionalInterface
	public interface Answered {

		/**
		 * Return whether a method is answered.
		 * @param method the method, as declared by the class of the bean or by an
		 * interface
		 * @return whether it is
		 */
		boolean includes(Method method);

		/**
		 * Return whether a final method does no harm when it sees the fields that the
		 * bean had when the proxy was made, but for the final ones.
		 * @param method the method
		 * @return {@code false} unless overridden
		 */
		default boolean keeps(Method method) {
			return false;
		}

	}

	/**
	 * Answers methods of a proxy.
	 */
	@FunctionalInterface
	public interface Answer {

		/**
		 * Answer a call.
		 * @param proxy the proxy
		 * @param method the method
		 * @param arguments the arguments
		 * @return the result
		 * @throws Throwable what the method may throw
		 */
		@Nullable Object to(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable;

	}

	/**
	 * Returns the place of the callback for each method.
	 */
	private record Routing(Answered answered) implements CallbackFilter {

		@Override
		public int accept(Method method) {
			if (this.answered.includes(method)) {
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
			return type.isInterface() && (type.isAssignableFrom(Advised.class) || type == InfrastructureProxy.class);
		}

	}

	/**
	 * Marks the proxies made here.
	 */
	private static final class BeanSource extends SingletonTargetSource {

		private static final long serialVersionUID = 1L;

		BeanSource(Object target) {
			super(target);
		}

	}

}
