package io.github.sentryinsights.key;

import java.util.List;

/**
 * Words that name things of applications and, by themselves, nobody. No given name is
 * among them, and of surnames only those that nobody would take for one. Plurals are
 * understood.
 */
final class CommonWords {

	private static final String WORDS = """
			about access account action active activities activity actor address admin aggregate album alert alias all
			amount analytics android api app application archive area article asset assignment attachment attempt
			attribute audio audit auth author authorization availability available avatar average backend backup badge
			balance banner basket batch billing binary blob block blog body booking boolean branch brand broker bucket
			budget build bulk bundle button by cache calendar campaign captcha cart catalog categories category
			certificate channel chart chat check checkout cities city class client cluster code collection column
			comment companies company component composite config configuration connection consent contact container
			content context contract conversation cookie core count counter countries country coupon course created
			credit criteria csrf css currencies currency current customer daily dashboard data database date day default
			definition deliveries delivery demo department deployment description detail dev device digest direct
			directory disabled discount distance document domain download draft dto edition element email empty enabled
			endpoint entities entity entries entry env environment error event exchange expires expiry export external
			false favorite feature field file filter find first flag flash flow folder follower footer form format
			forum frontend full function game gateway generic get global graph group guest hash header health histories
			history home host hour hourly html http https icon id image import inbox index info input instance
			integration internal inventories inventory invitation invoice ios item job json key kind label language last
			latest layout level library license limit line link list live load loan local locale location lock log login
			logout lookup mail main manager map market master measure media member menu merchant message meta metadata
			meter method metric migration minute mobile mode model module money month monthly name namespace network new
			news newsletter next node nonce none note notification null number object offer office offset online option
			order organisation organization origin other otp outbox output overview owner package page parameter parent
			participant partner password path pattern payload payment pending period permission person phone photo
			picture ping place plan platform player playlist point policies policy poll popular portal position post
			preference prefix prefs preview previous price pricing priority private process prod product production
			profile project promo promotion properties property provider public publication purchase push quantity
			queries query question queue quota quote random range rank ranking rate rating read receipt recent recipe
			recommendation record redirect ref reference refresh refund region registration regular relation release
			reminder rent report repositories repository request reservation reset resource response restaurant result
			retry return review revision reward role room root route row rule sale sample schedule schema score search
			season seat second secret section segment seller sequence server service session setting settings share
			shared shipment shipping shop shopping short signup simple single site size sku slot snapshot social sort
			source space spring sprint stage staging state static statistics stats status step stock storage store
			stream string student subject subscriber subscription suggestion summary supplier support survey sync system
			table tag target task tax team template tenant term test text theme thread threshold throttle thumb
			thumbnail ticket tile time timeline timestamp timezone title today token top topic total trace track
			transaction transfer translation trending trip true type unit unread update upload uri url usage user
			username uuid validation value variant vehicle vendor version video view visit visitor voucher wallet
			warehouse web webhook week weekly weight widget wishlist word worker workflow workspace write xml year zip
			zone
			""";

	private CommonWords() {
	}

	static List<String> all() {
		return List.of(WORDS.strip().split("\\s+"));
	}

}
