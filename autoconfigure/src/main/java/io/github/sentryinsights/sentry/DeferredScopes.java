package io.github.sentryinsights.sentry;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.Supplier;

import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;

/**
 * The scopes of a transaction that is not sampled, which are forked, and the transaction
 * started in them, as soon as anybody asks for more than whether it is sampled.
 * <p>
 * Most work that is not sampled tells Sentry nothing, and scopes of its own are nearly
 * all that it would cost. What stands in for them until then is a proxy, as versions of
 * the SDK differ in the methods of scopes; it is not equal to the scopes that take its
 * place. Safe for use by several threads.
 */
final class DeferredScopes implements InvocationHandler {

	private static final @Nullable MethodHandle VIEW = findView();

	private final Transactions transactions;

	private final OperationTarget target;

	private final ReceivedTrace trace;

	private final SentryOptions options;

	private final Supplier<IScopes> fork;

	private final IScopes view;

	/** The scopes, with their transaction. */
	private volatile @Nullable IScopes scopes;

	/** The scopes, perhaps without their transaction yet. */
	private @Nullable IScopes forked;

	private @Nullable ITransaction transaction;

	private @Nullable Throwable failure;

	private boolean ended;

	/**
	 * Create scopes.
	 * @param transactions starts the transaction
	 * @param target the target of the operation that the transaction is
	 * @param trace the trace that it continues, which is not sampled
	 * @param options the options of the SDK
	 * @param fork forks the scopes
	 */
	DeferredScopes(Transactions transactions, OperationTarget target, ReceivedTrace trace, SentryOptions options,
			Supplier<IScopes> fork) {
		this.transactions = transactions;
		this.target = target;
		this.trace = trace;
		this.options = options;
		this.fork = fork;
		this.view = view(this);
	}

	/**
	 * Return whether proxies of scopes can be made.
	 * @return {@code false} in a native image without this library's hints
	 */
	static boolean areAvailable() {
		return VIEW != null;
	}

	/**
	 * Return whether scopes are those of a transaction that is not sampled and that
	 * nobody has asked for.
	 * @param scopes any scopes
	 * @return whether there is nothing to record in them
	 */
	static boolean areUntouched(IScopes scopes) {
		return scopes instanceof View view && view.isUntouched();
	}

	private static IScopes view(DeferredScopes scopes) {
		try {
			return (IScopes) Objects.requireNonNull(VIEW).invokeExact((InvocationHandler) scopes);
		}
		catch (Throwable ex) {
			// A method handle declares all of them, the constructor of a proxy throws
			// none.
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable MethodHandle findView() {
		try {
			Class<?> type = Proxy
				.newProxyInstance(View.class.getClassLoader(), new Class<?>[] { IScopes.class, View.class },
						(proxy, method, arguments) -> null)
				.getClass();
			return MethodHandles.lookup()
				.findConstructor(type, MethodType.methodType(void.class, InvocationHandler.class))
				.asType(MethodType.methodType(IScopes.class, InvocationHandler.class));
		}
		catch (ReflectiveOperationException | RuntimeException | LinkageError ex) {
			return null;
		}
	}

	/**
	 * Return what stands in for the scopes.
	 * @return the proxy
	 */
	IScopes view() {
		return this.view;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		switch (method.getName()) {
			case "isUntouched":
				return this.scopes == null;
			case "isNoOp":
				return false;
			case "equals":
				return arguments != null && proxy == arguments[0];
			case "hashCode":
				return System.identityHashCode(proxy);
			case "toString":
				return "deferred scopes";
			default:
				break;
		}
		try {
			return method.invoke(scopes(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private IScopes scopes() {
		IScopes scopes = this.scopes;
		return (scopes != null) ? scopes : begin();
	}

	/**
	 * The SDK asks for the scopes of this thread on the way, and is given what there is.
	 */
	private synchronized IScopes begin() {
		if (this.forked != null) {
			return this.forked;
		}
		IScopes scopes = this.fork.get();
		this.forked = scopes;
		if (Sentry.getCurrentScopes(false) == this.view) {
			scopes.makeCurrent();
		}
		try {
			if (this.ended) {
				this.transactions.continueTrace(this.trace, scopes);
			}
			else {
				this.transaction = this.transactions.start(this.target, this.trace, scopes);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.failure = ex;
		}
		this.scopes = scopes;
		return scopes;
	}

	/**
	 * Note what the transaction failed with, so that an event of it belongs to its trace.
	 * @param error the error
	 */
	synchronized void fail(Throwable error) {
		begin();
		if (this.transaction != null) {
			this.transaction.setThrowable(error);
		}
	}

	/**
	 * Finish the transaction. Called once.
	 * @param outcome how it went
	 * @throws RuntimeException if it could not be started
	 */
	synchronized void finish(Outcome outcome) {
		this.ended = true;
		if (this.scopes == null) {
			UnsampledTransaction.countAsLost(this.options);
		}
		else if (this.transaction != null) {
			SpanOperation.Root.finish(this.transaction, outcome);
		}
		else {
			throw new IllegalStateException(this.failure);
		}
	}

	/**
	 * What tells the scopes from others.
	 */
	private interface View {

		boolean isUntouched();

	}

	/**
	 * Lets a native image make the proxies.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.proxies().registerJdkProxy(IScopes.class, View.class);
		}

	}

}
