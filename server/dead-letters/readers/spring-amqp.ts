import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

const names = {
  stack: 'x-exception-stacktrace',
  message: 'x-exception-message',
  exchange: 'x-original-exchange',
  routingKey: 'x-original-routingKey',
} as const

/** RepublishMessageRecoverer: no class header, so the class comes from the trace, which may be cut at its end. */
export const springAmqpReader: Reader = {
  name: 'spring-amqp',
  owns: /^x-(exception-(stacktrace|message)|original-(exchange|routingKey))$/,
  read(view) {
    if (!view.has(names.stack, names.message) || view.has('x-original-topic', 'x-exception-fqcn')) return null
    return {
      facts: {
        exchange: view.text(names.exchange, 'exchange it was published to'),
        routingKey: view.text(names.routingKey, 'key it was published with'),
        ...errorFacts({
          message: view.text(names.message, 'message of the exception'),
          stack: view.stack(names.stack, 'trace of the exception'),
        }),
      },
    }
  },
}
