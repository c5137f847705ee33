import type { FailureReason } from '../../../lib/schemas/message.ts'
import { errorFacts } from './error-facts.ts'
import { type Fact, mapFact, type Reader } from './facts.ts'

const p = '__connect.errors.'

/** Sink connectors with `errors.deadletterqueue.context.headers.enable`; everything is text. */
export const kafkaConnectReader: Reader = {
  name: 'kafka-connect',
  owns: /^__connect\.errors\./,
  read(view) {
    if (!view.has(`${p}topic`, `${p}exception.class.name`, `${p}connector.name`)) return null
    const stage = view.text(`${p}stage`, 'stage of the connector')
    const error = errorFacts({
      errorClass: view.text(`${p}exception.class.name`, 'class of the exception'),
      message: view.text(`${p}exception.message`, 'message of the exception'),
      stack: view.stack(`${p}exception.stacktrace`, 'trace of the exception'),
    })
    const unreadable: Fact<FailureReason> | undefined = mapFact(stage, (name) =>
      /^(KEY|VALUE|HEADER)_CONVERTER$/.test(name) ? 'deserialization' : undefined,
    )
    return {
      facts: {
        destination: view.text(`${p}topic`, 'topic it was read from'),
        partition: view.count(`${p}partition`, 'origin.partition', 'text'),
        offset: view.long(`${p}offset`, 'origin.offset', 'text'),
        consumer: view.text(`${p}connector.name`, 'connector'),
        ...error,
        reason: unreadable ?? error.reason,
      },
    }
  },
}
