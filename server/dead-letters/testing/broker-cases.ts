import type { BrokerMessage } from '../../brokers/contract/index.ts'
import type { FailureCase } from './failure-case.ts'
import { header, headers, int32, int64, message, xDeath } from './messages.ts'

const trace = [
  'org.springframework.amqp.rabbit.support.ListenerExecutionFailedException: Listener threw exception',
  '\tat org.springframework.amqp.Container.run(Container.java:1)',
  'Caused by: java.lang.RuntimeException: wrapped',
  '\tat shop.Orders.on(Orders.java:9)',
  '\tSuppressed: java.io.IOException: closing',
  '\tCaused by: shop.NotTheRoot: no',
  'Caused by: shop.PaymentDeclined: card refused',
  'by the bank',
  '\tat shop.Bank.pay(Bank.java:3)',
  '\t... 12 more',
].join('\n')
const rejected = { queue: 'orders', reason: 'rejected', exchange: 'shop', key: 'order.new' }
const first = (queue: string, reason: string, exchange: string) =>
  headers({
    'x-first-death-queue': queue,
    'x-first-death-reason': reason,
    'x-first-death-exchange': exchange,
  })
const kafka = (values: Parameters<typeof headers>[0], more?: Parameters<typeof message>[1]): BrokerMessage =>
  message([header('trace-id', 'abc'), ...headers(values)], more)
const dlt = {
  'kafka_dlt-original-topic': 'orders',
  'kafka_dlt-original-partition': int32(3),
  'kafka_dlt-original-offset': int64(9_007_199_254_740_993n),
  'kafka_dlt-original-consumer-group': 'billing',
  'kafka_dlt-exception-fqcn': 'org.springframework.kafka.listener.ListenerExecutionFailedException',
  'kafka_dlt-exception-cause-fqcn': 'shop.PaymentDeclined',
  'kafka_dlt-exception-message': 'Listener failed',
}

