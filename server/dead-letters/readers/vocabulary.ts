/** What a header of nobody's standard may be, by its name. `error` is an error in whatever form: text, class, trace. */
export type WordField =
  | 'destination'
  | 'exchange'
  | 'routingKey'
  | 'partition'
  | 'offset'
  | 'errorClass'
  | 'error'
  | 'stack'
  | 'attempts'
  | 'firstAt'
  | 'lastAt'
  | 'consumer'
  | 'reason'

const from = '(?:orig(?:in(?:al)?)?|source|failed|dead-?letter(?:ed)?|dlq|dlt)'
const bad = '(?:error|exception|failure|fault|dlq-error|dead-?letter(?:ed)?)'

/** Tried in this order against names in lower case with dashes; anchored at the end, so `error-rate` is nothing. */
const words: readonly (readonly [WordField, RegExp])[] = [
  ['exchange', new RegExp(`(?:^|-)${from}-?exchange$`)],
  ['routingKey', new RegExp(`(?:^|-)${from}-?routing-?key$`)],
  ['partition', new RegExp(`(?:^|-)${from}-?partition$`)],
  ['offset', new RegExp(`(?:^|-)${from}-?(?:offset|message-?id|entry-?id|stream-?id)$`)],
  [
    'destination',
    new RegExp(`(?:^|-)${from}-?(?:topic|queue|subject|stream|destination|channel|address)(?:-?name)?$`),
  ],
  ['stack', /(?:^|-)(?:stack-?trace|backtrace|traceback|(?:error|exception)-?(?:stack|trace))$/],
  ['errorClass', new RegExp(`(?:^|-)${bad}-?(?:class|type|fqcn|name|kind)(?:-?name)?$`)],
  ['error', new RegExp(`(?:^|-)${bad}-?(?:message|reason|description|details?|cause|text|msg)$`)],
  ['error', /(?:^|-)(?:(?:last-?)?(?:error|exception)|fail(?:ure|ed)-?(?:reason|cause))$/],
  ['firstAt', /(?:^|-)first-?(?:failed|failure|error|exception|death)(?:-?(?:at|time|timestamp|date))?$/],
  [
    'lastAt',
    /(?:^|-)(?:(?:last-?)?(?:failed|failure|error|errored|exception|died|dlq)|dead-?letter(?:ed)?)-?(?:at|on|time|timestamp|date)$/,
  ],
  [
    'attempts',
    /(?:^|-)(?:attempts?|retr(?:y|ies)|deliver(?:y|ies)|times-?delivered)(?:-?(?:count|number|no|made))?$/,
  ],
  ['consumer', /(?:^|-)(?:failed|original|error|dlq)-?(?:consumer|consumer-?group|group|handler|worker)$/],
]

/** Fields of Redis entries are the program's own: shorter names, read only beside one that speaks of a failure. */
const shortWords: readonly (readonly [WordField, RegExp])[] = [
  ['destination', /^(?:origin|source|stream|queue|from)$/],
  ['consumer', /^(?:consumer|group|consumer-?group|worker|handler|service)$/],
  ['reason', /^(?:reason|cause)$/],
  ['errorClass', /^(?:type-of-error|exc-?type|err-?type)$/],
  ['error', /^(?:err|exc|fail-?message)$/],
  ['stack', /^(?:stack|trace)$/],
  ['offset', /^(?:orig|original|source|origin)-?id$/],
]

/** Those that make the rest worth reading: an attempt counter alone stands on many healthy messages. */
const marks: ReadonlySet<WordField> = new Set(['errorClass', 'error', 'stack', 'firstAt', 'lastAt'])

export function isMark(field: WordField): boolean {
  return marks.has(field)
}

/** Messages of one place carry the same few names: what was read once is known. Bounded against hostile names. */
const known = { long: new Map<string, WordField | null>(), short: new Map<string, WordField | null>() }
const maxKnown = 5_000

/** Null for a name that says nothing of a failure. */
export function wordFieldOf(name: string, isShortAllowed: boolean): WordField | null {
  if (name.length > 120) return null
  const memory = isShortAllowed ? known.short : known.long
  const before = memory.get(name)
  if (before !== undefined) return before
  const field = readName(name, isShortAllowed)
  if (memory.size >= maxKnown) memory.clear()
  memory.set(name, field)
  return field
}

function readName(name: string, isShortAllowed: boolean): WordField | null {
  if (name.startsWith('signalbox-')) return null
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const list = isShortAllowed ? [...words, ...shortWords] : words
  return list.find(([, pattern]) => pattern.test(plain))?.[0] ?? null
}
