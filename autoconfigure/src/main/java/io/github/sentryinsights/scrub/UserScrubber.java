package io.github.sentryinsights.scrub;

import java.util.Map;
import java.util.function.Consumer;

import io.sentry.UserFeedback;
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

	/** What stands in the place of the e-mail address of a user. */
	static final String EMAIL = "[email]";

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
		int mark = walk.enter("user");
		User copy = new User(user);
		if (!walk.keepsUserData()) {
			copy.setEmail(walk.replaced("email", Rule.USER_DATA, user.getEmail(), EMAIL));
			copy.setIpAddress(walk.replaced("ip_address", Rule.USER_DATA, user.getIpAddress(), null));
			copy.setUsername(walk.text("username", user.getUsername()));
			copy.setName(walk.text("name", user.getName()));
		}
		copy.setData(walk.strings("data", user.getData()));
		copy.setUnknown(walk.values("unknown", user.getUnknown()));
		if (user.getGeo() != null) {
			copy.setGeo(geo(user.getGeo(), walk));
		}
		walk.leave(mark);
		return copy;
	}

	/**
	 * Scrub feedback of the kind that passes no hook.
	 * @param feedback the feedback
	 * @param walk the walk over the payload
	 * @return the feedback without secrets
	 */
	@SuppressWarnings("deprecation")
	static UserFeedback feedback(UserFeedback feedback, PayloadWalk walk) {
		int mark = walk.enter("contexts");
		int inner = walk.enter("feedback");
		UserFeedback copy = new UserFeedback(feedback.getEventId(), feedback.getName(), feedback.getEmail(),
				walk.text("message", feedback.getComments()));
		if (!walk.keepsUserData()) {
			copy.setEmail(walk.replaced("contact_email", Rule.USER_DATA, feedback.getEmail(), EMAIL));
			copy.setName(walk.replaced("name", Rule.USER_DATA, feedback.getName(), SensitiveValue.FILTERED));
		}
		copy.setUnknown(walk.values("unknown", feedback.getUnknown()));
		walk.leave(inner);
		walk.leave(mark);
		return copy;
	}

	@SuppressWarnings("deprecation")
	static UserFeedback withhold(UserFeedback feedback) {
		return new UserFeedback(feedback.getEventId(), null, null, SensitiveValue.FILTERED);
	}

	private static Geo geo(Geo geo, PayloadWalk walk) {
		int mark = walk.enter("geo");
		Geo copy = new Geo(geo);
		copy.setCity(walk.text("city", geo.getCity()));
		copy.setRegion(walk.text("region", geo.getRegion()));
		copy.setUnknown(walk.values("unknown", geo.getUnknown()));
		walk.leave(mark);
		return copy;
	}

	static Request request(Request request, PayloadWalk walk) {
		int mark = walk.enter("request");
		Request copy = new Request(request);
		copy.setUrl(walk.text("url", request.getUrl()));
		copy.setQueryString(walk.text("query_string", request.getQueryString()));
		copy.setFragment(walk.text("fragment", request.getFragment()));
		copy.setCookies(cookies(request.getCookies(), walk));
		strings("headers", copy.getHeaders(), walk, copy::setHeaders);
		strings("env", copy.getEnvs(), walk, copy::setEnvs);
		strings("other", copy.getOthers(), walk, copy::setOthers);
		copy.setData(walk.value("data", request.getData()));
		copy.setUnknown(walk.values("unknown", request.getUnknown()));
		walk.leave(mark);
		return copy;
	}

	static Response response(Response response, PayloadWalk walk) {
		Response copy = new Response(response);
		copy.setCookies(cookies(response.getCookies(), walk));
		copy.setHeaders(walk.strings("headers", response.getHeaders()));
		copy.setData(walk.value("data", response.getData()));
		Map<String, Object> unknown = response.getUnknown();
		copy.setUnknown(walk.values("unknown", unknown));
		return copy;
	}

	/**
	 * The setter would copy once more what the copy of the request has copied already.
	 */
	private static void strings(String name, @Nullable Map<String, String> values, PayloadWalk walk,
			Consumer<@Nullable Map<String, String>> setter) {
		Map<String, String> scrubbed = walk.strings(name, values);
		if (scrubbed != values) {
			setter.accept(scrubbed);
		}
	}

	private static @Nullable String cookies(@Nullable String cookies, PayloadWalk walk) {
		boolean present = cookies != null && !cookies.isEmpty();
		return present ? walk.replaced("cookies", Rule.KEY, cookies, SensitiveValue.FILTERED) : cookies;
	}

}
