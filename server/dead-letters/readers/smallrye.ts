import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'

const p = 'dead-letter-'

/** Quarkus: text, no trace. Its headers stand before those it copies, so on a second pass the last one is stale. */
export const smallryeReader: Reader = {
  name: 'smallrye',
  owns: /^dead-letter-(exception-class-name|cause-class-name|reason|cause|topic|partition|offset)$/,
  read(view) {
    if (!view.has(`${p}reason`, `${p}exception-class-name`)) return null
    if (!view.has(`${p}topic`, `${p}exception-class-name`)) return null
    return {
      facts: {
        destination: view.text(`${p}topic`, 'first of its name', 'first'),
        partition: view.count(`${p}partition`, 'origin.partition', 'first of its name', 'first'),
        offset: view.long(`${p}offset`, 'origin.offset', 'first of its name', 'first'),
        ...errorFacts({
          errorClass: view.text(`${p}exception-class-name`, 'class of the exception', 'first'),
          causeClass: view.text(`${p}cause-class-name`, 'class of its cause', 'first'),
          message: view.text(`${p}reason`, 'message of the exception', 'first'),
          causeMessage: view.text(`${p}cause`, 'message of its cause', 'first'),
        }),
      },
    }
  },
}
