import { errorFacts } from './error-facts.ts'
import type { Reader } from './facts.ts'
import { splitCause } from './root-cause.ts'

/** The names this destination's mapping in the configuration gives. */
export const configuredReader: Reader = {
  name: 'configured',
  owns: null,
  read(view) {
    const { cause, attempts, origin } = view.hints.fields ?? {}
    const message = cause === undefined ? undefined : view.text(cause, 'configured as the cause')
    const tries =
      attempts === undefined ? undefined : view.count(attempts, 'attempts', 'configured as the attempts')
    const destination = origin === undefined ? undefined : view.text(origin, 'configured as the origin')
    if (!message && !tries && !destination) return null
    const split = message && splitCause(message.value)
    const at = message && { header: message.header, rule: `configured as the cause, ${split?.rule}` }
    return {
      facts: {
        destination,
        attempts: tries,
        ...errorFacts(
          split && at
            ? {
                errorClass: { value: split.errorClass, ...at },
                message: split.message === undefined ? undefined : { value: split.message, ...at },
              }
            : { message },
        ),
      },
    }
  },
}
