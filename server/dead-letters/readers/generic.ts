import { type FailureReason, failureReasonSchema } from '../../../lib/schemas/message.ts'
import { errorFacts } from './error-facts.ts'
import { type Fact, type Facts, mapFact, type Reader } from './facts.ts'
import { rootCauseOf, splitCause } from './root-cause.ts'
import type { MessageView } from './view.ts'
import { isMark, type WordField, wordFieldOf } from './vocabulary.ts'

/** Names nobody standardised, read by their words. Runs when no framework's reader knew the error. */
export const genericReader: Reader = {
  name: 'generic',
  owns: null,
  read: (view) => readWords(view, false),
}

/**
 * Redis has no standard: fields such as `error`, `attempts`, `origin`, `failed_at`, and those that EggAI and
 * others prefix with `_dlq_`, in the entry or in its JSON body.
 */
export const redisReader: Reader = {
  name: 'redis',
  owns: null,
  kinds: ['redis'],
  read: (view) => readWords(view, true) ?? readEggAi(view),
}

function readWords(view: MessageView, isShortAllowed: boolean): { facts: Facts } | null {
  const byField = new Map<WordField, string>()
  for (const name of view.names) {
    const field = wordFieldOf(name, isShortAllowed)
    if (field && !byField.has(field)) byField.set(field, name)
  }
  const hasMark = [...byField].some(([field, name]) => isMark(field) && view.text(name, '') !== undefined)
  const isMoved = isShortAllowed && byField.has('reason') && byField.has('attempts')
  if (!hasMark && !isMoved) return null
  const text = (field: WordField) => {
    const name = byField.get(field)
    return name === undefined ? undefined : view.text(name, 'by its name')
  }
  const number = <T>(field: WordField, read: (name: string) => Fact<T> | undefined) => {
    const name = byField.get(field)
    return name === undefined ? undefined : read(name)
  }
  const error = text('error') ?? text('reason')
  const stated = mapFact(text('reason') ?? error, wordOf)
  const facts = errorOf(text('errorClass'), error, stackOf(view, byField.get('stack')))
  return {
    facts: {
      destination: text('destination'),
      exchange: text('exchange'),
      routingKey: text('routingKey'),
      partition: number('partition', (name) => view.count(name, 'origin.partition', 'by its name')),
      offset: offsetOf(view, byField.get('offset')),
      consumer: text('consumer'),
      attempts: number('attempts', (name) => view.count(name, 'attempts', 'by its name')),
      firstAt: number('firstAt', (name) => view.time(name, 'firstAt', 'by its name')),
      lastAt: number('lastAt', (name) => view.time(name, 'lastAt', 'by its name')),
      ...facts,
      reason: stated ?? facts.reason,
    },
  }
}

function errorOf(
  errorClass: Fact<string> | undefined,
  error: Fact<string> | undefined,
  stack: Fact<string> | undefined,
): ReturnType<typeof errorFacts> {
  // A whole trace in one field: its frames are shown, its root counts.
  const isTrace = !stack && error?.value.includes('\n') && rootCauseOf(error.value) !== null
  if (isTrace) return errorFacts({ errorClass, stack: error })
  const split = error && !errorClass ? splitCause(error.value) : null
  if (!split || !error) return errorFacts({ errorClass, message: error, stack })
  const at = { header: error.header, rule: split.rule }
  const message = split.message === undefined ? undefined : { value: split.message, ...at }
  return errorFacts({ errorClass: { value: split.errorClass, ...at }, message, stack })
}

function stackOf(view: MessageView, name: string | undefined): Fact<string> | undefined {
  return name === undefined ? undefined : view.stack(name, 'by its name')
}

/** An offset, or a Redis entry id. */
function offsetOf(view: MessageView, name: string | undefined): Fact<string> | undefined {
  if (name === undefined) return undefined
  const text = view.text(name, 'by its name')
  if (text && /^\d{1,20}-\d{1,20}$/.test(text.value)) return text
  return /id$/i.test(name) ? undefined : view.long(name, 'origin.offset', 'by its name')
}

/** A reason written as one of the known words: `expired`, `max_deliveries` … */
function wordOf(text: string): FailureReason | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  const known = failureReasonSchema.safeParse(word)
  if (known.success) return known.data
  return /^(max(imum)?_(deliveries|retries|attempts)(_(exceeded|reached))?|(retries|attempts)_exhausted)$/.test(
    word,
  )
    ? 'delivery_limit'
    : undefined
}

/** EggAI writes `_dlq_source`, `_dlq_handler`, `_dlq_at`, `_dlq_reason`, `_dlq_retries` into the JSON body. */
function readEggAi(view: MessageView): { facts: Facts } | null {
  const body = view.json('_dlq_source')
  if (!body) return null
  const bodyField = String(view.message.properties.bodyField ?? 'body')
  const fact = (key: string, rule: string): Fact<string> | undefined => {
    const value = body[key]
    if (typeof value !== 'string' || value === '') return undefined
    return { value: value.slice(0, 8_192), header: `${bodyField}.${key}`, rule }
  }
  const reason = fact('_dlq_reason', 'as the program says')
  const retries = body._dlq_retries
  const isCount =
    typeof retries === 'number' && Number.isSafeInteger(retries) && retries >= 0 && retries < 1e9
  return {
    facts: {
      destination: fact('_dlq_source', 'channel it was read from'),
      consumer: fact('_dlq_handler', 'handler that failed'),
      attempts: isCount
        ? { value: retries, header: `${bodyField}._dlq_retries`, rule: 'retries counted by the program' }
        : undefined,
      ...errorOf(undefined, reason, undefined),
    },
  }
}
