package io.github.sentryinsights.scrub;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets of which each names the field it was planted in, and that are looked for in
 * every form they could leave in.
 */
final class PlantedSecrets {

	private final List<String> secrets = new ArrayList<>();

	/**
	 * Plant an address and a password in a text.
	 * @param field the field that will hold it
	 * @return the text
	 */
	String in(String field) {
		return "mail to " + planted(field + ".mail@leak.example") + " with password=" + planted("pw/" + field)
				+ " was sent";
	}

	/**
	 * Plant a secret that only the key beside it tells.
	 * @param field the field that will hold it
	 * @return the secret
	 */
	String alone(String field) {
		return planted("alone/" + field);
	}

	/**
	 * Look for all that was planted.
	 * @param bytes what has arrived
	 */
	void assertNoneIn(String bytes) {
		assertThat(this.secrets).isNotEmpty().allSatisfy((secret) -> {
			for (String form : forms(secret)) {
				assertThat(bytes).as(secret).doesNotContain(form);
			}
		});
	}

	private String planted(String secret) {
		this.secrets.add(secret);
		return secret;
	}

	private static List<String> forms(String secret) {
		List<String> forms = new ArrayList<>(List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8),
				secret.replace("/", "\\/"), secret.replace("/", "\\u002f").replace("@", "\\u0040")));
		for (int shift = 0; shift < 3; shift++) {
			byte[] bytes = (" ".repeat(shift) + secret).getBytes(StandardCharsets.UTF_8);
			String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes);
			forms.add(encoded.substring((shift != 0) ? shift + 1 : 0, encoded.length() - 1));
		}
		return forms;
	}

}
