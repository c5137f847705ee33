import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

/** The poison middleware of Watermill (Go); old versions write only the reason. */
export const watermillReader: Reader = {
  name: 'watermill',
  owns: /^(reason|topic|handler|subscriber)_poisoned$/,
  read(view) {
    if (!view.has('reason_poisoned')) return null
    return {
      facts: {
        destination: view.text('topic_poisoned', 'topic it was read from'),
        consumer: view.text('handler_poisoned', 'handler that failed'),
        ...errorFacts({ message: view.text('reason_poisoned', 'text of the error') }),
      },
    }
  },
}
