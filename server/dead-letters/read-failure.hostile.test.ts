import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Header, type HeaderItem, headerTypeSchema } from '../../lib/schemas/header.ts'
import { failureSchema } from '../../lib/schemas/message.ts'
import type { BrokerMessage } from '../brokers/contract/index.ts'
import { readFailure } from './read-failure.ts'
import { header, message, xDeath } from './testing/messages.ts'

/** Every name a reader looks for, so that arbitrary values meet the code that reads them. */
const names = [
  'x-death',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-first-death-exchange',
  'x-last-death-queue',
  'x-delivery-count',
  'x-exception-stacktrace',
  'x-exception-message',
  'x-original-exchange',
  'x-original-topic',
  'x-original-partition',
  'x-exception-fqcn',
  'kafka_dlt-original-topic',
  'kafka_dlt-original-partition',
  'kafka_dlt-original-offset',
  'kafka_dlt-exception-fqcn',
  'kafka_dlt-exception-stacktrace',
  'kafka_exception-message',
  'kafka_deliveryAttempt',
  'retry_topic-attempts',
  'retry_topic-original-timestamp',
  '__connect.errors.topic',
  '__connect.errors.partition',
  '__connect.errors.stage',
  '__streams.errors.topic',
  '__streams.errors.offset',
  '__dlq.errors.topic',
  '__dlq.errors.delivery.count',
  'dead-letter-topic',
  'dead-letter-reason',
  'dead-letter-partition',
  'NServiceBus.FailedQ',
  'NServiceBus.TimeOfFailure',
  'NServiceBus.ExceptionInfo.StackTrace',
  'MT-Reason',
  'MT-Fault-InputAddress',
  'MT-Fault-Timestamp',
  'MT-Fault-RetryCount',
  'rbs2-error-details',
  'exception-type',
  'failed-at',
  'reason_poisoned',
  'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\ErrorDetailsStamp',
  'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\RedeliveryStamp',
  'retry_info',
  'error',
  'attempts',
  'original_id',
  'error-stack',
  '__proto__',
  'constructor',
]
const scalars = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom('', 'null', '[]', '{}', '[{"retryCount":1e400}]', '[[[[', 'Caused by: ', 'a: b', '%zz/%'),
  fc.string({ unit: fc.constantFrom('\n', '\tat ', 'Caused by: ', '---> ', ': ', 'a.B', '[cause]: ', '::') }),
)
const { item } = fc.letrec<{ item: HeaderItem; named: Header }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      type: fc.constantFrom(...headerTypeSchema.options),
      value: fc.oneof(scalars, fc.constant(null)),
    }),
    fc.record({ type: fc.constant('table' as const), value: fc.array(tie('named'), { maxLength: 4 }) }),
    fc.record({ type: fc.constant('list' as const), value: fc.array(tie('item'), { maxLength: 4 }) }),
  ),
  named: fc
    .tuple(fc.constantFrom('queue', 'reason', 'count', 'time', 'exchange', 'routing-keys', 'x'), tie('item'))
    .map(([name, value]) => ({ name, ...value })),
}))
const anyHeader = fc
  .tuple(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 30 })), item)
  .map(([name, value]): Header => ({ name, ...value }))
const anyMessage = fc
  .record({
    headers: fc.array(anyHeader, { maxLength: 12 }),
    body: fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 64 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .constantFrom(
          '{"RoutingKey":1,"Exchange":{},"Exception":"x","Message":"y","BasicProperties":{"Headers":[1],"Timestamp":-1}}',
          '{"error":1,"num_attempts":"x","failed_at":{},"payload":"====","_dlq_source":{}}',
          '{"_dlq_source":"a","_dlq_retries":1e999}',
        )
        .map((text) => Buffer.from(text)),
    ),
    timestampMs: fc.oneof(fc.constant(null), fc.double()),
    properties: fc.dictionary(fc.string(), fc.jsonValue()),
  })
  .map((parts): BrokerMessage => ({ ...message([]), ...parts }))

describe('hostile messages', () => {
  it('never throw, and what is read has the shape of a failure', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom('rabbitmq', 'kafka', 'redis', 'sandbox', 'a-kind-of-tomorrow'),
        anyMessage,
        (kind, given) => {
          const reading = readFailure(kind, given, { fields: { cause: 'error', attempts: 'attempts' } })
          if (reading === null) return
          expect(failureSchema.safeParse(reading.failure).error).toBeUndefined()
          const own = new Set(given.headers.map(({ name }) => name))
          expect(reading.failureHeaders.every((name) => own.has(name))).toBe(true)
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('cost no time: long traces, long names, ten thousand headers', { timeout: 20_000 }, () => {
    const long = `${'a.'.repeat(200_000)}: ${'Caused by: '.repeat(50_000)}`
    const many = Array.from({ length: 10_000 }, (_, n) => header(`error-${n}-${'x'.repeat(50)}`, 'y'))
    const deaths = xDeath(
      ...Array.from({ length: 5_000 }, (_, n) => ({ queue: `q${n}`, reason: 'rejected' })),
    )
    const started = performance.now()
    readFailure(
      'rabbitmq',
      message([header('x-exception-stacktrace', long), header('x-exception-message', long)]),
    )
    readFailure('kafka', message([...many, header('error', long), header('rbs2-error-details', long)]))
    readFailure('rabbitmq', message([deaths]))
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
