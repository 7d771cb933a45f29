package io.github.sentryinsights.scrub;

import java.util.Map;

import io.sentry.protocol.Geo;
import io.sentry.protocol.Request;
import io.sentry.protocol.Response;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs who sent a request and what was in it. The scope may share these objects with
 * later events, so they are copied before they are changed.
 */
final class UserScrubber {

	private UserScrubber() {
	}

	/**
	 * Scrub a user: the id stays, and the e-mail and IP address only when user data may
	 * be sent.
	 * @param user the user
	 * @param walk the walk over the payload
	 * @return the user without secrets
	 */
	@SuppressWarnings("deprecation")
	static User user(User user, PayloadWalk walk) {
		User copy = new User(user);
		if (!walk.keepsUserData()) {
			copy.setEmail((user.getEmail() != null) ? "[email]" : null);
			copy.setIpAddress(null);
			copy.setUsername(walk.text(user.getUsername()));
			copy.setName(walk.text(user.getName()));
		}
		copy.setData(walk.strings(user.getData()));
		copy.setUnknown(walk.values(user.getUnknown()));
		if (user.getGeo() != null) {
			copy.setGeo(geo(user.getGeo(), walk));
		}
		return copy;
	}

	private static Geo geo(Geo geo, PayloadWalk walk) {
		Geo copy = new Geo(geo);
		copy.setCity(walk.text(geo.getCity()));
		copy.setRegion(walk.text(geo.getRegion()));
		copy.setUnknown(walk.values(geo.getUnknown()));
		return copy;
	}

	static Request request(Request request, PayloadWalk walk) {
		Request copy = new Request(request);
		copy.setUrl(walk.text(request.getUrl()));
		copy.setQueryString(walk.text(request.getQueryString()));
		copy.setFragment(walk.text(request.getFragment()));
		copy.setCookies(cookies(request.getCookies()));
		copy.setHeaders(walk.strings(request.getHeaders()));
		copy.setEnvs(walk.strings(request.getEnvs()));
		copy.setOthers(walk.strings(request.getOthers()));
		copy.setData(walk.value(request.getData()));
		copy.setUnknown(walk.values(request.getUnknown()));
		return copy;
	}

	static Response response(Response response, PayloadWalk walk) {
		Response copy = new Response(response);
		copy.setCookies(cookies(response.getCookies()));
		copy.setHeaders(walk.strings(response.getHeaders()));
		copy.setData(walk.value(response.getData()));
		Map<String, Object> unknown = response.getUnknown();
		copy.setUnknown(walk.values(unknown));
		return copy;
	}

	private static @Nullable String cookies(@Nullable String cookies) {
		return (cookies != null && !cookies.isEmpty()) ? SensitiveValue.FILTERED : cookies;
	}

}
