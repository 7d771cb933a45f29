package io.github.sentryinsights.scrub;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.sentry.AsyncHttpTransportFactory;
import io.sentry.Hint;
import io.sentry.ISerializer;
import io.sentry.ITransportFactory;
import io.sentry.NoOpTransportFactory;
import io.sentry.RequestDetails;
import io.sentry.SentryEnvelope;
import io.sentry.SentryEnvelopeHeader;
import io.sentry.SentryEnvelopeItem;
import io.sentry.SentryItemType;
import io.sentry.SentryOptions;
import io.sentry.TraceContext;
import io.sentry.UserFeedback;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import io.sentry.util.MapObjectReader;
import io.sentry.util.MapObjectWriter;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs what no hook sees: the name of the transaction in the headers of envelopes, and
 * feedback that the SDK takes as a {@link UserFeedback}.
 */
@SuppressWarnings("deprecation")
final class ScrubbingTransportFactory implements ITransportFactory {

	private static final String TRACE = "trace";

	private static final String TRANSACTION = "transaction";

	private final ITransportFactory factory;

	private final PiiRules rules;

	private final UnaryOperator<@Nullable UserFeedback> feedback;

	private ScrubbingTransportFactory(ITransportFactory factory, PiiRules rules,
			UnaryOperator<@Nullable UserFeedback> feedback) {
		this.factory = factory;
		this.rules = rules;
		this.feedback = feedback;
	}

	/**
	 * Put a scrubbing transport before the one that is configured.
	 * @param options the options of an SDK that has not started yet
	 * @param rules what to replace and how
	 * @param feedback scrubs feedback
	 */
	static void install(SentryOptions options, PiiRules rules, UnaryOperator<@Nullable UserFeedback> feedback) {
		ITransportFactory factory = options.getTransportFactory();
		if (rules.dryRun() == null && !(factory instanceof ScrubbingTransportFactory)) {
			// as the SDK does itself later on
			ITransportFactory delegate = (factory instanceof NoOpTransportFactory) ? new AsyncHttpTransportFactory()
					: factory;
			options.setTransportFactory(new ScrubbingTransportFactory(delegate, rules, feedback));
		}
	}

	@Override
	public ITransport create(SentryOptions options, RequestDetails requestDetails) {
		return new ScrubbingTransport(this.factory.create(options, requestDetails), options, this.rules, this.feedback);
	}

	private record ScrubbingTransport(ITransport transport, SentryOptions options, PiiRules rules,
			UnaryOperator<@Nullable UserFeedback> feedback) implements ITransport {

		@Override
		public void send(SentryEnvelope envelope, Hint hint) throws IOException {
			this.transport.send(scrubbed(withScrubbedFeedback(envelope)), hint);
		}

		private SentryEnvelope withScrubbedFeedback(SentryEnvelope envelope) {
			if (!hasFeedback(envelope)) {
				return envelope;
			}
			List<SentryEnvelopeItem> items = new ArrayList<>();
			for (SentryEnvelopeItem item : envelope.getItems()) {
				SentryEnvelopeItem scrubbed = isFeedback(item) ? scrubbed(item) : item;
				if (scrubbed != null) {
					items.add(scrubbed);
				}
			}
			return new SentryEnvelope(envelope.getHeader(), items);
		}

		private static boolean hasFeedback(SentryEnvelope envelope) {
			for (SentryEnvelopeItem item : envelope.getItems()) {
				if (isFeedback(item)) {
					return true;
				}
			}
			return false;
		}

		private static boolean isFeedback(SentryEnvelopeItem item) {
			return item.getHeader().getType() == SentryItemType.UserFeedback;
		}

		// What cannot be read is not sent.
		private @Nullable SentryEnvelopeItem scrubbed(SentryEnvelopeItem item) {
			ISerializer serializer = this.options.getSerializer();
			try (Reader reader = new InputStreamReader(new ByteArrayInputStream(item.getData()),
					StandardCharsets.UTF_8)) {
				UserFeedback scrubbed = this.feedback.apply(serializer.deserialize(reader, UserFeedback.class));
				return (scrubbed != null) ? SentryEnvelopeItem.fromUserFeedback(serializer, scrubbed) : null;
			}
			catch (Exception | LinkageError | StackOverflowError ex) {
				this.rules.found(Rule.FAILURE);
				return null;
			}
		}

		private SentryEnvelope scrubbed(SentryEnvelope envelope) {
			SentryEnvelopeHeader header = envelope.getHeader();
			TraceContext trace = header.getTraceContext();
			String name = (trace != null) ? trace.getTransaction() : null;
			if (trace == null || name == null || this.rules.allowedPaths().match(TRANSACTION)) {
				return envelope;
			}
			TraceContext scrubbed = scrubbed(trace, name);
			if (scrubbed == trace) {
				return envelope;
			}
			SentryEnvelopeHeader copy = new SentryEnvelopeHeader(header.getEventId(), header.getSdkVersion(), scrubbed);
			copy.setSentAt(header.getSentAt());
			copy.setUnknown(header.getUnknown());
			return new SentryEnvelope(copy, envelope.getItems());
		}

		// Without its trace context, an envelope is taken all the same.
		private @Nullable TraceContext scrubbed(TraceContext trace, String name) {
			try {
				String scrubbed = this.rules.text().scrub(name);
				if (scrubbed.equals(name)) {
					return trace;
				}
				Map<String, Object> header = new HashMap<>();
				MapObjectWriter writer = new MapObjectWriter(header);
				writer.name(TRACE);
				trace.serialize(writer, this.options.getLogger());
				@SuppressWarnings("unchecked")
				Map<String, Object> values = (Map<String, Object>) header.getOrDefault(TRACE, Map.of());
				values.put(TRANSACTION, scrubbed);
				return new TraceContext.Deserializer().deserialize(new MapObjectReader(values),
						this.options.getLogger());
			}
			catch (Exception | LinkageError | StackOverflowError ex) {
				this.rules.found(Rule.FAILURE);
				return null;
			}
		}

		@Override
		public boolean isHealthy() {
			return this.transport.isHealthy();
		}

		@Override
		public void flush(long timeoutMillis) {
			this.transport.flush(timeoutMillis);
		}

		@Override
		public @Nullable RateLimiter getRateLimiter() {
			return this.transport.getRateLimiter();
		}

		@Override
		public void close(boolean isRestarting) throws IOException {
			this.transport.close(isRestarting);
		}

		@Override
		public void close() throws IOException {
			this.transport.close();
		}

	}

}
