package io.github.sentryinsights.scrub;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLogEvent;
import io.sentry.SentryMetricsEvent;
import io.sentry.SentryOptions;
import io.sentry.SentryReplayEvent;
import io.sentry.protocol.SentryTransaction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.InsightsProperties.Pii.AttachmentPolicy;
import io.github.sentryinsights.InsightsProperties.Pii.UserDataPolicy;

/**
 * Puts the scrubber behind the application's own callback in every {@code beforeSend*}
 * hook, when Sentry is configured and once more when all beans are there, so that it also
 * reaches options which the application made itself, and before each event, in case the
 * application has set a callback since. A hook is never wrapped twice. What cannot be
 * examined is replaced, and the rest is sent. Safe for use by several threads.
 */
final class ScrubbingHooks implements Sentry.OptionsConfiguration<SentryOptions>, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ScrubbingHooks.class);

	/**
	 * Metrics are younger than the oldest SDK this works with, so that only what is
	 * loaded when they exist may name their types.
	 */
	private static final boolean METRICS = ClassUtils.isPresent("io.sentry.SentryMetricsEvent",
			ScrubbingHooks.class.getClassLoader());

	private final AtomicBoolean warned = new AtomicBoolean();

	private final PiiRules rules;

	private final AttachmentScrubber attachments;

	private final RecentKeys addresses = new RecentKeys(SensitiveKeys.addresses(), (key) -> false);

	private final UserDataPolicy userData;

	/**
	 * Create new hooks.
	 * @param rules what to replace and how
	 * @param attachments what becomes of attachments
	 * @param userData what becomes of data about the user
	 */
	ScrubbingHooks(PiiRules rules, AttachmentPolicy attachments, UserDataPolicy userData) {
		this.rules = rules;
		this.attachments = new AttachmentScrubber(rules, attachments);
		this.userData = userData;
	}

	@Override
	@SuppressWarnings("deprecation")
	public void configure(SentryOptions options) {
		install(options);
		ScrubbingTransportFactory.install(options, this.rules,
				(feedback) -> scrub(feedback, options, UserScrubber::feedback, UserScrubber::withhold));
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.rules.dryRun() != null) {
			logger.warn("Personal data and secrets are reported and NOT removed from what is sent to Sentry, as "
					+ "'sentry.insights.pii.dry-run' is true.");
		}
		IScopes scopes = Sentry.getCurrentScopes();
		if (scopes.isEnabled()) {
			install(scopes.getOptions());
		}
	}

	private void install(SentryOptions options) {
		wrap(options);
		if (options.getEventProcessors().stream().noneMatch(LateCallbacks.class::isInstance)) {
			options
				.addEventProcessor(METRICS ? new LateMetricCallbacks(this, options) : new LateCallbacks(this, options));
		}
	}

	private void wrap(SentryOptions options) {
		if (!(options.getBeforeSend() instanceof Scrubbing)) {
			options.setBeforeSend(new EventHook(this, options, options.getBeforeSend()));
		}
		if (!(options.getBeforeSendFeedback() instanceof Scrubbing)) {
			options.setBeforeSendFeedback(new EventHook(this, options, options.getBeforeSendFeedback()));
		}
		if (!(options.getBeforeSendTransaction() instanceof Scrubbing)) {
			options.setBeforeSendTransaction(new TransactionHook(this, options, options.getBeforeSendTransaction()));
		}
		if (!(options.getBeforeSendReplay() instanceof Scrubbing)) {
			options.setBeforeSendReplay(new ReplayHook(this, options, options.getBeforeSendReplay()));
		}
		if (!(options.getLogs().getBeforeSend() instanceof Scrubbing)) {
			options.getLogs().setBeforeSend(new LogHook(this, options, options.getLogs().getBeforeSend()));
		}
		if (METRICS) {
			MetricHook.install(this, options);
		}
	}

	private <T> @Nullable T scrub(@Nullable T payload, SentryOptions options, BiFunction<T, PayloadWalk, T> scrubber,
			UnaryOperator<T> withhold) {
		if (payload == null) {
			return null;
		}
		try {
			PayloadWalk walk = PayloadWalk.ofPayload(this.rules, keepsUserData(options) ? null : this.addresses);
			T scrubbed = scrubber.apply(payload, walk);
			if (walk.failure() != null) {
				handle(walk.failure());
			}
			return scrubbed;
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			handle(ex);
			this.rules.found(Rule.FAILURE);
			return (this.rules.dryRun() != null) ? payload : withhold.apply(payload);
		}
	}

	private boolean keepsUserData(SentryOptions options) {
		return switch (this.userData) {
			case AUTO -> options.isSendDefaultPii();
			case KEEP -> true;
			case REPLACE -> false;
		};
	}

	private <T> @Nullable T scrub(@Nullable T payload, Hint hint, SentryOptions options,
			BiFunction<T, PayloadWalk, T> scrubber, UnaryOperator<T> withhold) {
		if (payload != null) {
			try {
				this.attachments.scrub(hint);
			}
			catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
				handle(ex);
			}
		}
		return scrub(payload, options, scrubber, withhold);
	}

	private void handle(Throwable error) {
		String type = error.getClass().getName();
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("Scrubbing failed with " + type
					+ "; what could not be examined was replaced. Further failures are logged at DEBUG.");
		}
		else if (logger.isDebugEnabled()) {
			logger.debug("Scrubbing failed with " + type + "; what could not be examined was replaced.");
		}
	}

	/**
	 * Marks the hooks that scrub.
	 */
	private interface Scrubbing {

	}

	/**
	 * Processors are asked right before the hooks.
	 */
	private static class LateCallbacks implements EventProcessor {

		private final ScrubbingHooks hooks;

		private final SentryOptions options;

		LateCallbacks(ScrubbingHooks hooks, SentryOptions options) {
			this.hooks = hooks;
			this.options = options;
		}

		final void wrap() {
			this.hooks.wrap(this.options);
		}

		@Override
		public SentryEvent process(SentryEvent event, Hint hint) {
			wrap();
			return event;
		}

		@Override
		public SentryTransaction process(SentryTransaction transaction, Hint hint) {
			wrap();
			return transaction;
		}

		@Override
		public SentryReplayEvent process(SentryReplayEvent event, Hint hint) {
			wrap();
			return event;
		}

		@Override
		public SentryLogEvent process(SentryLogEvent event) {
			wrap();
			return event;
		}

	}

	private static final class LateMetricCallbacks extends LateCallbacks {

		LateMetricCallbacks(ScrubbingHooks hooks, SentryOptions options) {
			super(hooks, options);
		}

		@Override
		public SentryMetricsEvent process(SentryMetricsEvent event, Hint hint) {
			wrap();
			return event;
		}

	}

	private record EventHook(ScrubbingHooks hooks, SentryOptions options,
			SentryOptions.@Nullable BeforeSendCallback callback)
			implements
				SentryOptions.BeforeSendCallback,
				Scrubbing {

		@Override
		public @Nullable SentryEvent execute(SentryEvent event, Hint hint) {
			SentryEvent kept = (this.callback != null) ? this.callback.execute(event, hint) : event;
			return this.hooks.scrub(kept, hint, this.options, EventScrubber::event, WithheldEvent::event);
		}

	}

	private record TransactionHook(ScrubbingHooks hooks, SentryOptions options,
			SentryOptions.@Nullable BeforeSendTransactionCallback callback)
			implements
				SentryOptions.BeforeSendTransactionCallback,
				Scrubbing {

		@Override
		public @Nullable SentryTransaction execute(SentryTransaction transaction, Hint hint) {
			SentryTransaction kept = (this.callback != null) ? this.callback.execute(transaction, hint) : transaction;
			return this.hooks.scrub(kept, hint, this.options, EventScrubber::transaction, WithheldEvent::transaction);
		}

	}

	private record ReplayHook(ScrubbingHooks hooks, SentryOptions options,
			SentryOptions.@Nullable BeforeSendReplayCallback callback)
			implements
				SentryOptions.BeforeSendReplayCallback,
				Scrubbing {

		@Override
		public @Nullable SentryReplayEvent execute(SentryReplayEvent event, Hint hint) {
			SentryReplayEvent kept = (this.callback != null) ? this.callback.execute(event, hint) : event;
			return this.hooks.scrub(kept, this.options, (replay, walk) -> {
				ReplayScrubber.recording(hint, walk);
				return EventScrubber.replay(replay, walk);
			}, (replay) -> {
				hint.setReplayRecording(null);
				return WithheldEvent.replay(replay);
			});
		}

	}

	private record LogHook(ScrubbingHooks hooks, SentryOptions options,
			SentryOptions.Logs.@Nullable BeforeSendLogCallback callback)
			implements
				SentryOptions.Logs.BeforeSendLogCallback,
				Scrubbing {

		@Override
		public @Nullable SentryLogEvent execute(SentryLogEvent event) {
			SentryLogEvent kept = (this.callback != null) ? this.callback.execute(event) : event;
			return this.hooks.scrub(kept, this.options, TelemetryScrubber::log, TelemetryScrubber::withhold);
		}

	}

	private record MetricHook(ScrubbingHooks hooks, SentryOptions options,
			SentryOptions.Metrics.@Nullable BeforeSendMetricCallback callback)
			implements
				SentryOptions.Metrics.BeforeSendMetricCallback,
				Scrubbing {

		static void install(ScrubbingHooks hooks, SentryOptions options) {
			SentryOptions.Metrics metrics = options.getMetrics();
			if (!(metrics.getBeforeSend() instanceof Scrubbing)) {
				metrics.setBeforeSend(new MetricHook(hooks, options, metrics.getBeforeSend()));
			}
		}

		@Override
		public @Nullable SentryMetricsEvent execute(SentryMetricsEvent event, Hint hint) {
			SentryMetricsEvent kept = (this.callback != null) ? this.callback.execute(event, hint) : event;
			return this.hooks.scrub(kept, this.options, TelemetryScrubber::metric, TelemetryScrubber::withhold);
		}

	}

}
