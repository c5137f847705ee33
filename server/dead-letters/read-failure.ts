import type { Failure } from '../../lib/schemas/message.ts'
import type { BrokerMessage } from '../brokers/contract/index.ts'
import type { FailureHints, FailureReading, ReadFailure } from './contract.ts'
import type { EvidenceItem, Facts, Found, Reader } from './readers/facts.ts'
import { genericReader, redisReader } from './readers/generic.ts'
import { knownReaders } from './readers/index.ts'
import { MessageView } from './readers/view.ts'

interface Match extends Found {
  readonly reader: Reader
}

/**
 * What a message says of its own death. Several may have written: the framework the error, the broker the
 * origin and the counts. The first in order of trust that knows a value gives it; where it came from is taken
 * whole from one of them, never mixed.
 */
export const readFailure: ReadFailure = (kind, message, hints = {}) => {
  const view = new MessageView(kind, message, hints)
  const matches = matchReaders(view)
  const [first] = matches
  if (!first) return null
  const facts = addKnownOrigin(mergeFacts(matches), hints)
  const evidence = [...evidenceOf(facts), ...view.malformed]
  const unwrapped = matches.find((match) => match.unwrapped)?.unwrapped
  return {
    failure: failureOf(first.reader.name, facts, evidence),
    failureHeaders: failureHeadersOf(message, matches),
    origin: originOf(facts),
    ...(unwrapped ? { unwrapped } : {}),
  }
}

function matchReaders(view: MessageView): Match[] {
  const known = tryReaders(view, knownReaders)
  if (known.some((match) => match.facts.errorClass ?? match.facts.message ?? match.unwrapped)) return known
  return [...known, ...tryReaders(view, [redisReader, genericReader]).slice(0, 1)]
}

function tryReaders(view: MessageView, readers: readonly Reader[]): Match[] {
  const matches: Match[] = []
  for (const reader of readers) {
    if (reader.kinds && !reader.kinds.includes(view.kind)) continue
    const found = reader.read(view)
    if (found) matches.push({ ...found, reader })
  }
  return matches
}

const placeKeys = ['destination', 'namespace', 'partition', 'offset'] as const
const routeKeys = ['exchange', 'routingKey'] as const
const errorKeys = ['errorClass', 'message', 'stack'] as const
const singleKeys = ['reason', 'attempts', 'firstAt', 'lastAt', 'consumer'] as const

function mergeFacts(matches: readonly Match[]): Facts {
  const merged: { -readonly [K in keyof Facts]: Facts[K] } = {}
  const take = (keys: readonly (keyof Facts)[], isSource: (facts: Facts) => unknown) => {
    const facts = matches.find((match) => isSource(match.facts))?.facts
    if (facts) for (const key of keys) Object.assign(merged, facts[key] && { [key]: facts[key] })
  }
  take(placeKeys, (facts) => facts.destination)
  if (!merged.destination) take(placeKeys, (facts) => facts.offset)
  take(routeKeys, (facts) => facts.exchange ?? facts.routingKey)
  take(errorKeys, (facts) => facts.errorClass)
  if (!merged.errorClass) take(errorKeys, (facts) => facts.message ?? facts.stack)
  for (const key of singleKeys) take([key], (facts) => facts[key])
  return merged
}

/** The topology's one origin stands in where the message names none. */
function addKnownOrigin(facts: Facts, hints: FailureHints): Facts {
  const [only, ...more] = hints.origins ?? []
  if (facts.destination || !only || more.length > 0) return facts
  const at = { header: '(topology)', rule: 'the only destination whose rejects come here' }
  return {
    ...facts,
    destination: { value: only.name, ...at },
    ...(only.namespace === undefined ? {} : { namespace: { value: only.namespace, ...at } }),
  }
}

const fieldNames: Readonly<Record<keyof Facts, string>> = {
  destination: 'origin.destination',
  namespace: 'origin.namespace',
  partition: 'origin.partition',
  offset: 'origin.offset',
  exchange: 'origin.exchange',
  routingKey: 'origin.routingKey',
  reason: 'reason',
  errorClass: 'errorClass',
  message: 'message',
  stack: 'stack',
  attempts: 'attempts',
  firstAt: 'firstAt',
  lastAt: 'lastAt',
  consumer: 'consumer',
}

const fields = Object.entries(fieldNames) as [keyof Facts, string][]

function evidenceOf(facts: Facts): EvidenceItem[] {
  const evidence: EvidenceItem[] = []
  for (const [key, field] of fields) {
    const fact = facts[key]
    if (fact) evidence.push({ field, header: fact.header, rule: fact.rule })
  }
  return evidence
}

type Origin = FailureReading['origin']

function originOf(facts: Facts): Origin {
  const origin: { -readonly [K in keyof Origin]: Origin[K] } = {}
  const { destination, namespace, exchange, routingKey, partition, offset } = facts
  if (destination) origin.destination = destination.value
  if (namespace) origin.namespace = namespace.value
  if (exchange) origin.exchange = exchange.value
  if (routingKey) origin.routingKey = routingKey.value
  if (partition) origin.partition = partition.value
  if (offset) origin.offset = offset.value
  return origin
}

function failureOf(reader: string, facts: Facts, evidence: EvidenceItem[]): Failure {
  const { namespace: _, ...origin } = originOf(facts)
  const failure: Failure = { origin, reason: facts.reason?.value ?? 'unknown', reader, evidence }
  const { errorClass, message, stack, attempts, firstAt, lastAt, consumer } = facts
  if (errorClass) failure.errorClass = errorClass.value
  if (message) failure.message = message.value
  if (stack) failure.stack = stack.value
  if (attempts) failure.attempts = attempts.value
  if (firstAt) failure.firstAt = new Date(firstAt.value).toISOString()
  if (lastAt) failure.lastAt = new Date(lastAt.value).toISOString()
  if (consumer) failure.consumer = consumer.value
  return failure
}

/** All headers of the frameworks that matched; of those without a standard only what was read. */
function failureHeadersOf(message: BrokerMessage, matches: readonly Match[]): string[] {
  const owners: RegExp[] = []
  const read = new Set<string>()
  for (const { reader, facts } of matches) {
    if (reader.owns) owners.push(reader.owns)
    else for (const [key] of fields) read.add(facts[key]?.header ?? '')
  }
  const names = new Set<string>()
  for (const { name } of message.headers)
    if ((name !== '' && read.has(name)) || owners.some((owns) => owns.test(name))) names.add(name)
  return [...names]
}
