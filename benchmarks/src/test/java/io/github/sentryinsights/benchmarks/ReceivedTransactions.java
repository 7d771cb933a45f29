package io.github.sentryinsights.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import io.sentry.Hint;
import io.sentry.ISerializer;
import io.sentry.ITransportFactory;
import io.sentry.RequestDetails;
import io.sentry.SentryEnvelope;
import io.sentry.SentryEnvelopeItem;
import io.sentry.SentryOptions;
import io.sentry.protocol.SentryTransaction;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Takes the place of the transport that drops everything, and reads what it would have
 * dropped as Sentry would.
 */
final class ReceivedTransactions implements Consumer<GenericApplicationContext> {

	private final Collection<SentryTransaction> transactions = new ConcurrentLinkedQueue<>();

	@Override
	public void accept(GenericApplicationContext context) {
		ITransportFactory factory = this::transport;
		context.registerBean("receivedTransactions", ITransportFactory.class, () -> factory,
				definition -> definition.setPrimary(true));
	}

	List<SentryTransaction> transactions() {
		return List.copyOf(this.transactions);
	}

	private ITransport transport(SentryOptions options, RequestDetails details) {
		return new ITransport() {

			@Override
			public void send(SentryEnvelope envelope, Hint hint) {
				envelope.getItems().forEach(item -> receive(item, options.getSerializer()));
			}

			@Override
			public void flush(long timeoutMillis) {
			}

			@Override
			public RateLimiter getRateLimiter() {
				return null;
			}

			@Override
			public void close() {
			}

			@Override
			public void close(boolean isRestarting) {
			}

		};
	}

	private void receive(SentryEnvelopeItem item, ISerializer serializer) {
		try {
			SentryTransaction transaction = item.getTransaction(serializer);
			if (transaction != null) {
				this.transactions.add(transaction);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
