package io.github.sentryinsights;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the configuration metadata that editors show.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescriptionThatReadsLikeSpringBoots() throws IOException {
		JsonNode properties = metadata().path("properties");
		assertThat(properties).isNotEmpty();
		assertThat(properties)
			.allSatisfy(property -> assertThat(property.path("description").asText()).as(property.path("name").asText())
				.isNotBlank()
				.endsWith(".")
				.doesNotStartWith("The ")
				.doesNotStartWith("A "));
		assertThat(properties).filteredOn(property -> property.path("type").asText().equals("java.lang.Boolean"))
			.allSatisfy(property -> assertThat(property.path("description").asText()).startsWith("Whether "));
	}

	@Test
	void everyPropertyIsUnderThePrefix() throws IOException {
		List<String> names = new ArrayList<>();
		metadata().path("properties").forEach(property -> names.add(property.path("name").asText()));
		assertThat(names).isNotEmpty().allMatch(name -> name.startsWith("sentry.insights."));
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream in = InsightsProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new ObjectMapper().readTree(in);
		}
	}

}
