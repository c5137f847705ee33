import type { Failure } from '../../lib/schemas/message.ts'
import type { BrokerMessage } from '../brokers/contract/index.ts'
import type { FailureHints, FailureReading, ReadFailure } from './contract.ts'
import type { EvidenceItem, Fact, Facts, Found, Reader } from './readers/facts.ts'
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
  return readers.flatMap((reader) => {
    const found = reader.read(view)
    return found ? [{ ...found, reader }] : []
  })
}

const placeKeys = ['destination', 'namespace', 'partition', 'offset'] as const
const routeKeys = ['exchange', 'routingKey'] as const
const errorKeys = ['errorClass', 'message', 'stack'] as const
const singleKeys = ['reason', 'attempts', 'firstAt', 'lastAt', 'consumer'] as const

function mergeFacts(matches: readonly Match[]): Facts {
  const all = matches.map((match) => match.facts)
  const merged: Facts = {
    ...pickKeys(all.find((facts) => facts.destination) ?? all.find((facts) => facts.offset), placeKeys),
    ...pickKeys(
      all.find((facts) => facts.exchange ?? facts.routingKey),
      routeKeys,
    ),
    ...pickKeys(all.find((facts) => facts.errorClass) ?? all.find((facts) => facts.message), errorKeys),
  }
  const singles = singleKeys.map((key) => [key, all.find((facts) => facts[key])?.[key]] as const)
  return { ...merged, ...Object.fromEntries(singles.filter(([, fact]) => fact)) }
}

function pickKeys<K extends keyof Facts>(facts: Facts | undefined, keys: readonly K[]): Pick<Facts, K> {
  const pairs = keys.map((key) => [key, facts?.[key]] as const).filter(([, fact]) => fact)
  return Object.fromEntries(pairs) as Pick<Facts, K>
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

function evidenceOf(facts: Facts): EvidenceItem[] {
  return Object.entries(fieldNames).flatMap(([key, field]) => {
    const fact = facts[key as keyof Facts]
    return fact ? [{ field, header: fact.header, rule: fact.rule }] : []
  })
}

function originOf(facts: Facts): FailureReading['origin'] {
  return {
    ...value('destination', facts.destination),
    ...value('namespace', facts.namespace),
    ...value('exchange', facts.exchange),
    ...value('routingKey', facts.routingKey),
    ...value('partition', facts.partition),
    ...value('offset', facts.offset),
  }
}

function failureOf(reader: string, facts: Facts, evidence: EvidenceItem[]): Failure {
  const { namespace: _, ...origin } = originOf(facts)
  return {
    origin,
    reason: facts.reason?.value ?? 'unknown',
    ...value('errorClass', facts.errorClass),
    ...value('message', facts.message),
    ...value('stack', facts.stack),
    ...value('attempts', facts.attempts),
    ...(facts.firstAt ? { firstAt: new Date(facts.firstAt.value).toISOString() } : {}),
    ...(facts.lastAt ? { lastAt: new Date(facts.lastAt.value).toISOString() } : {}),
    ...value('consumer', facts.consumer),
    reader,
    evidence,
  }
}

function value<K extends string, T>(key: K, fact: Fact<T> | undefined): { [P in K]?: T } {
  return fact ? ({ [key]: fact.value } as { [P in K]?: T }) : {}
}

/** All headers of the frameworks that matched; of those without a standard only what was read. */
function failureHeadersOf(message: BrokerMessage, matches: readonly Match[]): string[] {
  const owners = matches.flatMap(({ reader }) => (reader.owns ? [reader.owns] : []))
  const read = new Set(
    matches
      .filter(({ reader }) => !reader.owns)
      .flatMap(({ facts }) => Object.values(facts).map((fact: Fact<unknown> | undefined) => fact?.header)),
  )
  const names = new Set(message.headers.map((header) => header.name))
  return [...names].filter((name) => read.has(name) || owners.some((owns) => owns.test(name)))
}
