package io.github.sentryinsights.sample.catalog;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The products over HTTP.
 */
@RestController
class ProductController {

	private final Catalog catalog;

	ProductController(Catalog catalog) {
		this.catalog = catalog;
	}

	@GetMapping("/products")
	List<ProductSummary> products() {
		return this.catalog.products();
	}

	@GetMapping("/products/{id}")
	Product product(@PathVariable long id) {
		return this.catalog.product(id);
	}

}
