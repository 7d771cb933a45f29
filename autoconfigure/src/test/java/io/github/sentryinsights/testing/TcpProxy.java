package io.github.sentryinsights.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Stands between a client and a server on this machine, whose connections it can cut. As
 * an extension it is restored after each test and closed after all.
 */
public final class TcpProxy implements AutoCloseable, AfterEachCallback, AfterAllCallback {

	private final ServerSocket server;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Object monitor = new Object();

	private volatile int target;

	private boolean cut;

	private boolean held;

	private boolean cutting;

	private TcpProxy(ServerSocket server) {
		this.server = server;
		start("accept", this::accept);
	}

	/**
	 * Start a proxy on a free port of the loopback interface.
	 * @return the proxy
	 */
	public static TcpProxy start() {
		try {
			return new TcpProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start a proxy for a server that runs already.
	 * @param port the port of the server
	 * @return the proxy
	 */
	public static TcpProxy start(int port) {
		TcpProxy proxy = start();
		proxy.to(port);
		return proxy;
	}

	/**
	 * Lead connections to a server.
	 * @param port the port of the server
	 */
	public void to(int port) {
		this.target = port;
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Close all connections, and each new one, until the server is back.
	 */
	public void cut() {
		synchronized (this.monitor) {
			this.cut = true;
			this.cutting = false;
		}
		this.sockets.forEach(TcpProxy::close);
		releaseAnswers();
	}

	/**
	 * Close all connections as soon as the server answers, which the client never gets to
	 * know.
	 */
	public void cutAtNextAnswer() {
		synchronized (this.monitor) {
			this.cutting = true;
		}
	}

	/**
	 * Return whether connections are closed at the moment.
	 */
	public boolean isCut() {
		synchronized (this.monitor) {
			return this.cut;
		}
	}

	/**
	 * Keep back what the server answers, until the answers are released or the
	 * connections cut.
	 */
	public void holdAnswers() {
		synchronized (this.monitor) {
			this.held = true;
		}
	}

	public void releaseAnswers() {
		synchronized (this.monitor) {
			this.held = false;
			this.monitor.notifyAll();
		}
	}

	/**
	 * Let the server be back as it was.
	 */
	public void restore() {
		synchronized (this.monitor) {
			this.cut = false;
			this.cutting = false;
		}
		releaseAnswers();
	}

	@Override
	public void close() {
		cut();
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		restore();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		close();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket client = this.server.accept();
				this.sockets.add(client);
				if (isCut()) {
					close(client);
					continue;
				}
				Socket onward = new Socket();
				this.sockets.add(onward);
				onward.connect(new InetSocketAddress(this.server.getInetAddress(), this.target));
				start("ask", () -> pump(client, onward, false));
				start("answer", () -> pump(onward, client, true));
			}
			catch (IOException ex) {
				// Closed, or the server is really gone.
			}
		}
	}

	private void pump(Socket from, Socket to, boolean answers) {
		byte[] buffer = new byte[8192];
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				if (answers && !mayPass()) {
					cut();
					return;
				}
				out.write(buffer, 0, read);
				out.flush();
			}
		}
		catch (IOException ex) {
			// The other side is gone, which the end of this one tells the client.
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private boolean mayPass() throws InterruptedIOException {
		synchronized (this.monitor) {
			while (this.held) {
				try {
					this.monitor.wait();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					throw new InterruptedIOException();
				}
			}
			return !this.cutting;
		}
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// As good as closed.
		}
	}

	private static void start(String name, Runnable work) {
		Thread thread = new Thread(work, "proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

}
