import { errorFacts } from './error-facts.ts'
import { mapFact, type Reader } from './facts.ts'

const p = 'NServiceBus.'
const info = `${p}ExceptionInfo.`

/** What ServiceControl strips before a retry, it strips here too. */
export const nservicebusReader: Reader = {
  name: 'nservicebus',
  owns: /^(NServiceBus\.(ExceptionInfo\.|FailedQ|TimeOfFailure|Retries|FLRetries)|ServiceControl\.EditOf)/,
  read(view) {
    if (!view.has(`${p}FailedQ`, `${info}ExceptionType`, `${p}TimeOfFailure`)) return null
    const failedQ = view.text(`${p}FailedQ`, 'queue of the endpoint that failed')
    return {
      facts: {
        // MSMQ addresses are `queue@machine`.
        destination: mapFact(failedQ, (address) => address.split('@', 1)[0] || undefined),
        consumer: view.text(`${p}ProcessingEndpoint`, 'endpoint that failed'),
        lastAt: view.time(`${p}TimeOfFailure`, 'lastAt', 'time of the last failure'),
        ...errorFacts({
          errorClass: view.text(`${info}ExceptionType`, 'class of the exception'),
          causeClass: view.text(`${info}InnerExceptionType`, 'class of its cause'),
          message: view.text(`${info}Message`, 'message of the exception'),
          stack: view.stack(`${info}StackTrace`, 'trace of the exception'),
        }),
      },
    }
  },
}
