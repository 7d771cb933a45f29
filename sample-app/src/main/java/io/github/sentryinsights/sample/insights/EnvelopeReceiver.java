package io.github.sentryinsights.sample.insights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Stands in Sentry's place: takes envelopes over HTTP and remembers the latest of them.
 * It is a server of its own, so that receiving is never traced and can be stopped alone.
 */
public final class EnvelopeReceiver implements AutoCloseable {

	private static final int REMEMBERED_ENVELOPES = 200;

	private static final int LARGEST_ENVELOPE = 1024 * 1024;

	private static final Pattern PATH = Pattern.compile("/api/[^/]+/envelope/?");

	private final ObjectMapper json = new ObjectMapper();

	private final Deque<Envelope> envelopes = new ArrayDeque<>();

	private final HttpServer server;

	private final ExecutorService executor;

	private EnvelopeReceiver() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.executor = Executors.newFixedThreadPool(2, (task) -> {
			Thread thread = new Thread(task, "envelope-receiver");
			thread.setDaemon(true);
			return thread;
		});
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
	}

	/**
	 * Start a receiver on a free port of the loopback interface.
	 * @return the receiver
	 */
	public static EnvelopeReceiver start() {
		try {
			EnvelopeReceiver receiver = new EnvelopeReceiver();
			receiver.server.start();
			return receiver;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not start the receiver of envelopes", ex);
		}
	}

	/**
	 * Return what to give an SDK so that it sends its envelopes here.
	 * @return the DSN
	 */
	public String dsn() {
		InetSocketAddress address = this.server.getAddress();
		return "http://sample@" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/1";
	}

	/**
	 * Return the latest envelopes.
	 * @return the envelopes, oldest first
	 */
	public List<Envelope> envelopes() {
		synchronized (this.envelopes) {
			return List.copyOf(this.envelopes);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdown();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			// Without a body, which would wait for the acknowledgement of the headers.
			exchange.sendResponseHeaders(receive(exchange), -1);
		}
	}

	private int receive(HttpExchange exchange) {
		if (!exchange.getRequestMethod().equals("POST")
				|| !PATH.matcher(exchange.getRequestURI().getPath()).matches()) {
			return 404;
		}
		try {
			byte[] content = content(exchange);
			if (content.length > LARGEST_ENVELOPE) {
				return 413;
			}
			remember(Envelope.read(content, this.json));
			return 200;
		}
		catch (IOException ex) {
			return 400;
		}
	}

	private void remember(Envelope envelope) {
		synchronized (this.envelopes) {
			if (this.envelopes.size() == REMEMBERED_ENVELOPES) {
				this.envelopes.removeFirst();
			}
			this.envelopes.addLast(envelope);
		}
	}

	private static byte[] content(HttpExchange exchange) throws IOException {
		String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
		try (InputStream body = "gzip".equalsIgnoreCase(encoding) ? new GZIPInputStream(exchange.getRequestBody())
				: exchange.getRequestBody()) {
			return body.readNBytes(LARGEST_ENVELOPE + 1);
		}
	}

}
