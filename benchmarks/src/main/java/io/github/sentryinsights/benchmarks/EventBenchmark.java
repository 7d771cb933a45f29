package io.github.sentryinsights.benchmarks;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.sentry.Breadcrumb;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.SpanContext;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An error of a web application as Sentry receives it, of 20 kB of JSON.
 */
public class EventBenchmark {

	/**
	 * Scrub the event.
	 * @param error the event
	 * @return the event
	 */
	@Benchmark
	public @Nullable SentryEvent scrub(ErrorEvent error) {
		return error.scrub();
	}

	/**
	 * Write the event as JSON.
	 * @param error the event
	 * @return where it was written to
	 * @throws IOException never
	 */
	@Benchmark
	public Writer serialize(ErrorEvent error) throws IOException {
		return error.serialize(Writer.nullWriter());
	}

	/**
	 * The event.
	 */
	@State(Scope.Thread)
	public static class ErrorEvent {

		private static final int CHARACTERS = 20_000;

		private static final int TOLERANCE = 1000;

		private final Hint hint = new Hint();

		private MeasuredApplication application;

		private SentryOptions options;

		private SentryEvent event;

		/**
		 * Start the application.
		 * @throws IOException never
		 */
		@Setup
		public void start() throws IOException {
			this.application = MeasuredApplication.start(Variant.OURS_SAMPLED, context -> {
			});
			this.options = Sentry.getCurrentScopes().getOptions();
			this.event = event();
			int length = serialize(new StringWriter()).toString().length();
			if (Math.abs(length - CHARACTERS) > TOLERANCE || scrub() != this.event) {
				throw new IllegalStateException("The event has " + length + " characters");
			}
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

		private @Nullable SentryEvent scrub() {
			SentryOptions.BeforeSendCallback callback = this.options.getBeforeSend();
			return (callback != null) ? callback.execute(this.event, this.hint) : null;
		}

		private Writer serialize(Writer writer) throws IOException {
			this.options.getSerializer().serialize(this.event, writer);
			return writer;
		}

		private static SentryEvent event() {
			SentryEvent event = new SentryEvent();
			event.setLogger("com.acme.shop.orders.OrderController");
			event.setTransaction("POST /orders/{id}/lines");
			Message message = new Message();
			message.setMessage("Order {} of customer {} could not be shipped");
			message.setParams(List.of("17", "4711"));
			message.setFormatted("Order 17 of customer 4711 could not be shipped");
			event.setMessage(message);
			event.setExceptions(List.of(exception("java.net.SocketTimeoutException", "Read timed out", 25),
					exception("com.acme.shop.orders.ShippingException",
							"Warehouse berlin-2 did not answer within 2000 ms (attempt 3 of 3)", 48)));
			event.setBreadcrumbs(breadcrumbs());
			event.setRequest(request());
			User user = new User();
			user.setId("4711");
			event.setUser(user);
			event.setTags(Map.of("region", "eu-central-1", "tenant", "acme", "shard", "7", "feature", "checkout-v2"));
			event.setExtra("order", Map.of("id", 17, "lines", 3, "total", "129.90 EUR", "state", "OPEN"));
			event.setExtra("warehouse", List.of("berlin-2", "hamburg-1"));
			event.getContexts().setTrace(new SpanContext("http.server"));
			return event;
		}

		private static SentryException exception(String type, String value, int depth) {
			SentryException exception = new SentryException();
			exception.setType(type.substring(type.lastIndexOf('.') + 1));
			exception.setModule(type.substring(0, type.lastIndexOf('.')));
			exception.setValue(value);
			List<SentryStackFrame> frames = new ArrayList<>();
			for (int i = 0; i < depth; i++) {
				SentryStackFrame frame = new SentryStackFrame();
				boolean own = i % 5 == 0;
				frame.setModule(own ? "com.acme.shop.orders.OrderService"
						: "org.springframework.web.servlet.mvc.method.annotation.InvocableHandlerMethod");
				frame.setFunction(own ? "createOrderLine" : "invokeHandlerMethod");
				frame.setFilename(own ? "OrderService.java" : "InvocableHandlerMethod.java");
				frame.setLineno(40 + i);
				frame.setInApp(own);
				frame.setNative(false);
				frames.add(frame);
			}
			exception.setStacktrace(new SentryStackTrace(frames));
			return exception;
		}

		private static List<Breadcrumb> breadcrumbs() {
			List<Breadcrumb> breadcrumbs = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				breadcrumbs.add(Breadcrumb.http("http://warehouse.internal:8080/stock/" + i + "?expand=shelf&page=2",
						"GET", 200));
				Breadcrumb log = Breadcrumb.info("Reserved line " + i + " of order 17 in 12 ms, state=OPEN");
				log.setCategory("com.acme.shop.orders.OrderService");
				breadcrumbs.add(log);
			}
			return breadcrumbs;
		}

		private static Request request() {
			Request request = new Request();
			request.setMethod("POST");
			request.setUrl("https://shop.example.com/orders/17/lines");
			request.setQueryString("notify=true&locale=de_DE");
			request.setHeaders(Map.of("accept", "application/json", "accept-encoding", "gzip, deflate, br",
					"accept-language", "de-DE,de;q=0.9,en;q=0.8", "content-type", "application/json", "host",
					"shop.example.com", "user-agent",
					"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"));
			request.setData("{\"product\":\"4006381333931\",\"quantity\":2,\"note\":\"please ring twice\"}");
			return request;
		}

	}

}
