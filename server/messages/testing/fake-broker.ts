import { type Permission, permissions } from '../../../lib/domain/permissions.ts'
import type { Effect } from '../../../lib/schemas/ability.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerMessage,
  type BrowsePage,
  type BrowseRequest,
  type Caller,
  type ClaimSession,
  type DestinationRef,
  encodeRef,
  type Facets,
  type FindBroker,
  type Outgoing,
  type PublishOutcome,
  queueMessageId,
} from '../../brokers/contract/index.ts'
import { guardBroker } from '../../brokers/guard.ts'
import { plainTraits } from '../../brokers/testing/plain-traits.ts'

export const queueRef: DestinationRef = { type: 'queue', name: 'orders' }
export const logRef: DestinationRef = { type: 'topic', name: 'events' }
export const queueId = encodeRef(queueRef)
export const logId = encodeRef(logRef)

export function callerWith(granted: readonly Permission[] = permissions): Caller {
  return { actor: 'test', via: 'session', permissions: new Set(granted), auditId: 'a1' }
}

export function messageOf(text: string, more: Partial<BrokerMessage> = {}): BrokerMessage {
  const body = Buffer.from(text, 'utf8')
  return {
    id: queueMessageId(`${text.slice(0, 8)}-`.padEnd(24, 'x').replace(/[^\w-]/g, '_'), 0),
    position: '0',
    key: null,
    body,
    headers: [],
    properties: {},
    timestampMs: 1_700_000_000_000,
    sizeBytes: body.byteLength,
    ...more,
  }
}

const costly: Effect = { code: 'counts-delivery', detail: 'each look counts' }
const free: Effect = { code: 'none', detail: 'no trace' }

/** A queue whose looks cost and a log whose looks do not, in memory, with a place for every fault a test wants. */
export class FakeBroker {
  queue: BrokerMessage[] = []
  log: BrokerMessage[] = []
  looks = 0
  readonly sent: Outgoing[] = []
  readonly reads: BrowseRequest[] = []
  readonly ensured: string[] = []
  pageSize = Number.POSITIVE_INFINITY
  outcomeOf: (outgoing: Outgoing, number: number) => PublishOutcome = (_, number) => ({
    state: 'confirmed',
    detail: 'kept',
    position: String(number),
  })
  onSettle: () => void = () => undefined
  arrivals: AsyncIterable<BrokerMessage> | null = null
  without: readonly (keyof Facets)[] = []

  find: FindBroker = (id) => {
    if (id !== 'fake') throw new BrokerError('not_found', `There is no broker ${id}`)
    const connection: BrokerConnection = { ...this.core(), ...this.facets() }
    for (const name of this.without) Reflect.deleteProperty(connection, name)
    const facts = {
      label: 'Fake',
      environment: 'development',
      mode: 'read-write',
      address: 'nowhere',
    } as const
    return guardBroker({ id, kind: 'sandbox', ...facts }, connection)
  }

  private core(): BrokerConnection {
    const unused = () => Promise.reject(new Error('not in this test'))
    return {
      kind: 'sandbox',
      traits: plainTraits,
      probe: unused,
      listDestinations: unused,
      sample: unused,
      close: unused,
      describeDestination: async (ref) => {
        this.of(ref)
        const effects = [ref.type === 'queue' ? costly : free]
        const none = { level: 'none', reason: 'the fake has none' } as const
        const abilities = Object.fromEntries(this.without.map((name) => [name, none]))
        return {
          ref,
          internal: false,
          abilities: { browse: { level: 'full', effects }, ...abilities },
          sample: { ref, state: 'running', readings: {}, counters: {} },
          parts: { settings: [] },
        }
      },
    }
  }

  private of(ref: DestinationRef): BrokerMessage[] {
    if (ref.name === queueRef.name) return this.queue
    if (ref.name === logRef.name) return this.log
    throw new BrokerError('not_found', `There is no ${ref.name}`)
  }

  private facets(): Facets {
    return {
      browse: {
        read: async (ref, request) => this.read(ref, request),
        get: async (ref, id) => {
          this.looks += 1
          const found = this.of(ref).find((message) => message.id === id)
          if (!found) throw new BrokerError('not_found', 'gone')
          return found
        },
      },
      tail: { follow: () => this.arrivals ?? never() },
      publish: {
        check: async ({ ref }) => {
          if (!ref.name.endsWith('.parked')) this.of(ref)
        },
        openPublisher: async () => ({
          send: async (batch) =>
            batch.map((outgoing) => {
              const outcome = this.outcomeOf(outgoing, this.sent.length)
              this.sent.push(outgoing)
              return outcome
            }),
          close: async () => undefined,
        }),
      },
      claim: {
        shapeOf: (ref) => (ref.type === 'queue' ? 'queue' : 'log'),
        settlesOf: (ref) => (ref.type === 'queue' ? 'removes' : 'marks'),
        count: async (ref) => this.of(ref).length,
        freeze: () => never(),
        effects: async () => [costly],
        open: async (_ref, { select }) => this.claim(select.kind === 'ids' ? select.ids : []),
      },
      purge: {
        purge: async (ref, sink) => {
          let removed = 0
          for (const messages = this.of(ref); messages.length > 0; ) {
            const chunk = messages.slice(0, 2)
            await sink(chunk)
            removed += messages.splice(0, chunk.length).length
          }
          return { removed }
        },
      },
      manage: {
        ensure: async ({ name }) => void this.ensured.push(name),
        removeEmpty: async () => undefined,
      },
      groups: {
        describe: () => Promise.reject(new Error('not in this test')),
        acknowledge: async (_ref, group, ids) => (group === 'workers' ? ids.length : 0),
      },
    }
  }

  private read(ref: DestinationRef, request: BrowseRequest): BrowsePage {
    this.looks += 1
    this.reads.push(request)
    const all = this.of(ref)
    const start = Number(request.cursor ?? 0)
    const messages = all.slice(start, start + Math.min(request.limit, this.pageSize))
    const end = start + messages.length
    const bytes = messages.reduce((sum, message) => sum + message.sizeBytes, 0)
    const isEnd = end >= all.length
    return {
      messages,
      next: isEnd ? null : String(end),
      effects: [ref.type === 'queue' ? costly : free],
      scanned: {
        messages: messages.length,
        bytes,
        ranges: [{ from: String(start), to: String(end) }],
        stoppedBy: isEnd ? 'end' : 'limit',
      },
      problems: [],
    }
  }

  private claim(ids: readonly string[]): ClaimSession {
    const left = this.queue.filter(({ id }) => ids.includes(id))
    return {
      ended: null,
      effects: [costly],
      next: async (max) => left.splice(0, max).map((message) => ({ message, token: null })),
      settle: async (claims, verdict) => {
        this.onSettle()
        if (verdict === 'release') return
        const gone = new Set(claims.map(({ message }) => message.id))
        this.queue = this.queue.filter(({ id }) => !gone.has(id))
      },
      close: async () => undefined,
    }
  }
}

async function* never(): AsyncGenerator<never> {
  await new Promise(() => undefined)
}
