package io.github.sentryinsights.convention;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host the host name, or the IP address without brackets and zone
 * @param port the port, or {@code null} when it is not known
 * @since 0.1.0
 */
public record ServerAddress(String host, @Nullable Integer port) {

	private static final int MAX_PORT = 65535;

	private static final Pattern FORM = Pattern
		.compile("(?:\\[([0-9A-Fa-f:.]{2,60})(?:%[\\w.-]{1,30})?]|([\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,252}))"
				+ "(?::(\\d{1,5}))?");

	/**
	 * Read {@code host[:port]}, the first one of several between commas.
	 * @param servers the text, such as {@code [::1]:5432} or {@code one,two:5433}
	 * @return the address, or {@code null} when the text does not look like one, as it
	 * may then be anything, such as a part of a password
	 */
	public static @Nullable ServerAddress parse(String servers) {
		int comma = servers.indexOf(',');
		Matcher form = FORM.matcher((comma != -1) ? servers.substring(0, comma) : servers);
		if (!form.matches()) {
			return null;
		}
		Integer port = (form.group(3) != null) ? Integer.valueOf(form.group(3)) : null;
		if (port != null && port > MAX_PORT) {
			return null;
		}
		String ip = form.group(1);
		return new ServerAddress((ip != null) ? ip : form.group(2), port);
	}

	/**
	 * Return this address with a port if it has none.
	 * @param port the port that is meant when none is named
	 * @return the address
	 */
	public ServerAddress orPort(@Nullable Integer port) {
		return (this.port != null) ? this : new ServerAddress(this.host, port);
	}

}
