package io.github.sentryinsights.scheduling;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MonitorSlug}.
 */
class MonitorSlugTests {

	@ParameterizedTest
	@CsvSource({ "OrderReport.send, order-report-send", "Shop.Nightly.run, shop-nightly-run",
			"HTTPPoller.pollURL, http-poller-poll-url", "Job2.run_all, job2-run-all", "jobs.X.y, jobs-x-y" })
	void aNameKeepsItsWords(String name, String slug) {
		assertThat(MonitorSlug.of(name)).isEqualTo(slug);
	}

	@Test
	void anyNameBecomesASlugThatSentryTakes() {
		String common = "SynchronizationOfWarehouseInventoryWithSuppliers.synchronizeAll";
		List<String> names = List.of(common + "A", common + "B", "ÄrgerJob.löschen", "日次.実行", "日次.送信", "$.$", "a.b");
		Set<String> slugs = new HashSet<>();
		assertThat(names).allSatisfy(name -> {
			assertThat(MonitorSlug.of(name)).matches("[a-z0-9_-]{1,50}").matches(".*[a-z].*");
			assertThat(slugs.add(MonitorSlug.of(name))).as(name).isTrue();
		});
		assertThat(MonitorSlug.of(common + "A")).startsWith("synchronization-of-warehouse-inventory");
	}

}
