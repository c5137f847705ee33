import { errorFacts } from './error-facts.ts'
import type { Fact, Found, Reader } from './facts.ts'
import { timeOfText } from './values.ts'
import { isObject, type MessageView, textAt } from './view.ts'

/**
 * Sneakers and Kicks (Ruby). The envelope: a body of JSON with the message in `payload` (base64), its headers
 * lost. Newer handlers leave the body alone and write the same record into the header `retry_info`.
 */
export const sneakersReader: Reader = {
  name: 'sneakers',
  owns: /^retry_info$/,
  kinds: ['rabbitmq', 'sandbox'],
  read(view) {
    const body = view.json('error', 'num_attempts', 'failed_at', 'payload')
    const payload = body ? decodeBase64(textAt(body, 'payload')) : null
    if (body && payload) {
      const { headers, properties } = view.message
      const unwrapped = { body: payload, headers, properties }
      return { facts: factsOf(view, body, 'body'), unwrapped }
    }
    const info = newestInfo(view)
    return info && { facts: factsOf(view, info, 'retry_info') }
  },
}

function factsOf(view: MessageView, record: Record<string, unknown>, from: string): Found['facts'] {
  const fact = (key: string, rule: string): Fact<string> | undefined => {
    const value = textAt(record, key)
    return value === undefined ? undefined : { value: value.slice(0, 8_192), header: `${from}.${key}`, rule }
  }
  const at = timeOfText(textAt(record, 'failed_at') ?? '')
  const attempts = record.num_attempts
  const trace = Array.isArray(record.backtrace)
    ? record.backtrace.filter((line) => typeof line === 'string')
    : []
  return {
    destination: originOf(view),
    attempts:
      typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts > 0 && attempts < 2 ** 31
        ? { value: attempts, header: `${from}.num_attempts`, rule: 'attempts counted by the handler' }
        : undefined,
    lastAt: at === null ? undefined : { value: at, header: `${from}.failed_at`, rule: 'time of the failure' },
    ...errorFacts({
      errorClass: fact('error_class', 'class of the exception'),
      message: fact('error_message', 'message of the exception') ?? fact('error', 'text of the error'),
    }),
    stack:
      trace.length > 0
        ? { value: trace.join('\n').slice(0, 65_536), header: `${from}.backtrace`, rule: 'first frames' }
        : undefined,
  }
}

/** The error exchange is `<queue>-error`. */
function originOf(view: MessageView): Fact<string> | undefined {
  const value = /^(.+)-error$/.exec(view.property('exchange') ?? '')?.[1]
  return value ? { value, header: '(exchange)', rule: 'name of the error exchange' } : undefined
}

function newestInfo(view: MessageView): Record<string, unknown> | null {
  const header = view.stack('retry_info', 'record of the handler')
  if (!header) return null
  try {
    const parsed: unknown = JSON.parse(header.value)
    const newest: unknown = Array.isArray(parsed) ? parsed[0] : parsed
    return isObject(newest) && 'num_attempts' in newest ? newest : null
  } catch {
    return null
  }
}

/** Ruby's encode64 breaks lines. */
function decodeBase64(text: string | undefined): Buffer | null {
  const packed = text?.replace(/\s/g, '')
  return packed && /^[A-Za-z0-9+/]+={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : null
}
