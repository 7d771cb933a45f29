package io.github.sentryinsights.sample.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The products: single ones behind Redis, the list behind a Spring cache.
 */
@Service
public class Catalog {

	private static final String KEY_PREFIX = "product:";

	private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

	private final StringRedisTemplate redis;

	private final JdbcClient jdbc;

	private final ObjectMapper json;

	Catalog(StringRedisTemplate redis, JdbcClient jdbc, ObjectMapper json) {
		this.redis = redis;
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * Return a product, from Redis when it is there.
	 * @param id the identity
	 * @return the product
	 * @throws UnknownProductException when there is no such product
	 */
	public Product product(long id) {
		String key = KEY_PREFIX + id;
		String cached = this.redis.opsForValue().get(key);
		if (cached != null) {
			return read(cached);
		}
		Product product = this.jdbc.sql("select id, name, price, stock from product where id = :id")
			.param("id", id)
			.query(Product.class)
			.optional()
			.orElseThrow(() -> new UnknownProductException(id));
		this.redis.opsForValue().set(key, write(product), TIME_TO_LIVE);
		return product;
	}

	/**
	 * Forget what Redis holds of a product, because it has changed.
	 * @param id the identity
	 */
	public void forget(long id) {
		this.redis.delete(KEY_PREFIX + id);
	}

	/**
	 * Return all products.
	 * @return the products, without the stock that changes all the time
	 */
	@Cacheable("products")
	public List<ProductSummary> products() {
		return this.jdbc.sql("select id, name, price from product order by id").query(ProductSummary.class).list();
	}

	private Product read(String value) {
		try {
			return this.json.readValue(value, Product.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String write(Product product) {
		try {
			return this.json.writeValueAsString(product);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
