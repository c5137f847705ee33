import { BrokerError, type Call, throwIfOver, within } from '../contract/index.ts'
import { type Endpoint, type KafkaOptions, parseEndpoint } from './options.ts'
import type { Api } from './protocol/api.ts'
import { type Metadata, metadataApi } from './protocol/metadata.ts'
import { loadTls } from './protocol/socket.ts'
import { type Security, Wire } from './protocol/wire.ts'

/**
 * Requests on one lane share a connection per broker; a long poll on its own lane holds nobody up. A broker
 * answers in order, and keeps a question for the offsets of a share group while the node that holds them is away (4.3).
 */
export type Lane = 'ask' | 'read' | 'share' | 'times' | `own-${number}`

/** What a sample asks of a cluster; a measurement may answer it from memory. */
export type Brokers = Pick<Cluster, 'any' | 'node' | 'metadata' | 'versionsOf'>

const addressOf = (endpoint: Endpoint) => `${endpoint.host}:${endpoint.port}`

/**
 * The brokers of one cluster and the connections to them. A lost connection is forgotten and opened again
 * by the next request, so healing needs nobody's help.
 */
export class Cluster {
  readonly #bootstrap: readonly Endpoint[]
  readonly #options: KafkaOptions
  readonly #clientId: string
  readonly #wires = new Map<string, Promise<Wire>>()
  #brokers = new Map<number, Endpoint>()
  #good: Endpoint | null = null
  readonly #silent = new Set<string>()
  #lanes = 0
  readonly #ownLanes = new Set<Lane>()
  #closed = false

  constructor(options: KafkaOptions, clientId: string) {
    this.#options = options
    this.#clientId = clientId
    this.#bootstrap = options.bootstrap.map(parseEndpoint)
  }

  /** A lane nobody else uses, to be closed by `closeLane`. */
  ownLane(): Lane {
    const lane: Lane = `own-${++this.#lanes}`
    this.#ownLanes.add(lane)
    return lane
  }

