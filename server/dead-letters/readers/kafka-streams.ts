import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

const p = '__streams.errors.'

/** Kafka Streams 4.2 (KIP-1034): everything is text, key and value are the raw input. */
export const kafkaStreamsReader: Reader = {
  name: 'kafka-streams',
  owns: /^__streams\.errors\./,
  read(view) {
    if (!view.has(`${p}topic`, `${p}exception`)) return null
    return {
      facts: {
        destination: view.text(`${p}topic`, 'topic it was read from'),
        partition: view.count(`${p}partition`, 'origin.partition', 'text'),
        offset: view.long(`${p}offset`, 'origin.offset', 'text'),
        ...errorFacts({
          errorClass: view.text(`${p}exception`, 'class of the exception'),
          message: view.text(`${p}message`, 'message of the exception'),
          stack: view.stack(`${p}stacktrace`, 'trace of the exception'),
        }),
      },
    }
  },
}
