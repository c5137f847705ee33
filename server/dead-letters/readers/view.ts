import type { BrokerKind } from '../../../lib/schemas/broker.ts'
import type { Header } from '../../../lib/schemas/header.ts'
import { type BrokerMessage, decodeUtf8, textOfHeader } from '../../brokers/contract/index.ts'
import type { FailureHints } from '../contract.ts'
import type { EvidenceItem, Fact } from './facts.ts'
import { hexOf, timeOf, wholeNumberOf } from './values.ts'

/** Beyond this a text is cut: it is for a person. */
const maxText = 8_192
const maxStack = 65_536
const maxEnvelopeBytes = 16 * 1024 * 1024

/** Frameworks append (the first is the oldest) or write first (the last is stale): each fact says which it takes. */
export type Pick = 'first' | 'last'

/** A message as readers see it: facts by header name, each with its evidence; what cannot be read is noted, never thrown. */
export class MessageView {
  readonly kind: BrokerKind
  readonly message: BrokerMessage
  readonly hints: FailureHints
  /** Headers that are there but cannot be what they should be. */
  readonly malformed: EvidenceItem[] = []
  readonly #first = new Map<string, Header>()
  /** Only of names that stand there more than once. */
  readonly #last = new Map<string, Header>()
  #json: Record<string, unknown> | null | undefined

  constructor(kind: BrokerKind, message: BrokerMessage, hints: FailureHints) {
    this.kind = kind
    this.message = message
    this.hints = hints
    for (const header of message.headers) {
      if (this.#first.has(header.name)) this.#last.set(header.name, header)
      else this.#first.set(header.name, header)
    }
  }

  get names(): IterableIterator<string> {
    return this.#first.keys()
  }

  has(...names: readonly string[]): boolean {
    for (const name of names) if (this.#first.has(name)) return true
    return false
  }

  header(name: string, pick: Pick = 'last'): Header | undefined {
    const last = pick === 'last' ? this.#last.get(name) : undefined
    return last ?? this.#first.get(name)
  }

  /** Text of the first of these headers that has any. */
  text(names: string | readonly string[], rule: string, pick: Pick = 'last'): Fact<string> | undefined {
    return this.#cut(names, rule, pick, maxText)
  }

  stack(name: string, rule: string, pick: Pick = 'last'): Fact<string> | undefined {
    return this.#cut(name, rule, pick, maxStack)
  }

  #cut(names: string | readonly string[], rule: string, pick: Pick, max: number): Fact<string> | undefined {
    for (const name of typeof names === 'string' ? [names] : names) {
      const header = this.header(name, pick)
      const value = header && textOfHeader(header)
      if (value) return { value: value.slice(0, max), header: name, rule }
    }
    return undefined
  }

  /** A number small enough to be counted with: a partition, attempts. */
  count(name: string, field: string, rule: string, pick: Pick = 'last'): Fact<number> | undefined {
    const found = this.#number(name, field, rule, pick, 2n ** 31n - 1n)
    return found && { ...found, value: Number(found.value) }
  }

  /** A 64-bit number as decimal text: an offset. */
  long(name: string, field: string, rule: string, pick: Pick = 'last'): Fact<string> | undefined {
    const found = this.#number(name, field, rule, pick, 2n ** 63n - 1n)
    return found && { ...found, value: String(found.value) }
  }

  #number(name: string, field: string, rule: string, pick: Pick, max: bigint): Fact<bigint> | undefined {
    const header = this.header(name, pick)
    if (!header) return undefined
    const value = wholeNumberOf(header)
    if (value !== null && value >= 0n && value <= max) return { value, header: name, rule }
    this.#note(field, name, `malformed: ${hexOf(header)}, expected a whole number`)
    return undefined
  }

  time(name: string, field: string, rule: string, pick: Pick = 'last'): Fact<number> | undefined {
    const header = this.header(name, pick)
    if (!header) return undefined
    const value = timeOf(header)
    if (value !== null) return { value, header: name, rule }
    this.#note(field, name, `malformed: ${hexOf(header)}, expected a time`)
    return undefined
  }

  #note(field: string, header: string, rule: string): void {
    this.malformed.push({ field, header, rule })
  }

  /** The body as a JSON object when it is one and holds all of these keys; envelopes are told by them. */
  json(...keys: readonly string[]): Record<string, unknown> | null {
    const body = this.message.body
    if (!body || body.length > maxEnvelopeBytes || !startsWithBrace(body)) return null
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    if (!keys.every((key) => bytes.includes(`"${key}"`))) return null
    this.#json ??= parseObject(decodeUtf8(body))
    const found = this.#json
    return found && keys.every((key) => Object.hasOwn(found, key)) ? found : null
  }

  /** A property of the message that is text: exchange, routingKey … */
  property(name: string): string | undefined {
    const value = this.message.properties[name]
    return typeof value === 'string' ? value : undefined
  }
}

function startsWithBrace(body: Uint8Array): boolean {
  let at = 0
  while (at < 64 && (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09))
    at += 1
  return body[at] === 0x7b
}

/** The object a text spells, or null. */
export function parseObject(text: string | null): Record<string, unknown> | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textAt(object: Record<string, unknown>, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}
