import { errorFacts } from './error-facts.ts'
import type { Fact, Reader } from './facts.ts'
import { timeOfText } from './values.ts'
import { isObject, type MessageView, textAt } from './view.ts'

const p = 'X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\'
const names = {
  error: `${p}ErrorDetailsStamp`,
  again: `${p}RedeliveryStamp`,
  sent: `${p}SentToFailureTransportStamp`,
}

/** Symfony Messenger with its JSON serializer: stamps as JSON arrays, the newest last. PHP-serialized ones stay opaque. */
export const symfonyReader: Reader = {
  name: 'symfony-messenger',
  owns: /^X-Message-Stamp-Symfony\\Component\\Messenger\\Stamp\\(ErrorDetails|Redelivery|SentToFailureTransport|Delay)Stamp$/,
  read(view) {
    if (!view.has(names.error, names.sent)) return null
    const [error, again, sent] = [
      stampOf(view, names.error),
      stampOf(view, names.again),
      stampOf(view, names.sent),
    ]
    const text = (stamp: Record<string, unknown> | null, key: string, header: string, rule: string) => {
      const value = stamp ? textAt(stamp, key) : undefined
      return value === undefined ? undefined : { value: value.slice(0, 8_192), header, rule }
    }
    const at = again ? timeOfText(textAt(again, 'redeliveredAt') ?? '') : null
    return {
      facts: {
        consumer: text(sent, 'originalReceiverName', names.sent, 'transport it was read from'),
        attempts: attemptsOf(again),
        lastAt: at === null ? undefined : { value: at, header: names.again, rule: 'last redelivery' },
        ...errorFacts({
          errorClass: text(error, 'exceptionClass', names.error, 'class of the exception'),
          message: text(error, 'exceptionMessage', names.error, 'message of the exception'),
        }),
      },
    }
  },
}

function attemptsOf(stamp: Record<string, unknown> | null): Fact<number> | undefined {
  const count = stamp?.retryCount
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0 || count > 1e9) return undefined
  return { value: count + 1, header: names.again, rule: 'retries and the first attempt' }
}

function stampOf(view: MessageView, name: string): Record<string, unknown> | null {
  const header = view.stack(name, 'stamp')
  if (!header) return null
  try {
    const stamps: unknown = JSON.parse(header.value)
    const last: unknown = Array.isArray(stamps) ? stamps.at(-1) : null
    return isObject(last) ? last : null
  } catch {
    return null
  }
}
