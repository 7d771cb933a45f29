package io.github.sentryinsights.sample.web;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import io.github.sentryinsights.sample.catalog.UnknownProductException;
import io.github.sentryinsights.sample.order.FulfilmentUnavailableException;
import io.github.sentryinsights.sample.order.OutOfStockException;
import io.github.sentryinsights.sample.order.UnknownOrderException;

/**
 * Answers what cannot be done with a problem detail (RFC 9457) that never repeats what
 * the customer sent.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(Problems.class);

	@ExceptionHandler({ UnknownProductException.class, UnknownOrderException.class })
	ProblemDetail unknown(RuntimeException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail outOfStock(OutOfStockException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail fulfilmentUnavailable(FulfilmentUnavailableException ex) {
		return unavailable(ex, ex.getMessage());
	}

	@ExceptionHandler({ RedisConnectionFailureException.class, RedisSystemException.class,
			QueryTimeoutException.class })
	ProblemDetail dataUnavailable(RuntimeException ex) {
		return unavailable(ex, "The shop cannot reach its data, try again later");
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<InvalidField> errors = ex.getFieldErrors()
			.stream()
			.map((error) -> new InvalidField(error.getField(), String.valueOf(error.getDefaultMessage())))
			.toList();
		ex.getBody().setProperty("errors", errors);
		return handleExceptionInternal(ex, ex.getBody(), headers, status, request);
	}

	private ProblemDetail unavailable(RuntimeException ex, @Nullable String detail) {
		log.error("A server the shop depends on did not answer", ex);
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail);
	}

	record InvalidField(String field, String message) {
	}

}
