package io.github.sentryinsights.scrub;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SensitiveKeys}.
 */
class SensitiveKeysTests {

	@ParameterizedTest
	@ValueSource(strings = { "password", "PASSWORD", "dbPassword", "user.password", "password2", "new-password",
			"spring.datasource.password", "passwordHash", "userpassword", "pwd", "MYSQL_PWD", "passphrase",
			"clientSecret", "client_secret", "token", "accessToken", "accesstoken", "X-Auth-Token", "access_tokens",
			"apiKey", "APIKey", "api-key", "API_KEY", "x-api-key", "aws.access.key.id", "privateKey", "Authorization",
			"Proxy-Authorization", "auth", "credentials", "awsCredentials", "Cookie", "Set-Cookie", "sessionId",
			"session.id", "JSESSIONID", "jwt", "otp", "pin", "cvv2", "cvc", "ssn", "iban", "cardNumber", "credit_card",
			"X-CSRF-TOKEN", "http.request.header.authorization" })
	void matchesSecrets(String key) {
		assertThat(SensitiveKeys.secrets(List.of()).matches(key)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-", "author", "authority", "authenticated", "secretary", "passenger", "compass",
			"tokenizer", "tokenCount", "token_type", "max_tokens", "totalTokens", "gen_ai.usage.input_tokens", "key",
			"keyboard", "primaryKey", "cache.key", "spinner", "shipping", "opinion", "inside", "session", "id",
			"cookieCount", "password_expires_at", "passwordPolicy", "db.system", "server.address",
			"http.request.method", "messaging.message.id", "sentry.trace.parent_span_id", "card", "number", "api",
			"access", "thread.id" })
	void leavesOtherKeysAlone(String key) {
		assertThat(SensitiveKeys.secrets(List.of()).matches(key)).isFalse();
	}

	@Test
	void matchesAdditionalWordsAndPhrases() {
		SensitiveKeys keys = SensitiveKeys.secrets(List.of("tenant-code", "Kundennummer", "größe"));
		assertThat(keys.matches("tenantCode")).isTrue();
		assertThat(keys.matches("x_tenant_code")).isTrue();
		assertThat(keys.matches("kundennummer")).isTrue();
		assertThat(keys.matches("Größe")).isTrue();
		assertThat(keys.matches("tenant")).isFalse();
	}

	@Test
	void blankAdditionalWordsMatchNothing() {
		SensitiveKeys keys = SensitiveKeys.secrets(List.of("", " ", "42"));
		assertThat(keys.matches("")).isFalse();
		assertThat(keys.matches("name")).isFalse();
	}

	@Test
	void matchesAddressesOfUsers() {
		assertThat(SensitiveKeys.addresses().matches("X-Forwarded-For")).isTrue();
		assertThat(SensitiveKeys.addresses().matches("REMOTE_ADDR")).isTrue();
		assertThat(SensitiveKeys.addresses().matches("client.address")).isTrue();
		assertThat(SensitiveKeys.addresses().matches("server.address")).isFalse();
	}

}
