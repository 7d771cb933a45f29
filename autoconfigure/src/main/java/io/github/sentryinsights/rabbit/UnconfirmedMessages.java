package io.github.sentryinsights.rabbit;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Outcome;

/**
 * The messages of one channel that the broker has not confirmed yet.
 * <p>
 * A confirm, and the return before it, may overtake the thread that has just published
 * the message, so the latest one of either is remembered. Safe for use by several
 * threads.
 */
final class UnconfirmedMessages {

	private static final int MAX_MESSAGES = 1000;

	private final TreeMap<Long, ConfirmCollector.Published> messages = new TreeMap<>();

	private final Map<String, ConfirmCollector.Published> messagesById = new HashMap<>();

	private long confirmedTag;

	private boolean confirmedMultiple;

	private Outcome confirmedOutcome = Outcome.SUCCESS;

	/** What has been told last, by whoever was told first of it. */
	private long toldTag;

	private @Nullable String returnedId;

	private boolean closed;

	/**
	 * Add a message that has been published. One that is too many is ended.
	 * @param tag the number of the message on its channel
	 * @param message the message
	 */
	synchronized void add(long tag, ConfirmCollector.Published message) {
		if (this.returnedId != null && this.returnedId.equals(message.id())) {
			message.operation().outcome(Outcome.ERROR);
		}
		if (tag == this.confirmedTag || (this.confirmedMultiple && tag < this.confirmedTag)) {
			end(message, this.confirmedOutcome);
		}
		else if (this.closed) {
			end(message, Outcome.ERROR);
		}
		else if (this.messages.size() >= MAX_MESSAGES) {
			message.operation().end();
		}
		else {
			message.operation().detach();
			this.messages.put(tag, message);
			if (message.id() != null) {
				this.messagesById.put(message.id(), message);
			}
		}
	}

	/**
	 * End what the broker has confirmed. May be told twice in a row of each confirm.
	 * @param tag the number of the message
	 * @param multiple whether all messages before it are confirmed as well
	 * @param outcome whether the broker has taken them
	 */
	synchronized void confirm(long tag, boolean multiple, Outcome outcome) {
		if (tag == this.toldTag) {
			return;
		}
		this.toldTag = tag;
		if (!this.messages.containsKey(tag)) {
			this.confirmedTag = tag;
			this.confirmedMultiple = multiple;
			this.confirmedOutcome = outcome;
		}
		if (multiple) {
			var confirmed = this.messages.headMap(tag, true);
			confirmed.values().forEach(message -> end(message, outcome));
			confirmed.clear();
			return;
		}
		ConfirmCollector.Published message = this.messages.remove(tag);
		if (message != null) {
			end(message, outcome);
		}
	}

	/**
	 * Mark a message as failed that the broker has returned, and will confirm.
	 * @param id the identity of the message
	 */
	synchronized void returned(@Nullable String id) {
		if (id == null) {
			return;
		}
		ConfirmCollector.Published message = this.messagesById.get(id);
		if (message != null) {
			message.operation().outcome(Outcome.ERROR);
		}
		else {
			this.returnedId = id;
		}
	}

	/**
	 * End what will never be confirmed.
	 */
	synchronized void close() {
		this.closed = true;
		this.messages.values().forEach(message -> end(message, Outcome.ERROR));
		this.messages.clear();
	}

	private void end(ConfirmCollector.Published message, Outcome outcome) {
		if (message.id() != null) {
			this.messagesById.remove(message.id(), message);
		}
		if (outcome != Outcome.SUCCESS) {
			message.operation().outcome(outcome);
		}
		message.operation().end();
	}

}