/** What RabbitMQ itself, the JVM's frameworks and Kafka's own write. */
export const brokerCases: readonly FailureCase[] = [
  { name: 'no headers', message: message([]), expected: null },
  {
    name: 'business headers only',
    message: message(
      headers({ type: 'order', attempts: '3', reason: 'refund', source: 'web', 'error-rate': '1' }),
    ),
    expected: null,
  },
  {
    name: 'our own replay headers',
    message: message(headers({ 'signalbox-replay-count': '1', 'signalbox-replayed-from': 'orders.dlq' })),
    expected: null,
  },
  {
    name: 'rabbitmq: rejected once',
    message: message([header('tenant', 'a'), xDeath(rejected), ...first('orders', 'rejected', 'shop')]),
    expected: {
      reader: 'rabbitmq',
      reason: 'rejected',
      attempts: 1,
      origin: { destination: 'orders', exchange: 'shop', routingKey: 'order.new' },
      firstAt: '2023-11-14T22:13:20.000Z',
      lastAt: '2023-11-14T22:13:20.000Z',
    },
    evidence: [
      'origin.destination < x-first-death-queue',
      'reason < x-death[0].reason',
      'attempts < x-death[0].count',
      'firstAt < x-death[0].time',
    ],
    strips: ['x-death', 'x-first-death-queue', 'x-first-death-reason', 'x-first-death-exchange'],
  },
  {
    name: 'rabbitmq: retry loop counts rejections in the origin, last time unknown',
    message: message([
      xDeath(
        { ...rejected, count: 3, time: 1_700_000_000 },
        { queue: 'orders.retry', reason: 'expired', count: 2, time: 1_700_000_030 },
      ),
      ...first('orders', 'rejected', 'shop'),
    ]),
    expected: { attempts: 3, reason: 'rejected', firstAt: '2023-11-14T22:13:20.000Z' },
    absent: ['lastAt'],
  },
  {
    name: 'rabbitmq: parked after a retry queue, the reason is the one in the origin',
    message: message([
      xDeath({ queue: 'orders.retry', reason: 'expired', time: 1_700_000_060 }, rejected),
      ...first('orders', 'rejected', 'shop'),
    ]),
    expected: { origin: { destination: 'orders' }, reason: 'rejected', lastAt: '2023-11-14T22:14:20.000Z' },
  },
  {
    name: 'rabbitmq: expired was tried by nobody',
    message: message([xDeath({ queue: 'orders', reason: 'expired' })]),
    expected: { origin: { destination: 'orders', exchange: '' }, reason: 'expired' },
    absent: ['attempts'],
  },
  {
    name: 'rabbitmq: maxlen',
    message: message([xDeath({ queue: 'orders', reason: 'maxlen' })]),
    expected: { reason: 'maxlen' },
  },
  {
    name: 'rabbitmq: delivery limit with the count kept',
    message: message([xDeath({ queue: 'orders', reason: 'delivery_limit' }), header('x-delivery-count', 5)]),
    expected: { reason: 'delivery_limit', attempts: 5 },
    strips: ['x-death'],
  },
  {
    name: 'rabbitmq: a reason of tomorrow',
    message: message([xDeath({ queue: 'orders', reason: 'eaten' })]),
    expected: { reason: 'unknown' },
  },
  {
    name: 'rabbitmq: x-first-death alone',
    message: message(first('orders', 'expired', '')),
    expected: { reason: 'expired', origin: { destination: 'orders', exchange: '' } },
  },
  {
    name: 'rabbitmq: x-last-death alone',
    message: message(headers({ 'x-last-death-queue': 'orders', 'x-last-death-reason': 'rejected' })),
    expected: { reason: 'rejected', origin: { destination: 'orders' } },
    strips: ['x-last-death-queue', 'x-last-death-reason'],
  },
  {
    name: 'rabbitmq: x-death is a text',
    message: message([header('x-death', 'boo')]),
    expected: { reader: 'rabbitmq', reason: 'unknown', origin: {} },
    strips: ['x-death'],
  },
  {
    name: 'rabbitmq: a program of ours wrote the error beside it',
    message: message([
      xDeath({ queue: 'orders.retry', reason: 'expired' }),
      header('x-error-message', 'bad sku'),
    ]),
    expected: { reader: 'rabbitmq', message: 'bad sku', reason: 'expired' },
    strips: ['x-death', 'x-error-message'],
  },
  {
    name: 'spring-amqp: root cause from the trace',
    message: message(
      headers({
        'x-exception-stacktrace': trace,
        'x-exception-message': 'Listener threw exception',
        'x-original-exchange': 'shop',
        'x-original-routingKey': 'order.new',
        'x-tenant': 'a',
      }),
    ),
    expected: {
      reader: 'spring-amqp',
      reason: 'exception',
      errorClass: 'shop.PaymentDeclined',
      message: 'card refused\nby the bank',
      origin: { exchange: 'shop', routingKey: 'order.new' },
    },
    evidence: ['errorClass < x-exception-stacktrace', 'origin.exchange < x-original-exchange'],
    strips: ['x-exception-stacktrace', 'x-exception-message', 'x-original-exchange', 'x-original-routingKey'],
  },
  {
    name: 'spring-amqp with x-death: error from one, origin and count from the other',
    message: message([
      xDeath({ ...rejected, count: 2 }),
      ...headers({ 'x-exception-stacktrace': 'shop.Oops: boom\n\tat shop.A.b(A.java:1)' }),
    ]),
    expected: {
      reader: 'spring-amqp',
      reason: 'exception',
      errorClass: 'shop.Oops',
      message: 'boom',
      attempts: 2,
      origin: { destination: 'orders', exchange: 'shop', routingKey: 'order.new' },
    },
  },
  {
    name: 'spring-amqp: trace cut before its first frame',
    message: message(headers({ 'x-exception-stacktrace': 'shop.Oops: bo', 'x-exception-message': 'boom' })),
    expected: { errorClass: 'shop.Oops', message: 'bo' },
  },
  {
    name: 'spring-amqp: topology names the one origin',
    message: message(headers({ 'x-exception-message': 'boom' })),
    hints: { origins: [{ type: 'queue', name: 'orders', namespace: '/' }] },
    expected: { origin: { destination: 'orders' }, message: 'boom' },
    evidence: ['origin.destination < (topology)'],
  },
  {
    name: 'two origins by topology are no origin',
    message: message(headers({ 'x-exception-message': 'boom' })),
    hints: {
      origins: [
        { type: 'queue', name: 'a' },
        { type: 'queue', name: 'b' },
      ],
    },
    expected: { message: 'boom' },
    absent: ['origin.destination'],
  },
  {
    name: 'spring-kafka: big-endian numbers beyond 2^53',
    kind: 'kafka',
    message: kafka(dlt, { timestampMs: 1_700_000_000_123 }),
    expected: {
      reader: 'spring-kafka',
      origin: { destination: 'orders', partition: 3, offset: '9007199254740993' },
      errorClass: 'shop.PaymentDeclined',
      message: 'Listener failed',
      consumer: 'billing',
      lastAt: '2023-11-14T22:13:20.123Z',
    },
    evidence: [
      'origin.partition < kafka_dlt-original-partition',
      'origin.offset < kafka_dlt-original-offset',
      'errorClass < kafka_dlt-exception-cause-fqcn',
    ],
    strips: Object.keys(dlt),
  },
  {
    name: 'spring-kafka: the first hop is the origin, the last exception counts',
    kind: 'kafka',
    message: message([
      ...headers({ ...dlt, 'kafka_dlt-exception-cause-fqcn': 'shop.Old' }),
      ...headers({ 'kafka_dlt-original-topic': 'orders-retry', 'kafka_dlt-original-partition': int32(0) }),
      header('kafka_dlt-exception-cause-fqcn', 'shop.New'),
    ]),
    expected: { origin: { destination: 'orders', partition: 3 }, errorClass: 'shop.New' },
  },
  {
    name: 'spring-kafka: trace beats the wrapping class',
    kind: 'kafka',
    message: kafka({ ...dlt, 'kafka_dlt-exception-stacktrace': trace }),
    expected: { errorClass: 'shop.PaymentDeclined', message: 'card refused\nby the bank', stack: trace },
  },
  {
    name: 'spring-kafka: numbers of a wrong length are malformed, not guessed',
    kind: 'kafka',
    message: kafka({ ...dlt, 'kafka_dlt-original-partition': Buffer.from([1, 2, 3]) }),
    expected: { origin: { destination: 'orders' } },
    absent: ['origin.partition'],
    evidence: ['origin.partition < kafka_dlt-original-partition'],
  },
  {
    name: 'spring-kafka: retry topic without dlt-, attempts int32',
    kind: 'kafka',
    message: kafka({
      'kafka_original-topic': 'orders',
      'kafka_original-partition': int32(0),
      'kafka_exception-fqcn': 'shop.Oops',
      'kafka_dlt-original-consumer-group': 'billing',
      'retry_topic-attempts': int32(4),
      'retry_topic-backoff-timestamp': Buffer.from([1]),
    }),
    expected: { attempts: 4, consumer: 'billing', origin: { destination: 'orders', partition: 0 } },
    strips: [
      'kafka_original-topic',
      'kafka_original-partition',
      'kafka_exception-fqcn',
      'kafka_dlt-original-consumer-group',
      'retry_topic-attempts',
      'retry_topic-backoff-timestamp',
    ],
  },
  {
    name: 'spring-kafka: unreadable key',
    kind: 'kafka',
    message: kafka({
      'kafka_dlt-original-topic': 'orders',
      'kafka_dlt-key-exception-fqcn': 'org.springframework.kafka.support.serializer.DeserializationException',
      'kafka_dlt-key-exception-message': 'failed to deserialize',
    }),
    expected: { reason: 'deserialization', message: 'failed to deserialize' },
  },
  {
    name: 'spring-cloud-stream: same numbers under x-',
    kind: 'kafka',
    message: kafka({
      'x-original-topic': 'orders',
      'x-original-partition': int32(2),
      'x-original-offset': int64(7n),
      'x-exception-fqcn': 'shop.Oops',
      'x-exception-message': 'boom',
    }),
    expected: {
      reader: 'spring-cloud-stream',
      origin: { destination: 'orders', partition: 2, offset: '7' },
      errorClass: 'shop.Oops',
    },
  },
  {
    name: 'kafka-connect: conversion failed',
    kind: 'kafka',
    message: kafka({
      '__connect.errors.topic': 'orders',
      '__connect.errors.partition': '4',
      '__connect.errors.offset': '42',
      '__connect.errors.connector.name': 'sink',
      '__connect.errors.task.id': '0',
      '__connect.errors.stage': 'VALUE_CONVERTER',
      '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
      '__connect.errors.exception.message': 'not JSON',
    }),
    expected: {
      reader: 'kafka-connect',
      reason: 'deserialization',
      consumer: 'sink',
      origin: { destination: 'orders', partition: 4, offset: '42' },
      errorClass: 'org.apache.kafka.connect.errors.DataException',
    },
    evidence: ['reason < __connect.errors.stage'],
  },
  {
    name: 'kafka-connect: TASK_PUT is an exception',
    kind: 'kafka',
    message: kafka({
      '__connect.errors.topic': 'orders',
      '__connect.errors.stage': 'TASK_PUT',
      '__connect.errors.exception.class.name': 'java.sql.SQLException',
    }),
    expected: { reason: 'exception' },
  },
  {
    name: 'kafka-streams',
    kind: 'kafka',
    message: kafka({
      '__streams.errors.exception': 'shop.Oops',
      '__streams.errors.message': 'boom',
      '__streams.errors.topic': 'orders',
      '__streams.errors.partition': '1',
      '__streams.errors.offset': '12',
    }),
    expected: { reader: 'kafka-streams', origin: { destination: 'orders', partition: 1, offset: '12' } },
  },
  {
    name: 'kafka-share: a pointer without body',
    kind: 'kafka',
    message: kafka({
      '__dlq.errors.topic': 'orders',
      '__dlq.errors.partition': '1',
      '__dlq.errors.offset': '12',
      '__dlq.errors.group': 'share-1',
      '__dlq.errors.delivery.count': '5',
      '__dlq.errors.message': 'Offset delivery count exceeded the threshold.',
    }),
    expected: { reader: 'kafka-share', reason: 'delivery_limit', attempts: 5, consumer: 'share-1' },
  },
  {
    name: 'smallrye: the first of each name, on a second pass',
    kind: 'kafka',
    message: message([
      ...headers({
        'dead-letter-exception-class-name': 'shop.Wrapper',
        'dead-letter-cause-class-name': 'shop.Root',
        'dead-letter-reason': 'wrapped',
        'dead-letter-cause': 'root',
        'dead-letter-topic': 'orders',
        'dead-letter-partition': '1',
        'dead-letter-offset': '5',
      }),
      ...headers({ 'dead-letter-topic': 'stale', 'dead-letter-offset': '1' }),
    ]),
    expected: {
      reader: 'smallrye',
      origin: { destination: 'orders', partition: 1, offset: '5' },
      errorClass: 'shop.Root',
      message: 'root',
    },
  },
]
