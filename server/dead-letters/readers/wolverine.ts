import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

/** Its names are plain words, so two of them must stand together. Times are milliseconds as text. */
export const wolverineReader: Reader = {
  name: 'wolverine',
  owns: /^(exception-(type|message|stack)|failed-at)$/,
  read(view) {
    if (!view.has('exception-type') || !view.has('failed-at', 'exception-stack')) return null
    return {
      facts: {
        lastAt: view.time('failed-at', 'lastAt', 'time of the failure'),
        ...errorFacts({
          errorClass: view.text('exception-type', 'class of the exception'),
          message: view.text('exception-message', 'message of the exception'),
          stack: view.stack('exception-stack', 'trace of the exception'),
        }),
      },
    }
  },
}
