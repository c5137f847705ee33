import { errorFacts } from './error-facts.ts'
import { type Fact, mapFact, type Reader } from './facts.ts'
import type { MessageView } from './view.ts'

const p = 'MT-Fault-'

/** `<queue>_error` holds faults; `<queue>_skipped` what no consumer of the endpoint understands. */
export const masstransitReader: Reader = {
  name: 'masstransit',
  owns: /^MT-(Fault-|Reason$|Host-|Redelivery-Count$)/,
  read(view) {
    if (!view.has('MT-Reason', `${p}ExceptionType`, `${p}Message`)) return null
    const reason = view.text('MT-Reason', 'as MassTransit says')
    const isSkipped = reason?.value === 'dead-letter' && !view.has(`${p}ExceptionType`)
    const error = errorFacts({
      errorClass: view.text(`${p}ExceptionType`, 'class of the exception'),
      message: view.text(`${p}Message`, 'message of the exception'),
      stack: view.stack(`${p}StackTrace`, 'trace of the exception'),
    })
    return {
      facts: {
        destination: originOf(view),
        consumer: view.text(`${p}ConsumerType`, 'consumer that failed'),
        attempts: attemptsOf(view),
        lastAt: view.time(`${p}Timestamp`, 'lastAt', 'time of the fault'),
        ...error,
        reason: isSkipped ? mapFact(reason, () => 'no_consumer') : error.reason,
      },
    }
  },
}

/** The input address ends in the queue's name; without it the error exchange is named after the queue. */
function originOf(view: MessageView): Fact<string> | undefined {
  const address = view.text(`${p}InputAddress`, 'last part of the input address')
  const named = mapFact(address, (uri) => {
    const path = uri.split(/[?#]/, 1)[0] ?? ''
    return decode(path.slice(path.lastIndexOf('/') + 1)) || undefined
  })
  if (named) return named
  const exchange = view.property('exchange')
  const value = exchange && /^(.+)_(?:error|skipped)$/.exec(exchange)?.[1]
  return value ? { value, header: '(exchange)', rule: 'name of the error exchange' } : undefined
}

/** Redelivered messages are retried anew each time, so their attempts cannot be counted from these headers. */
function attemptsOf(view: MessageView): Fact<number> | undefined {
  const redelivered =
    view.count(`${p}RedeliveryCount`, 'attempts', '') ?? view.count('MT-Redelivery-Count', 'attempts', '')
  if (redelivered && redelivered.value > 0) return undefined
  const retries = view.count(`${p}RetryCount`, 'attempts', 'retries and the first attempt')
  return mapFact(retries, (count) => count + 1)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
