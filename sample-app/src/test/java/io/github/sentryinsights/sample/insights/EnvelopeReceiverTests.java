package io.github.sentryinsights.sample.insights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EnvelopeReceiver}.
 */
class EnvelopeReceiverTests {

	private static final String PATH = "/api/1/envelope/";

	private final EnvelopeReceiver receiver = EnvelopeReceiver.start();

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void takesACompressedEnvelope() throws Exception {
		String envelope = "{}\n{\"type\":\"event\"}\n{\"message\":\"hello\"}";
		assertThat(post(PATH, gzip(envelope), "gzip")).isEqualTo(200);
		assertThat(this.receiver.envelopes()).singleElement().satisfies((received) -> {
			assertThat(received.text()).isEqualTo(envelope);
			assertThat(received.items()).singleElement().satisfies((item) -> {
				assertThat(item.type()).isEqualTo("event");
				assertThat(item.payload().path("message").asText()).isEqualTo("hello");
			});
		});
	}

	@Test
	void takesItemsWithAndWithoutLength() throws Exception {
		String text = "{\"a\":\n1}";
		String envelope = "{}\n{\"type\":\"attachment\",\"length\":3}\n\n{}\n{\"type\":\"one\",\"length\":"
				+ text.length() + "}\n" + text + "\n{\"type\":\"two\"}\n{\"b\":2}\n";
		assertThat(post(PATH, envelope.getBytes(StandardCharsets.UTF_8), "identity")).isEqualTo(200);
		assertThat(this.receiver.envelopes().get(0).items()).extracting(Envelope.Item::type)
			.containsExactly("one", "two");
	}

	@Test
	void refusesAMalformedEnvelope() throws Exception {
		byte[] envelope = "{}\n{\"type\":\"one\",\"length\":9999}\n{}".getBytes(StandardCharsets.UTF_8);
		assertThat(post(PATH, envelope, "identity")).isEqualTo(400);
		assertThat(post(PATH, envelope, "gzip")).isEqualTo(400);
		assertThat(this.receiver.envelopes()).isEmpty();
	}

	@Test
	void refusesOtherPaths() throws Exception {
		assertThat(post("/api/1/other/", "{}".getBytes(StandardCharsets.UTF_8), "identity")).isEqualTo(404);
	}

	@Test
	void remembersTheLatestEnvelopesAlone() throws Exception {
		for (int i = 0; i < 210; i++) {
			post(PATH, ("{\"number\":" + i + "}\n").getBytes(StandardCharsets.UTF_8), "identity");
		}
		assertThat(this.receiver.envelopes()).hasSize(200);
		assertThat(this.receiver.envelopes().get(199).text()).contains("209");
	}

	@Test
	void takesNothingOnceClosed() {
		this.receiver.close();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> post(PATH, new byte[] { '{', '}' }, "identity"));
	}

	private int post(String path, byte[] body, String encoding) throws IOException, InterruptedException {
		URI dsn = URI.create(this.receiver.dsn());
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + dsn.getHost() + ":" + dsn.getPort() + path))
			.header("Content-Encoding", encoding)
			.POST(HttpRequest.BodyPublishers.ofByteArray(body))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

}
