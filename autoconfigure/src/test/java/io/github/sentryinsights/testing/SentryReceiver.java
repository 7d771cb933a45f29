package io.github.sentryinsights.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Sentry server of its own: takes envelopes over HTTP and decodes them.
 * <p>
 * As an extension it ends with its test, after the SDK that sends to it.
 */
public final class SentryReceiver implements AutoCloseable, AfterEachCallback {

	private static final ObjectMapper json = new ObjectMapper();

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Item> items = new CopyOnWriteArrayList<>();

	private final List<byte[]> envelopes = new CopyOnWriteArrayList<>();

	private SentryReceiver(HttpServer server) {
		this.server = server;
		server.createContext("/", this::receive);
		server.setExecutor(this.threads);
		server.start();
	}

	/**
	 * Start a receiver on a free port of the loopback interface.
	 * @return the receiver
	 */
	public static SentryReceiver start() {
		try {
			return new SentryReceiver(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String dsn() {
		return "http://test@127.0.0.1:" + this.server.getAddress().getPort() + "/1";
	}

	/**
	 * Return what has arrived.
	 * @param type the type of envelope item, such as {@code transaction}, {@code event},
	 * {@code log}
	 * @return the payloads in the order of arrival
	 */
	public List<JsonNode> items(String type) {
		return this.items.stream().filter(item -> item.type().equals(type)).map(Item::payload).toList();
	}

	/**
	 * Return what client reports say was not sent. They come with whatever envelope is
	 * next, so only their sum is known.
	 * @return the number by reason and category, as {@code sample_rate transaction}
	 */
	public Map<String, Integer> lost() {
		Map<String, Integer> lost = new TreeMap<>();
		for (JsonNode report : items("client_report")) {
			for (JsonNode event : report.path("discarded_events")) {
				lost.merge(event.path("reason").asText() + " " + event.path("category").asText(),
						event.path("quantity").asInt(), Integer::sum);
			}
		}
		return lost;
	}

	public List<ReceivedTransaction> transactions() {
		return items("transaction").stream().map(ReceivedTransaction::new).toList();
	}

	/**
	 * Wait up to 10 seconds for a transaction.
	 * @param name the name of the transaction
	 * @return the transaction
	 */
	public ReceivedTransaction transaction(String name) {
		return transaction(transaction -> transaction.name().equals(name));
	}

	/**
	 * Wait up to 10 seconds for a transaction.
	 * @param predicate tells the transaction from others
	 * @return the first such transaction
	 */
	public ReceivedTransaction transaction(Predicate<ReceivedTransaction> predicate) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> transactions().stream().filter(predicate).findFirst(), java.util.Optional::isPresent)
			.orElseThrow();
	}

	/**
	 * Wait up to 10 seconds for an item.
	 * @param type the type of envelope item
	 * @return the first such item
	 */
	public JsonNode item(String type) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> items(type), items -> !items.isEmpty())
			.get(0);
	}

	/**
	 * Return all that has arrived as text, to look for what should not have.
	 * @return the payloads, one a line
	 */
	public String text() {
		StringBuilder text = new StringBuilder();
		this.items.forEach(item -> text.append(item.payload()).append('\n'));
		return text.toString();
	}

	/**
	 * Return the bytes of all envelopes with their headers, one character for each.
	 * @return the envelopes, one behind the other
	 */
	public String bytes() {
		StringBuilder bytes = new StringBuilder();
		this.envelopes.forEach(envelope -> bytes.append(new String(envelope, StandardCharsets.ISO_8859_1)));
		return bytes.toString();
	}

	/**
	 * Return the headers of all envelopes.
	 * @return the headers in the order of arrival
	 */
	public List<JsonNode> headers() {
		return this.envelopes.stream().map(SentryReceiver::header).toList();
	}

	private static JsonNode header(byte[] envelope) {
		try {
			return parse(readLine(new ByteArrayInputStream(envelope)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public void clear() {
		this.items.clear();
		this.envelopes.clear();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		Sentry.close();
		close();
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
				body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
			}
			if (exchange.getRequestURI().getPath().endsWith("/envelope/")) {
				this.envelopes.add(body);
				this.items.addAll(decode(body));
			}
			byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	private static List<Item> decode(byte[] envelope) throws IOException {
		List<Item> items = new ArrayList<>();
		InputStream in = new ByteArrayInputStream(envelope);
		readLine(in);
		for (byte[] line = readLine(in); line.length > 0; line = readLine(in)) {
			JsonNode header = json.readTree(line);
			byte[] payload = header.has("length") ? in.readNBytes(header.path("length").asInt()) : readLine(in);
			if (header.has("length")) {
				in.read();
			}
			items.add(new Item(header.path("type").asText(), parse(payload)));
		}
		return items;
	}

	private static JsonNode parse(byte[] payload) {
		try {
			return json.readTree(payload);
		}
		catch (IOException ex) {
			return json.getNodeFactory().textNode(new String(payload, StandardCharsets.UTF_8));
		}
	}

	private static byte[] readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
			line.write(next);
		}
		return line.toByteArray();
	}

	private record Item(String type, JsonNode payload) {
	}

}
