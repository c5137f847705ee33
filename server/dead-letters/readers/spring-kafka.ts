import { errorFacts } from './error-facts.ts'
import type { Fact, Reader } from './facts.ts'
import { isTime } from './values.ts'
import type { MessageView } from './view.ts'

/** DeadLetterPublishingRecoverer; retry topics write the same names without `dlt-`. */
const prefixes = ['kafka_dlt-', 'kafka_'] as const

/**
 * Numbers are big-endian: partition and attempts int32, offset and timestamps int64. Each hop appends its
 * originals, so the first is the true origin; exception headers are replaced, so the last counts.
 */
export const springKafkaReader: Reader = {
  name: 'spring-kafka',
  owns: /^(kafka_(dlt-)?(original-|(key-)?exception-)|retry_topic-|kafka_deliveryAttempt$|springDeserializerException(Key|Value)$)/,
  read(view) {
    const prefix = prefixes.find((one) =>
      view.has(`${one}original-topic`, `${one}exception-fqcn`, `${one}exception-message`),
    )
    if (!prefix) return null
    const original = (name: string) => `${prefix}original-${name}`
    const exception = `${prefix}${isKeyError(view, prefix) ? 'key-' : ''}exception-`
    return {
      facts: {
        destination: view.text(original('topic'), 'first hop', 'first'),
        partition: view.count(original('partition'), 'origin.partition', 'first hop, int32', 'first'),
        offset: view.long(original('offset'), 'origin.offset', 'first hop, int64', 'first'),
        consumer: view.text(
          ['kafka_dlt-original-consumer-group', original('consumer-group')],
          'consumer group that gave up',
        ),
        attempts:
          view.count('kafka_deliveryAttempt', 'attempts', 'delivery attempt, int32') ??
          view.count('retry_topic-attempts', 'attempts', 'attempts over the retry topics, int32'),
        lastAt: recordTime(view),
        ...errorFacts({
          errorClass: view.text(`${exception}fqcn`, 'class of the exception'),
          causeClass: view.text(`${exception}cause-fqcn`, 'class of its cause'),
          message: view.text(`${exception}message`, 'message of the exception'),
          stack: view.stack(`${exception}stacktrace`, 'trace of the exception'),
        }),
      },
    }
  },
}

function isKeyError(view: MessageView, prefix: string): boolean {
  return !view.has(`${prefix}exception-fqcn`) && view.has(`${prefix}key-exception-fqcn`)
}

/** The recoverer sends without a timestamp, so the record carries the time it was dead-lettered. */
function recordTime(view: MessageView): Fact<number> | undefined {
  const value = view.message.timestampMs
  if (value === null || !isTime(value)) return undefined
  return { value, header: '(record timestamp)', rule: 'when it was written here' }
}
