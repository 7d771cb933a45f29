package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StreamingOutput;
import io.lettuce.core.protocol.RedisCommand;

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Looks at a reply on its way to where the command wants it: how many values there are,
 * and how large.
 * <p>
 * Counting bytes here tells the size on the wire whatever the codec makes of them, and
 * the end of the reply is known before anybody who waits for it.
 */
class ReplyOutput extends CommandOutput<Object, Object, Object> {

	private final CommandOutput<Object, Object, Object> delegate;

	private final PendingCommand pending;

	private final ReplyCount count;

	private volatile boolean redirected;

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private ReplyOutput(CommandOutput<Object, Object, Object> delegate, PendingCommand pending) {
		super((RedisCodec) ByteArrayCodec.INSTANCE, new byte[0]);
		this.delegate = delegate;
		this.pending = pending;
		this.count = pending.count();
	}

	/**
	 * Read the reply to a command as it is decoded.
	 * @param command the command, whose output is replaced
	 * @param pending is told of the reply
	 */
	@SuppressWarnings("unchecked")
	static void read(RedisCommand<?, ?, ?> command, PendingCommand pending) {
		RedisCommand<Object, Object, Object> untyped = (RedisCommand<Object, Object, Object>) command;
		CommandOutput<Object, Object, Object> output = untyped.getOutput();
		untyped.setOutput((output instanceof StreamingOutput<?>) ? new Streaming(output, pending)
				: new ReplyOutput(output, pending));
	}

	/**
	 * Return the command that is replied to.
	 * @return the command
	 */
	PendingCommand pending() {
		return this.pending;
	}

	/**
	 * Return whether a node has sent the command on to another one, so that its reply is
	 * yet to come.
	 * @return whether there was a redirection
	 */
	boolean isRedirected() {
		return this.redirected;
	}

	/**
	 * Return whether everything a reply can hold is passed on, also with a version of
	 * Lettuce that knows more than this one.
	 * @return whether this output can take the place of any other
	 */
	static boolean isComplete() {
		return Arrays.stream(CommandOutput.class.getDeclaredMethods())
			.filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
			.allMatch(ReplyOutput::passesOn);
	}

	private static boolean passesOn(Method method) {
		try {
			ReplyOutput.class.getDeclaredMethod(method.getName(), method.getParameterTypes());
			return true;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	@Override
	public Object get() {
		return this.delegate.get();
	}

	@Override
	public void set(ByteBuffer bytes) {
		count(bytes);
		this.delegate.set(bytes);
	}

	@Override
	public void setSingle(ByteBuffer bytes) {
		count(bytes);
		this.delegate.setSingle(bytes);
	}

	@Override
	public void setBigNumber(ByteBuffer bytes) {
		this.delegate.setBigNumber(bytes);
	}

	@Override
	public void set(long integer) {
		this.count.number(integer);
		this.delegate.set(integer);
	}

	@Override
	public void set(double number) {
		this.delegate.set(number);
	}

	@Override
	public void set(boolean value) {
		this.count.number(value ? 1 : 0);
		this.delegate.set(value);
	}

	@Override
	public void setError(ByteBuffer error) {
		this.delegate.setError(error);
	}

	@Override
	public void setError(String error) {
		this.delegate.setError(error);
	}

	@Override
	public boolean hasError() {
		return this.delegate.hasError();
	}

	@Override
	public String getError() {
		return this.delegate.getError();
	}

	@Override
	public void complete(int depth) {
		this.delegate.complete(depth);
		if (depth == 0) {
			complete();
		}
	}

	@Override
	public void multi(int count) {
		this.delegate.multi(count);
	}

	@Override
	public void multiArray(int count) {
		this.delegate.multiArray(count);
	}

	@Override
	public void multiPush(int count) {
		this.delegate.multiPush(count);
	}

	@Override
	public void multiMap(int count) {
		this.delegate.multiMap(count);
	}

	@Override
	public void multiSet(int count) {
		this.delegate.multiSet(count);
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	private void count(ByteBuffer bytes) {
		this.count.text((bytes != null) ? bytes.remaining() : -1);
	}

	private void complete() {
		if (!hasError()) {
			this.pending.replied(this.count);
			return;
		}
		String error = getError();
		String code = code(error);
		if (code.equals("MOVED") || code.equals("ASK")) {
			this.redirected = true;
			ServerAddress target = ServerAddress.parse(error.substring(error.lastIndexOf(' ') + 1));
			if (target != null) {
				this.pending.sentTo(target);
			}
		}
		else {
			this.pending.failed(new RedisCommandExecutionException(code));
		}
	}

	/**
	 * The rest of an error may quote arguments.
	 */
	private static String code(String error) {
		int end = error.indexOf(' ');
		return (end < 0) ? error : error.substring(0, end);
	}

	/**
	 * A reply that is handed on element by element.
	 */
	private static final class Streaming extends ReplyOutput implements StreamingOutput<Object> {

		private final StreamingOutput<Object> delegate;

		@SuppressWarnings("unchecked")
		Streaming(CommandOutput<Object, Object, Object> delegate, PendingCommand pending) {
			super(delegate, pending);
			this.delegate = (StreamingOutput<Object>) delegate;
		}

		@Override
		public void setSubscriber(Subscriber<Object> subscriber) {
			this.delegate.setSubscriber(subscriber);
		}

		@Override
		public Subscriber<Object> getSubscriber() {
			return this.delegate.getSubscriber();
		}

	}

}
