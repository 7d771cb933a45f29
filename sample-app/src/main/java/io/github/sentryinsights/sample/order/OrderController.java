package io.github.sentryinsights.sample.order;

import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static java.util.Objects.requireNonNull;

/**
 * The orders over HTTP.
 */
@RestController
class OrderController {

	private final OrderService service;

	private final Orders orders;

	OrderController(OrderService service, Orders orders) {
		this.service = service;
		this.orders = orders;
	}

	@PostMapping("/orders")
	@ResponseStatus(HttpStatus.CREATED)
	Receipt place(@Valid @RequestBody NewOrder order) {
		return this.service.place(requireNonNull(order.productId()), requireNonNull(order.quantity()),
				requireNonNull(order.email()));
	}

	@GetMapping("/orders/{id}")
	Order order(@PathVariable long id) {
		return this.orders.order(id);
	}

}
