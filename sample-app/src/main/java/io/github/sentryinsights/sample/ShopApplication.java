package io.github.sentryinsights.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;

/**
 * The shop.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableCaching
public class ShopApplication {

	/**
	 * Start the shop.
	 * @param args the properties, such as {@code --server.port=8081}
	 */
	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

}
