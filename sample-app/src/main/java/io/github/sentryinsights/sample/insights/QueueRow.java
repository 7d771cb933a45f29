package io.github.sentryinsights.sample.insights;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * A row of the Queues page: all messages of one destination.
 *
 * @param destination the name of the destination
 * @param averageLatency the average time messages were under way, in milliseconds
 * @param averageProcessingTime the average time of handling one, in milliseconds
 * @param errorRate the share of messages whose transaction does not say that it went
 * well, from 0 to 1
 * @param published the number of messages sent
 * @param processed the number of messages handled
 * @param totalDuration the time spent on all of them, in milliseconds
 */
record QueueRow(String destination, @Nullable Double averageLatency, @Nullable Double averageProcessingTime,
		double errorRate, int published, int processed, double totalDuration) {

	private static final String PUBLISH = OperationKind.QUEUE_PUBLISH.operation();

	private static final String PROCESS = OperationKind.QUEUE_PROCESS.operation();

	static List<QueueRow> of(List<Measured> spans) {
		return Measured.rows(spans, (measured) -> hasOp(measured, PUBLISH) || hasOp(measured, PROCESS),
				QueueRow::destination, QueueRow::of);
	}

	private static QueueRow of(String destination, List<Measured> messages) {
		List<Measured> processed = messages.stream().filter((message) -> hasOp(message, PROCESS)).toList();
		long ok = messages.stream().filter((message) -> message.traceStatus().equals("ok")).count();
		return new QueueRow(destination, Measured.average(messages, QueueConvention.RECEIVE_LATENCY.name()),
				Measured.averageDuration(processed), 1 - (double) ok / messages.size(),
				messages.size() - processed.size(), processed.size(), Measured.totalDuration(messages));
	}

	private static boolean hasOp(Measured measured, String op) {
		return measured.op().equals(op);
	}

	private static String destination(Measured measured) {
		return measured.data(QueueConvention.DESTINATION.name()).asText("(no value)");
	}

}
