package io.github.sentryinsights.sample.order;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

import io.github.sentryinsights.sample.catalog.UnknownProductException;
import io.github.sentryinsights.sample.order.Order.Status;

/**
 * The orders in the database.
 */
@Repository
class Orders {

	private final JdbcClient jdbc;

	Orders(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Take the pieces out of the stock and store the order, both or neither.
	 * @param productId the product
	 * @param quantity the number of pieces
	 * @param email where to send the receipt
	 * @return the identity of the order
	 */
	@Transactional
	public long place(long productId, int quantity, String email) {
		Offer offer = this.jdbc.sql("select price, stock from product where id = :id for update")
			.param("id", productId)
			.query(Offer.class)
			.optional()
			.orElseThrow(() -> new UnknownProductException(productId));
		if (offer.stock() < quantity) {
			throw new OutOfStockException(productId, offer.stock());
		}
		this.jdbc.sql("update product set stock = stock - :quantity where id = :id")
			.param("quantity", quantity)
			.param("id", productId)
			.update();
		KeyHolder key = new GeneratedKeyHolder();
		this.jdbc.sql("insert into customer_order (email, status, created_at) values (:email, :status, :created)")
			.param("email", email)
			.param("status", Status.PLACED.name())
			.param("created", OffsetDateTime.now(ZoneOffset.UTC))
			.update(key, "id");
		long id = key.getKeyAs(Number.class).longValue();
		this.jdbc
			.sql("insert into order_line (order_id, product_id, quantity, price)"
					+ " values (:order, :product, :quantity, :price)")
			.param("order", id)
			.param("product", productId)
			.param("quantity", quantity)
			.param("price", offer.price())
			.update();
		return id;
	}

	/**
	 * Mark an order as fulfilled, once.
	 * @param id the identity of the order
	 */
	@Transactional
	public void fulfil(long id) {
		this.jdbc.sql("update customer_order set status = 'FULFILLED' where id = :id and status = 'PLACED'")
			.param("id", id)
			.update();
	}

	Order order(long id) {
		return this.jdbc
			.sql("select o.id, o.status, l.product_id, l.quantity, l.price from customer_order o"
					+ " join order_line l on l.order_id = o.id where o.id = :id")
			.param("id", id)
			.query(Order.class)
			.optional()
			.orElseThrow(() -> new UnknownOrderException(id));
	}

	private record Offer(BigDecimal price, int stock) {
	}

}
