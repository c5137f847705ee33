import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Header } from '../../../../lib/schemas/header.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerErrorCode,
  type BrokerMessage,
  type BrowseRequest,
  type DestinationRef,
  newCall,
  type Outgoing,
  textHeader,
} from '../../contract/index.ts'
import type { Flavour, RawDelivery, RawMessage } from '../harness.ts'

/** What every case of a flavour works with; one connection for all of them. */
export interface Context {
  readonly connection: () => BrokerConnection
  readonly flavour: Flavour
}

export const call = (timeoutMs = 20_000) => newCall(timeoutMs)

/** Time for an event loop shared with servers on two cores, on top of what the contract allows. */
export const scheduleMarginMs = 250

export const uniqueName = (what: string) => `suite-${what}-${randomBytes(4).toString('hex')}`

export function rawMessage(text: string, flavour: Flavour): RawMessage {
  return {
    key: flavour.carries.key ? Buffer.from(`key-${text}`) : null,
    body: Buffer.from(JSON.stringify({ text, pad: 'x'.repeat(40) })),
    headers: [textHeader('seed', text)],
  }
}

export const seeds = (count: number, flavour: Flavour, prefix = 'm') =>
  Array.from({ length: count }, (_, index) => rawMessage(`${prefix}${index}`, flavour))

/** Creates a destination for one case and removes it whatever happens. */
export async function withDestination<T>(
  flavour: Flavour,
  what: string,
  work: (ref: DestinationRef) => Promise<T>,
  options?: { partitions?: number },
): Promise<T> {
  const ref = await flavour.create(uniqueName(what), options)
  try {
    return await work(ref)
  } finally {
    await flavour.destroy(ref)
  }
}

export const bytesOf = (value: Uint8Array | null) =>
  value === null ? null : Buffer.from(value).toString('hex')
export const bodiesOf = (messages: readonly { body: Uint8Array | null }[]) =>
  messages.map((message) => bytesOf(message.body))

/** What of a message was published, comparable, without what the broker adds on delivery. */
export function essence(
  message: RawMessage | RawDelivery | BrokerMessage,
  headers: readonly Header[],
  flavour: Flavour,
) {
  return {
    key: flavour.carries.key ? bytesOf(message.key) : null,
    body: bytesOf(message.body),
    headers: headers
      .filter((header) => !flavour.carries.added.includes(header.name))
      .map(({ name, type, value }) => ({ name, type, value })),
  }
}

export function expectShown(message: BrokerMessage, raw: RawMessage, flavour: Flavour): void {
  const shown = flavour.shows?.(raw) ?? raw.headers
  expect(essence(message, message.headers, flavour)).toEqual(essence(raw, shown, flavour))
}

/** Pages through everything from `oldest`. */
export async function readAll(
  connection: BrokerConnection,
  ref: DestinationRef,
  request: Partial<BrowseRequest> = {},
): Promise<BrokerMessage[]> {
  const browse = facetOf(connection, 'browse')
  const found: BrokerMessage[] = []
  let cursor: string | undefined
  do {
    const from = cursor === undefined ? { from: request.from ?? { kind: 'oldest' as const } } : { cursor }
    const page = await browse.read(
      ref,
      { limit: 1000, maxBytes: 32 << 20, ...request, from: undefined, ...from },
      call(),
    )
    found.push(...page.messages)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && found.length < 100_000)
  return found
}

/** The facet, or a failure that says it is missing. */
export function facetOf<
  K extends 'browse' | 'tail' | 'publish' | 'claim' | 'purge' | 'manage' | 'groups' | 'offsets',
>(connection: BrokerConnection, name: K): NonNullable<BrokerConnection[K]> {
  const facet = connection[name]
  if (facet === undefined) throw new Error(`the connection has no ${name} facet`)
  return facet
}

export async function expectBrokerError(
  work: Promise<unknown>,
  codes: readonly BrokerErrorCode[],
): Promise<BrokerError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if (!('error' in outcome)) throw new Error(`expected ${codes.join('|')}, but the call succeeded`)
  if (!(outcome.error instanceof BrokerError))
    throw new Error(`expected a BrokerError, got ${String(outcome.error)}`, { cause: outcome.error })
  expect(codes, outcome.error.message).toContain(outcome.error.code)
  return outcome.error
}

/** Milliseconds until `work` settled, either way. */
export async function timeToSettle(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work.catch(() => undefined)
  return performance.now() - startedAt
}

/** Tries until it does not throw, or fails with the last error. */
export async function eventually<T>(timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  const endAt = Date.now() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > endAt) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** Publishes through the driver to the destination itself, one batch. */
export async function publishAll(
  connection: BrokerConnection,
  ref: DestinationRef,
  messages: readonly RawMessage[],
) {
  const publisher = await facetOf(connection, 'publish').openPublisher(call())
  try {
    return await publisher.send(
      messages.map((message) => outgoing(ref, message)),
      call(),
    )
  } finally {
    await publisher.close()
  }
}

export function outgoing(ref: DestinationRef, message: RawMessage): Outgoing {
  return { target: { ref }, message: { ...message, properties: {}, timestampMs: null, from: null } }
}
