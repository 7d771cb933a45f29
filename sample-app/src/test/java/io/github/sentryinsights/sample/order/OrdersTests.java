package io.github.sentryinsights.sample.order;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.github.sentryinsights.sample.catalog.UnknownProductException;
import io.github.sentryinsights.sample.order.Order.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Orders} on the databases the shop runs on.
 */
class OrdersTests {

	private static final DataSource h2 = new DriverManagerDataSource("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");

	private static EmbeddedPostgres postgres;

	@BeforeAll
	static void start() throws IOException {
		postgres = EmbeddedPostgres.start();
	}

	@AfterAll
	static void stop() throws IOException {
		postgres.close();
	}

	@BeforeEach
	void schema() {
		ResourceDatabasePopulator scripts = new ResourceDatabasePopulator(new ClassPathResource("schema.sql"),
				new ClassPathResource("data.sql"));
		databases().forEach(scripts::execute);
	}

	static Stream<DataSource> databases() {
		return Stream.of(h2, postgres.getPostgresDatabase());
	}

	@ParameterizedTest
	@MethodSource("databases")
	void anOrderIsStoredAndFulfilled(DataSource database) {
		Orders orders = new Orders(JdbcClient.create(database));
		long id = orders.place(2, 3, "a@example.com");
		assertThat(orders.order(id)).extracting(Order::status, Order::productId, Order::quantity)
			.isEqualTo(List.of(Status.PLACED, 2L, 3));
		orders.fulfil(id);
		assertThat(orders.order(id).status()).isEqualTo(Status.FULFILLED);
	}

	@ParameterizedTest
	@MethodSource("databases")
	void moreThanThereIsCannotBeOrdered(DataSource database) {
		Orders orders = new Orders(JdbcClient.create(database));
		assertThatExceptionOfType(OutOfStockException.class).isThrownBy(() -> orders.place(3, 3, "a@example.com"));
	}

	@ParameterizedTest
	@MethodSource("databases")
	void whatIsUnknownIsSaidSo(DataSource database) {
		Orders orders = new Orders(JdbcClient.create(database));
		assertThatExceptionOfType(UnknownProductException.class)
			.isThrownBy(() -> orders.place(4711, 1, "a@example.com"));
		assertThatExceptionOfType(UnknownOrderException.class).isThrownBy(() -> orders.order(4711));
	}

}
