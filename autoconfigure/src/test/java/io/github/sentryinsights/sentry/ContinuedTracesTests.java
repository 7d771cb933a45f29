package io.github.sentryinsights.sentry;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.sentry.IScopes;
import io.sentry.Sentry;
import io.sentry.TransactionContext;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.convention.QueueConvention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContinuedTraces}.
 */
class ContinuedTracesTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final Map<String, String> HEADERS = Map.of(QueueConvention.TRACE_HEADER,
			TRACE_ID + "-b7ad6b7169203331-1", QueueConvention.BAGGAGE_HEADER,
			"sentry-trace_id=" + TRACE_ID + ",sentry-public_key=test,sentry-org_id=7,sentry-sample_rand=0.734"
					+ ",sentry-sample_rate=0.5,sentry-sampled=true");

	private final ContinuedTraces traces = new ContinuedTraces();

	@Test
	void eachMessageIsASpanOfItsOwnInTheSameTrace() {
		initialize(1.0, false);
		Set<Object> spanIds = new HashSet<>();
		for (int i = 0; i < 5; i++) {
			IScopes scopes = Sentry.forkedRootScopes("test");
			TransactionContext context = this.traces.continueFrom(ReceivedTrace.of(HEADERS::get), scopes);
			assertThat(context.getTraceId()).hasToString(TRACE_ID);
			assertThat(context.getParentSpanId()).hasToString("b7ad6b7169203331");
			assertThat(context.getParentSampled()).isTrue();
			assertThat(context.getParentSamplingDecision().getSampleRate()).isEqualTo(0.5);
			assertThat(context.getParentSamplingDecision().getSampleRand()).isEqualTo(0.734);
			scopes.configureScope(scope -> {
				assertThat(scope.getPropagationContext().getTraceId()).isEqualTo(context.getTraceId());
				assertThat(scope.getPropagationContext().getSpanId()).isEqualTo(context.getSpanId());
				assertThat(scope.getPropagationContext().isSampled()).isTrue();
			});
			spanIds.add(context.getSpanId());
		}
		assertThat(spanIds).hasSize(5);
	}

	@Test
	void aSamplerThatChangesTheRateOfOneMessageChangesThatOfNoOther() {
		initialize(0.25, true);
		for (int i = 0; i < 3; i++) {
			IScopes scopes = Sentry.forkedRootScopes("test");
			TransactionContext context = this.traces.continueFrom(ReceivedTrace.of(HEADERS::get), scopes);
			assertThat(context.getParentSamplingDecision().getSampleRate()).isEqualTo(0.5);
			context.setName("orders");
			scopes.startTransaction(context).finish();
			assertThat(context.getBaggage().getSampleRate()).isEqualTo(0.25);
		}
	}

	@Test
	void anotherConfigurationOfTheSdkReadsTheHeadersAnew() {
		initialize(1.0, false);
		assertThat(
				this.traces.continueFrom(ReceivedTrace.of(HEADERS::get), Sentry.forkedRootScopes("test")).getTraceId())
			.hasToString(TRACE_ID);
		Sentry.init(options -> {
			options.setDsn("http://test@127.0.0.1:1/1");
			options.setTracesSampleRate(1.0);
			options.setEnableUncaughtExceptionHandler(false);
			options.setBeforeSendTransaction((transaction, hint) -> null);
			options.setTraceSampling(false);
		});
		IScopes scopes = Sentry.forkedRootScopes("test");
		TransactionContext context = this.traces.continueFrom(ReceivedTrace.of(HEADERS::get), scopes);
		assertThat(context.getTraceId()).hasToString(TRACE_ID);
		Sentry.init(options -> options.setDsn(""));
		assertThat(this.traces.continueFrom(ReceivedTrace.of(HEADERS::get), Sentry.forkedRootScopes("test"))).isNull();
	}

	private static void initialize(double rate, boolean bySampler) {
		Sentry.init(options -> {
			options.setDsn("http://test@127.0.0.1:1/1");
			options.setEnableUncaughtExceptionHandler(false);
			options.setBeforeSendTransaction((transaction, hint) -> null);
			if (bySampler) {
				options.setTracesSampler(context -> rate);
			}
			else {
				options.setTracesSampleRate(rate);
			}
		});
	}

}
