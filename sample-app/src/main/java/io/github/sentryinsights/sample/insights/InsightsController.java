package io.github.sentryinsights.sample.insights;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * The Insights pages, as JSON unless a browser asks.
 */
@Controller
class InsightsController {

	private static final int SHOWN_TRACES = 25;

	private static final String ELSEWHERE = "A DSN is set: the envelopes go there and nowhere else,"
			+ " and Sentry's own pages show them.";

	private final ObjectProvider<EnvelopeReceiver> receiver;

	InsightsController(ObjectProvider<EnvelopeReceiver> receiver) {
		this.receiver = receiver;
	}

	@GetMapping("/insights")
	@ResponseBody
	Insights json() {
		return insights();
	}

	@GetMapping(path = "/insights", produces = MediaType.TEXT_HTML_VALUE)
	String page(Model model) {
		Insights insights = insights();
		List<Waterfall> waterfalls = insights.traces().stream().limit(SHOWN_TRACES).map(Waterfall::of).toList();
		model.addAttribute("insights", insights);
		model.addAttribute("waterfalls", waterfalls);
		return "insights";
	}

	private Insights insights() {
		EnvelopeReceiver receiver = this.receiver.getIfAvailable();
		return (receiver != null) ? Insights.of(receiver.envelopes()) : Insights.empty(ELSEWHERE);
	}

}
