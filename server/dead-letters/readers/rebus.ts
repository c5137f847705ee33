import { errorFacts } from './error-facts.ts'
import { mapFact, type Reader } from './facts.ts'
import { rootCauseOf } from './root-cause.ts'

/** Rebus writes all failures of a message into one text: a count, then each with its time. */
export const rebusReader: Reader = {
  name: 'rebus',
  owns: /^rbs2-(error-details|source-queue)$/,
  read(view) {
    const details = view.stack('rbs2-error-details', 'error details')
    if (!details) return null
    const attempts = mapFact(details, (text) => {
      const count = /^(\d{1,6}) unhandled exceptions?/.exec(text)?.[1]
      return count === undefined ? undefined : Number(count)
    })
    const first = /(?:^|[\s:])((?:[A-Z]\w*\.)+[A-Z]\w*Exception: [\s\S]*)/.exec(details.value)?.[1]
    const root = first === undefined ? null : rootCauseOf(first)
    const at = { header: details.header, rule: root?.rule ?? 'error details' }
    return {
      facts: {
        destination: view.text('rbs2-source-queue', 'queue of the endpoint that failed'),
        attempts: attempts && { ...attempts, rule: 'exceptions counted in the details' },
        ...errorFacts({
          errorClass: root ? { value: root.errorClass, ...at } : undefined,
          message: root?.message === undefined ? details : { value: root.message, ...at },
        }),
        stack: details,
      },
    }
  },
}
