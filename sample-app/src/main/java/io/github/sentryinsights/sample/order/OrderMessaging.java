package io.github.sentryinsights.sample.order;

import org.apache.kafka.clients.admin.NewTopic;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.kafka.support.converter.StringJsonMessageConverter;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The topic between taking orders and fulfilling them.
 */
@Configuration(proxyBeanMethods = false)
class OrderMessaging {

	static final String TOPIC = "orders";

	@Bean
	NewTopic ordersTopic() {
		return TopicBuilder.name(TOPIC).partitions(1).replicas(1).build();
	}

	@Bean
	RecordMessageConverter recordMessageConverter(ObjectMapper json) {
		return new StringJsonMessageConverter(json);
	}

}
