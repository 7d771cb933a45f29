package io.github.sentryinsights.sample.order;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

/**
 * What a customer asks for.
 *
 * @param productId the product
 * @param quantity the number of pieces
 * @param email where to send the receipt
 */
record NewOrder(@NotNull @Nullable Long productId, @NotNull @Positive @Max(1000) @Nullable Integer quantity,
		@NotBlank @Email @Size(max = 254) @Nullable String email) {

	/**
	 * Return what was asked for, without the customer.
	 */
	@Override
	public String toString() {
		return "NewOrder[productId=" + this.productId + ", quantity=" + this.quantity + "]";
	}

}