  closeLane(lane: Lane): void {
    this.#ownLanes.delete(lane)
    for (const [key, wire] of this.#wires)
      if (key.startsWith(`${lane} `)) {
        this.#wires.delete(key)
        wire.then(
          (opened) => opened.close(),
          () => undefined,
        )
      }
  }

  /** Asks whichever broker answers, the last good one first. */
  async any<Request, Response>(api: Api<Request, Response>, request: Request, call: Call): Promise<Response> {
    const seen = new Set<string>()
    let last: unknown = new BrokerError('unreachable', 'No broker of this cluster answers')
    for (const endpoint of this.#candidates()) {
      if (seen.has(addressOf(endpoint))) continue
      seen.add(addressOf(endpoint))
      try {
        const answer = await this.#ask(endpoint, 'ask', api, request, call)
        this.#good = endpoint
        this.#silent.delete(addressOf(endpoint))
        return answer
      } catch (error) {
        if (!call.signal.aborted) this.#silent.add(addressOf(endpoint))
        throwIfOver(call)
        if (!(error instanceof BrokerError) || error.code !== 'unreachable' || error.detail?.closed)
          throw error
        last = error
      }
    }
    throw last
  }

  /** A broker that did not answer lately comes last: asked first, it would eat up every deadline. */
  #candidates(): readonly Endpoint[] {
    const all = [...(this.#good ? [this.#good] : []), ...this.#bootstrap, ...this.#brokers.values()]
    const isSilent = (endpoint: Endpoint) => this.#silent.has(addressOf(endpoint))
    return [...all.filter((endpoint) => !isSilent(endpoint)), ...all.filter(isSilent)]
  }

  /** Asks the broker with this id; `unreachable` when the cluster does not know it now. From `onSend` on, the broker may have it. */
  async node<Request, Response>(
    id: number,
    api: Api<Request, Response>,
    request: Request,
    call: Call,
    lane: Lane = 'ask',
    onSend?: () => void,
  ): Promise<Response> {
    if (!this.#brokers.has(id)) await this.metadata([], call)
    const endpoint = this.#brokers.get(id)
    if (!endpoint) throw new BrokerError('unreachable', `Broker ${id} is not in the cluster now`)
    return this.#ask(endpoint, lane, api, request, call, onSend)
  }

  /** Live metadata: `null` for every topic, `[]` for the brokers alone. Bad rows carry their error codes. */
  async metadata(topics: readonly string[] | null, call: Call, withOperations = false): Promise<Metadata> {
    const metadata = await this.any(metadataApi, { topics, withOperations }, call)
    this.#brokers = new Map(metadata.brokers.map((broker) => [broker.id, broker]))
    return metadata
  }

  /** What the broker that answers says about itself. */
  async versions(call: Call): Promise<Wire['versions']> {
    await this.metadata([], call)
    const wire = this.#good ? await within(call, this.#open(this.#good, 'ask')) : null
    return wire?.versions ?? { error: 0, apis: [], features: new Map() }
  }

  /** What this broker said of itself when we connected to it; null while there is no connection. Asks nothing. */
  async versionsOf(id: number): Promise<Wire['versions'] | null> {
    const endpoint = this.#brokers.get(id)
    const wire = endpoint && this.#wires.get(`ask ${addressOf(endpoint)}`)
    return wire
      ? wire.then(
          (opened) => opened.versions,
          () => null,
        )
      : null
  }

  close(): void {
    this.#closed = true
    for (const wire of this.#wires.values())
      wire.then(
        (opened) => opened.close(),
        () => undefined,
      )
    this.#wires.clear()
  }

  async #ask<Request, Response>(
    endpoint: Endpoint,
    lane: Lane,
    api: Api<Request, Response>,
    request: Request,
    call: Call,
    onSend?: () => void,
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const wire = await within(call, this.#open(endpoint, lane))
      const version = wire.versionOf(api as Api<never, unknown>)
      if (version === null)
        throw new BrokerError(
          'unsupported',
          `${api.name} is not offered by ${wire.address} in a known version`,
        )
      const sentAt = Date.now()
      onSend?.()
      try {
        return await within(call, wire.request(api, version, request), () => {
          // Silent since we asked and out of time: half-open perhaps. The next call opens a new one.
          if (!call.signal.aborted && wire.heardAt < sentAt) wire.close('no answer in time')
        })
      } catch (error) {
        const lost = error instanceof BrokerError && error.detail?.lost === true
        if (!lost || attempt > 1 || api.key === produceKey) throw error
      }
    }
  }

  #open(endpoint: Endpoint, lane: Lane): Promise<Wire> {
    if (this.#closed || (lane.startsWith('own-') && !this.#ownLanes.has(lane)))
      return Promise.reject(
        new BrokerError('unreachable', 'This connection is closed', { detail: { closed: true } }),
      )
    const key = `${lane} ${addressOf(endpoint)}`
    const existing = this.#wires.get(key)
    if (existing) return existing
    const isCurrent = () => this.#wires.get(key) === opening
    const forget = () => {
      if (isCurrent()) this.#wires.delete(key)
    }
    const opening = (async () => {
      const wire = await Wire.open(endpoint, this.#security(), this.#clientId)
      wire.onClose(forget)
      if (wire.closed) forget()
      if (!isCurrent()) wire.close()
      if (Number.isFinite(wire.expiresAt)) {
        const renew = setTimeout(
          () => {
            forget()
            wire.retire()
          },
          Math.max(0, wire.expiresAt - Date.now()),
        ).unref()
        wire.onClose(() => clearTimeout(renew))
      }
      return wire
    })()
    this.#wires.set(key, opening)
    opening.catch(forget)
    return opening
  }

  #security(): Security {
    const { tls, sasl } = this.#options
    return { tls: loadTls(tls), sasl: sasl ? { ...sasl } : null }
  }
}

/** A produce request is repeated by the publisher alone, which knows what that means. */
const produceKey = 0
