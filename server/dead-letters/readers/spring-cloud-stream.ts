import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

/** Its Kafka binder: numbers as big-endian bytes, topic `error.<destination>.<group>`. */
export const springCloudStreamReader: Reader = {
  name: 'spring-cloud-stream',
  owns: /^x-(original-(topic|partition|offset|timestamp|timestamp-type)|exception-(message|fqcn|stacktrace))$/,
  read(view) {
    if (!view.has('x-original-topic', 'x-exception-fqcn')) return null
    return {
      facts: {
        destination: view.text('x-original-topic', 'first hop', 'first'),
        partition: view.count('x-original-partition', 'origin.partition', 'first hop, int32', 'first'),
        offset: view.long('x-original-offset', 'origin.offset', 'first hop, int64', 'first'),
        ...errorFacts({
          errorClass: view.text('x-exception-fqcn', 'class of the exception'),
          message: view.text('x-exception-message', 'message of the exception'),
          stack: view.stack('x-exception-stacktrace', 'trace of the exception'),
        }),
      },
    }
  },
}
