package io.github.sentryinsights.redismessaging;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.BoundListOperations;
import org.springframework.data.redis.core.ReactiveStreamOperations;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.integration.channel.ReactiveStreamsSubscribableChannel;
import org.springframework.integration.context.IntegrationObjectSupport;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.gateway.MessagingGatewaySupport;
import org.springframework.integration.redis.channel.SubscribableRedisChannel;
import org.springframework.integration.redis.inbound.ReactiveRedisStreamMessageProducer;
import org.springframework.integration.redis.inbound.RedisInboundChannelAdapter;
import org.springframework.integration.redis.inbound.RedisQueueInboundGateway;
import org.springframework.integration.redis.inbound.RedisQueueMessageDrivenEndpoint;
import org.springframework.integration.redis.outbound.ReactiveRedisStreamMessageHandler;
import org.springframework.integration.redis.outbound.RedisPublishingMessageHandler;
import org.springframework.integration.redis.outbound.RedisQueueOutboundChannelAdapter;
import org.springframework.integration.redis.outbound.RedisQueueOutboundGateway;
import org.springframework.integration.support.context.NamedComponent;
import org.springframework.messaging.MessageChannel;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.PublisherInstrumentation;

/**
 * Has the adapters and gateways of Spring Integration for Redis report the messages that
 * they send and receive. They stay what they are, as those of a flow are not taken from
 * the bean factory.
 * <p>
 * Adapters that receive get another channel, by their own setters, before any of them
 * starts: until all beans are there, Spring Integration's own included, their channel may
 * be known by name. Gateways that send get advice then, as a flow replaces what they had.
 * What else sends has templates and containers of its own, which are read from fields, as
 * there are no getters; an adapter without such a field is left alone. A proxy has but
 * the interfaces of an adapter, which is found behind it.
 */
final class AdapterInstrumentation extends BeanInstrumentation<NamedComponent> implements SmartLifecycle {

	private static final String TECHNOLOGY = MessagingInstrumentation.TECHNOLOGY;

	private final ObjectProvider<PublisherInstrumentation> publishers;

	private final List<Runnable> waiting = new ArrayList<>();

	private volatile boolean complete;

	private @Nullable Destinations destinations;

	AdapterInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<PublisherInstrumentation> publishers) {
		super(TECHNOLOGY, NamedComponent.class, context);
		this.publishers = publishers;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedisMessaging();
	}

	@Override
	protected Object instrument(NamedComponent bean, String beanName, InstrumentationContext context) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		if (((target != null) ? target : bean) instanceof IntegrationObjectSupport adapter) {
			instrument(adapter, beanName, context);
		}
		return bean;
	}

	private void instrument(IntegrationObjectSupport adapter, String beanName, InstrumentationContext context) {
		Reception reception = reception(adapter, context);
		if (reception != null) {
			beforeStart(() -> replaceChannel(adapter, beanName, reception, context), beanName, context);
		}
		else if (adapter instanceof RedisQueueOutboundGateway gateway) {
			beforeStart(() -> reportRequests(gateway, beanName, context), beanName, context);
		}
		else if (reportsSent(adapter, beanName, context)) {
			context.beans().instrumented(TECHNOLOGY, beanName);
		}
	}

	private @Nullable Reception reception(IntegrationObjectSupport adapter, InstrumentationContext context) {
		if (adapter instanceof RedisQueueMessageDrivenEndpoint || adapter instanceof RedisQueueInboundGateway) {
			BoundListOperations<?, ?> list = field((adapter instanceof RedisQueueInboundGateway)
					? RedisQueueInboundGateway.class : RedisQueueMessageDrivenEndpoint.class, adapter,
					"boundListOperations");
			return new Reception.Queue(destinations(context).processed(list.getKey()));
		}
		if (adapter instanceof ReactiveRedisStreamMessageProducer) {
			String stream = field(ReactiveRedisStreamMessageProducer.class, adapter, "streamKey");
			return new Reception.Stream(destinations(context).processed(stream));
		}
		return (adapter instanceof RedisInboundChannelAdapter) ? new Reception.Channels(destinations(context)) : null;
	}

	private void beforeStart(Runnable work, String beanName, InstrumentationContext context) {
		synchronized (this.waiting) {
			if (!this.complete) {
				this.waiting.add(() -> {
					try {
						work.run();
					}
					catch (RuntimeException | LinkageError ex) {
						context.operations().handle(ex);
						context.beans().leftAlone(TECHNOLOGY, beanName, ex.getClass().getName());
					}
				});
				return;
			}
		}
		work.run();
	}

	@Override
	public void start() {
		List<Runnable> known;
		synchronized (this.waiting) {
			this.complete = true;
			known = List.copyOf(this.waiting);
			this.waiting.clear();
		}
		known.forEach(Runnable::run);
	}

	@Override
	public void stop() {
		// What adapters report ends with them.
	}

	@Override
	public boolean isRunning() {
		return this.complete;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	private void replaceChannel(IntegrationObjectSupport adapter, String beanName, Reception reception,
			InstrumentationContext context) {
		MessageProducerSupport producer = (adapter instanceof MessageProducerSupport given) ? given : null;
		MessageChannel channel = (producer != null) ? producer.getOutputChannel()
				: ((MessagingGatewaySupport) adapter).getRequestChannel();
		if (channel instanceof TracedChannel) {
			return;
		}
		if (channel == null) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "it has no channel when the application starts");
			return;
		}
		if (reception instanceof Reception.Stream && channel instanceof ReactiveStreamsSubscribableChannel) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "its channel takes a whole flow of messages");
			return;
		}
		TracedChannel traced = TracedChannel.of(channel, reception, context.operations());
		if (producer != null) {
			producer.setOutputChannel(traced);
		}
		else {
			((MessagingGatewaySupport) adapter).setRequestChannel(traced);
		}
		context.beans().instrumented(TECHNOLOGY, beanName);
	}

	private boolean reportsSent(IntegrationObjectSupport adapter, String beanName, InstrumentationContext context) {
		boolean carriesTrace = context.properties().getRedisMessaging().isTraceFields();
		if (adapter instanceof RedisPublishingMessageHandler) {
			return reportsPushed((RedisTemplate<?, ?>) field(RedisPublishingMessageHandler.class, adapter, "template"),
					null, context);
		}
		if (adapter instanceof RedisQueueOutboundChannelAdapter queue) {
			return reportsPushed(
					(RedisTemplate<?, ?>) field(RedisQueueOutboundChannelAdapter.class, adapter, "template"),
					(carriesTrace && sendsWholeMessages(RedisQueueOutboundChannelAdapter.class, adapter))
							? wholeMessages(queue, context) : null,
					context);
		}
		if (adapter instanceof SubscribableRedisChannel) {
			RedisMessageListenerContainer container = field(SubscribableRedisChannel.class, adapter, "container");
			new ChannelListeners(container, new Receiving(destinations(context))).takeOver();
			return reportsPushed((RedisTemplate<?, ?>) field(SubscribableRedisChannel.class, adapter, "redisTemplate"),
					null, context);
		}
		return adapter instanceof ReactiveRedisStreamMessageHandler
				&& reportsRecords(adapter, beanName, carriesTrace, context);
	}

	private boolean reportsPushed(RedisTemplate<?, ?> template, @Nullable WholeMessages wholeMessages,
			InstrumentationContext context) {
		RedisConnectionFactory factory = template.getRequiredConnectionFactory();
		if (factory instanceof PublishingConnections) {
			return false;
		}
		template.setConnectionFactory(
				new PublishingConnections(factory, destinations(context), context.operations(), wholeMessages));
		return true;
	}

	private static WholeMessages wholeMessages(RedisQueueOutboundChannelAdapter adapter,
			InstrumentationContext context) {
		RedisSerializer<Object> serializer = field(RedisQueueOutboundChannelAdapter.class, adapter, "serializer");
		if (serializer instanceof WholeMessages present) {
			return present;
		}
		WholeMessages wholeMessages = new WholeMessages(serializer, context.operations());
		adapter.setSerializer(wholeMessages);
		return wholeMessages;
	}

	private static boolean sendsWholeMessages(Class<?> type, IntegrationObjectSupport adapter) {
		return Boolean.FALSE.equals(field(type, adapter, "extractPayload"));
	}

	/**
	 * Behind all other advice, as each attempt of a retry is a message of its own.
	 */
	private void reportRequests(RedisQueueOutboundGateway gateway, String beanName, InstrumentationContext context) {
		List<Advice> present = field(RedisQueueOutboundGateway.class, gateway, "adviceChain");
		if (present.stream().anyMatch(PublishingAdvice.class::isInstance)) {
			return;
		}
		BoundListOperations<?, ?> list = field(RedisQueueOutboundGateway.class, gateway, "boundListOps");
		boolean carriesTrace = context.properties().getRedisMessaging().isTraceFields()
				&& sendsWholeMessages(RedisQueueOutboundGateway.class, gateway);
		List<Advice> advice = new ArrayList<>(present);
		advice.add(new PublishingAdvice(destinations(context).published(list.getKey()), context.operations(),
				carriesTrace));
		gateway.setAdviceChain(advice);
		context.beans().instrumented(TECHNOLOGY, beanName);
	}

	private boolean reportsRecords(IntegrationObjectSupport adapter, String beanName, boolean carriesTrace,
			InstrumentationContext context) {
		Field field = accessible(ReactiveRedisStreamMessageHandler.class, "reactiveStreamOperations");
		ReactiveStreamOperations<?, ?, ?> operations = (ReactiveStreamOperations<?, ?, ?>) Objects
			.requireNonNull(ReflectionUtils.getField(field, adapter));
		if (ReactivePublishing.isTraced(operations)) {
			return false;
		}
		PublisherInstrumentation publishers = this.publishers.getIfAvailable(() -> PublisherInstrumentation.NONE);
		if (!publishers.supports(Mono.class)) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "nothing observes a Mono");
			return false;
		}
		ReflectionUtils.setField(field, adapter, ReactivePublishing.of(operations, destinations(context), publishers,
				context.operations(), carriesTrace));
		return true;
	}

	/**
	 * Names are masked whatever is shown of keys, as a name tells what belongs together.
	 */
	private synchronized Destinations destinations(InstrumentationContext context) {
		Destinations destinations = this.destinations;
		if (destinations == null) {
			destinations = new Destinations(context.operations(),
					CacheKeys.masked(context.properties().getCache().getKeyWords()));
			this.destinations = destinations;
		}
		return destinations;
	}

	/**
	 * Read a field of a class itself, as a subclass may have one of the same name.
	 */
	@SuppressWarnings("unchecked")
	private static <T> T field(Class<?> declaring, Object holder, String name) {
		return (T) Objects.requireNonNull(ReflectionUtils.getField(accessible(declaring, name), holder));
	}

	private static Field accessible(Class<?> declaring, String name) {
		Field field = ReflectionUtils.findField(declaring, name);
		if (field == null) {
			throw new IllegalStateException("No field " + name);
		}
		ReflectionUtils.makeAccessible(field);
		return field;
	}

}
