import type { BrokerMessage } from '../../brokers/contract/index.ts'
import type { FailureCase } from './failure-case.ts'
import { header, headers, message } from './messages.ts'

const dotnet = [
  'System.AggregateException: One or more errors occurred.',
  ' ---> Shop.StockException: none left',
  '   at Shop.Stock.Take()',
  '   --- End of inner exception stack trace ---',
  '   at Shop.Worker.Run()',
].join('\n')
const kafka = (values: Parameters<typeof headers>[0], more?: Parameters<typeof message>[1]): BrokerMessage =>
  message([header('trace-id', 'abc'), ...headers(values)], more)
const redis = (values: Parameters<typeof headers>[0], body?: string): BrokerMessage => ({
  ...message(headers({ order: '1', ...values, ...(body === undefined ? {} : { body }) })),
  body: body === undefined ? null : Buffer.from(body),
  properties: body === undefined ? {} : { bodyField: 'body' },
})

/** What frameworks of other languages write, and what nobody standardised. */
export const frameworkCases: readonly FailureCase[] = [
  {
    name: 'nservicebus: its own time format',
    message: message(
      headers({
        'NServiceBus.MessageId': 'm',
        'NServiceBus.FailedQ': 'sales@machine',
        'NServiceBus.TimeOfFailure': '2014-11-11 02:26:58:000462 Z',
        'NServiceBus.ProcessingEndpoint': 'Sales',
        'NServiceBus.ExceptionInfo.ExceptionType': 'System.Exception',
        'NServiceBus.ExceptionInfo.InnerExceptionType': 'Shop.Root',
        'NServiceBus.ExceptionInfo.Message': 'boom',
      }),
    ),
    expected: {
      reader: 'nservicebus',
      origin: { destination: 'sales' },
      lastAt: '2014-11-11T02:26:58.000Z',
      errorClass: 'Shop.Root',
      message: 'boom',
      consumer: 'Sales',
    },
    strips: [
      'NServiceBus.FailedQ',
      'NServiceBus.TimeOfFailure',
      'NServiceBus.ExceptionInfo.ExceptionType',
      'NServiceBus.ExceptionInfo.InnerExceptionType',
      'NServiceBus.ExceptionInfo.Message',
    ],
  },
  {
    name: 'nservicebus: innermost exception of the .NET trace',
    message: message(
      headers({
        'NServiceBus.FailedQ': 'sales',
        'NServiceBus.ExceptionInfo.ExceptionType': 'System.AggregateException',
        'NServiceBus.ExceptionInfo.Message': 'One or more errors occurred.',
        'NServiceBus.ExceptionInfo.StackTrace': dotnet,
      }),
    ),
    expected: { errorClass: 'Shop.StockException', message: 'none left' },
  },
  {
    name: 'masstransit: fault',
    message: message(
      headers({
        'MT-Reason': 'fault',
        'MT-Fault-ExceptionType': 'System.InvalidOperationException',
        'MT-Fault-Message': 'boom',
        'MT-Fault-Timestamp': '2024-05-06T07:08:09.1234567Z',
        'MT-Fault-InputAddress': 'rabbitmq://host/vhost/submit%20order?durable=true',
        'MT-Fault-ConsumerType': 'Shop.Consumer',
        'MT-Fault-RetryCount': 2,
        'MT-Host-MachineName': 'pod-1',
        'MT-MessageType': 'urn:message:Shop:Order',
      }),
    ),
    expected: {
      reader: 'masstransit',
      reason: 'exception',
      origin: { destination: 'submit order' },
      attempts: 3,
      lastAt: '2024-05-06T07:08:09.123Z',
      consumer: 'Shop.Consumer',
    },
    strips: [
      'MT-Reason',
      'MT-Fault-ExceptionType',
      'MT-Fault-Message',
      'MT-Fault-Timestamp',
      'MT-Fault-InputAddress',
      'MT-Fault-ConsumerType',
      'MT-Fault-RetryCount',
      'MT-Host-MachineName',
    ],
  },
  {
    name: 'masstransit: skipped, named by its exchange',
    message: message(headers({ 'MT-Reason': 'dead-letter' }), { properties: { exchange: 'orders_skipped' } }),
    expected: { reason: 'no_consumer', origin: { destination: 'orders' } },
  },
  {
    name: 'masstransit: redelivered, attempts cannot be counted',
    message: message(
      headers({
        'MT-Reason': 'fault',
        'MT-Fault-Message': 'x',
        'MT-Fault-RetryCount': 2,
        'MT-Redelivery-Count': 3,
      }),
    ),
    expected: { message: 'x' },
    absent: ['attempts'],
  },
  {
    name: 'rebus',
    message: message(
      headers({
        'rbs2-source-queue': 'orders',
        'rbs2-error-details':
          '5 unhandled exceptions: 01/02/2024 10:00:00 +00:00: System.TimeoutException: late\n   at A.B()',
        'rbs2-msg-type': 'Order',
      }),
    ),
    expected: {
      reader: 'rebus',
      attempts: 5,
      origin: { destination: 'orders' },
      errorClass: 'System.TimeoutException',
      message: 'late',
    },
    strips: ['rbs2-source-queue', 'rbs2-error-details'],
  },
  {
    name: 'wolverine: milliseconds as text',
    message: message(
      headers({ 'exception-type': 'Shop.Oops', 'exception-message': 'boom', 'failed-at': '1700000000123' }),
    ),
    expected: { reader: 'wolverine', errorClass: 'Shop.Oops', lastAt: '2023-11-14T22:13:20.123Z' },
  },
  {
    name: 'watermill',
    kind: 'kafka',
    message: kafka({ reason_poisoned: 'no stock', topic_poisoned: 'orders', handler_poisoned: 'reserve' }),
    expected: {
      reader: 'watermill',
      message: 'no stock',
      origin: { destination: 'orders' },
      consumer: 'reserve',
    },
  },
  {
    name: 'symfony',
    message: message(
      headers({
        'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\ErrorDetailsStamp':
          '[{"exceptionClass":"App\\\\Old","exceptionMessage":"old"},{"exceptionClass":"App\\\\Oops","exceptionMessage":"boom"}]',
        'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\RedeliveryStamp':
          '[{"retryCount":2,"redeliveredAt":"2024-01-02T03:04:05+00:00"}]',
        'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\BusNameStamp': '[{"busName":"b"}]',
      }),
    ),
    expected: {
      reader: 'symfony-messenger',
      errorClass: 'App\\Oops',
      message: 'boom',
      attempts: 3,
      lastAt: '2024-01-02T03:04:05.000Z',
    },
  },
  {
    name: 'sneakers: retry_info header',
    message: message(
      [
        header(
          'retry_info',
          '[{"error":"e","num_attempts":3,"failed_at":"2024-01-02T03:04:05Z","error_class":"KeyError","error_message":"no id"}]',
        ),
      ],
      { properties: { exchange: 'orders-error' } },
    ),
    expected: { reader: 'sneakers', errorClass: 'KeyError', attempts: 3, origin: { destination: 'orders' } },
    strips: ['retry_info'],
  },
  {
    name: 'redis: the usual fields',
    kind: 'redis',
    message: redis({
      error: 'ValueError: no such sku',
      attempts: '5',
      original_stream: 'orders',
      original_id: '1700000000000-3',
      failed_at: '1700000000.5',
      consumer_group: 'billing',
    }),
    expected: {
      reader: 'redis',
      errorClass: 'ValueError',
      message: 'no such sku',
      attempts: 5,
      origin: { destination: 'orders', offset: '1700000000000-3' },
      lastAt: '2023-11-14T22:13:20.500Z',
      consumer: 'billing',
    },
    evidence: ['attempts < attempts', 'message < error'],
    strips: ['error', 'attempts', 'original_stream', 'original_id', 'failed_at', 'consumer_group'],
  },
  {
    name: 'redis: reason and deliveries alone',
    kind: 'redis',
    message: redis({ reason: 'max deliveries exceeded', delivery_count: '7', source: 'orders' }),
    expected: { reason: 'delivery_limit', attempts: 7, origin: { destination: 'orders' } },
  },
  {
    name: 'redis: an ordinary entry',
    kind: 'redis',
    message: redis({ source: 'web', group: 'a', status: 'open', type: 'order' }),
    expected: null,
  },
  {
    name: 'redis: EggAI in the body',
    kind: 'redis',
    message: redis(
      {},
      '{"id":1,"_dlq_source":"orders","_dlq_handler":"h","_dlq_reason":"boom","_dlq_retries":3}',
    ),
    expected: {
      reader: 'redis',
      origin: { destination: 'orders' },
      consumer: 'h',
      message: 'boom',
      attempts: 3,
    },
    evidence: ['origin.destination < body._dlq_source'],
    strips: [],
  },
  {
    name: 'redis: configured names come first',
    kind: 'redis',
    message: redis({ why: 'KeyError: id', tries: '4', error: 'other' }),
    hints: { fields: { cause: 'why', attempts: 'tries' }, origins: [{ type: 'stream', name: 'orders' }] },
    expected: {
      reader: 'configured',
      errorClass: 'KeyError',
      message: 'id',
      attempts: 4,
      origin: { destination: 'orders' },
    },
    strips: ['why', 'tries'],
  },
  {
    name: 'generic: camel case and dashes',
    kind: 'kafka',
    message: kafka({
      originalTopic: 'orders',
      'X-Original-Partition': '2',
      errorType: 'TypeError',
      errorMessage: 'x is undefined',
      retryCount: '3',
      deadLetteredAt: '2024-01-02T03:04:05Z',
    }),
    expected: {
      reader: 'generic',
      origin: { destination: 'orders', partition: 2 },
      errorClass: 'TypeError',
      message: 'x is undefined',
      attempts: 3,
      lastAt: '2024-01-02T03:04:05.000Z',
    },
    strips: [
      'originalTopic',
      'X-Original-Partition',
      'errorType',
      'errorMessage',
      'retryCount',
      'deadLetteredAt',
    ],
  },
  {
    name: 'generic: a Python trace in one header',
    message: message([
      header(
        'exception',
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: \'id\'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\nRuntimeError: order failed',
      ),
    ]),
    expected: { reader: 'generic', errorClass: 'KeyError', message: "'id'" },
  },
  {
    name: 'generic: a JavaScript trace with its cause',
    message: message([
      header('error-message', 'failed'),
      header(
        'error-stack',
        'Error: failed\n    at a (a.js:1:1) {\n  [cause]: TypeError: x is undefined\n      at b (b.js:2:2)',
      ),
    ]),
    expected: { errorClass: 'TypeError', message: 'x is undefined' },
  },
]
