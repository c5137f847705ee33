import {
  type BrokerConnection,
  BrokerError,
  type BrokerMessage,
  type DeadLetterEdge,
  type DestinationRef,
  encodeRef,
  newCall,
  type PublishTarget,
} from '../brokers/contract/index.ts'
import type { FailureHints, FailureReading, ReadFailure } from '../dead-letters/contract.ts'
import { hintsOf } from '../dead-letters/hints.ts'
import type { KnownTarget, StoredPlan } from './stored-plan.ts'

export const portTimeoutMs = 30_000
const rememberedOrigins = 2000

export type Resolution =
  | { readonly target: PublishTarget; readonly id: string; readonly reading: FailureReading | null }
  | { readonly refused: string }

interface TargetsOptions {
  readonly plan: StoredPlan
  readonly connection: BrokerConnection
  /** Dead-letter topology of the source's broker. */
  readonly edges: readonly DeadLetterEdge[]
  readonly readFailure: ReadFailure
  /** Durable when it resolves. */
  readonly remember: (id: string, target: KnownTarget) => Promise<void>
}

/** Where each message goes, checked with the broker once a destination, and remembered before the first send to it. */
export class Targets {
  readonly #options: TargetsOptions
  readonly #checked = new Map<string, Promise<string | null>>()
  readonly #origins = new Map<string, Promise<PublishTarget | null>>()
  readonly #known: Map<string, KnownTarget>
  readonly #hints: FailureHints
  /** Where everything goes, when a person chose it. */
  readonly #chosen: PublishTarget | null
  /** Where topology leads everything from. */
  readonly #onlyOrigin: PublishTarget | null
  /** Targets that were checked and are remembered, by themselves: asked for with every message. */
  readonly #ready = new WeakMap<PublishTarget, string>()

  constructor(options: TargetsOptions) {
    this.#options = options
    this.#known = new Map(Object.entries(options.plan.targets))
    this.#hints = hintsOf(options.edges, options.plan.source)
    const [only, ...more] = this.#hints.origins ?? []
    this.#onlyOrigin = only && more.length === 0 ? { ref: only } : null
    const { plan } = options
    this.#chosen = plan.chosen ? chosenTarget(plan, plan.chosen) : null
  }

  get known(): ReadonlyMap<string, KnownTarget> {
    return this.#known
  }

  /** Throws only when the broker cannot be asked; what cannot be sent is a refusal. */
  async resolve(message: BrokerMessage): Promise<Resolution> {
    const { plan, readFailure } = this.#options
    const reading = readFailure(plan.kind, message, this.#hints)
    const target = this.#chosen ?? (await this.#originOf(reading))
    if (typeof target === 'string') return { refused: target }
    const ready = this.#ready.get(target)
    if (ready !== undefined) return { target, id: ready, reading }
    const problem = await this.#check(target)
    if (problem !== null) return { refused: problem }
    const id = encodeRef(target.ref)
    if (!this.#known.has(id)) await this.#remember(id, target.ref)
    this.#ready.set(target, id)
    return { target, id, reading }
  }

  async #originOf(reading: FailureReading | null): Promise<PublishTarget | string> {
    const { plan } = this.#options
    const origin = reading?.origin
    if (origin?.destination === undefined) {
      if (this.#onlyOrigin) return this.#onlyOrigin
      return 'Nothing in the message or the topology says where it came from: choose a destination'
    }
    const namespace = origin.namespace ?? plan.source.namespace
    const { destination, partition } = { ...origin, destination: origin.destination }
    const key = JSON.stringify([destination, namespace, partition])
    const target = await once(this.#origins, key, async () => {
      const ref = await this.#findOrigin(destination, namespace)
      return ref && (partition === undefined ? { ref } : { ref, partition })
    })
    return target ?? `Its origin ${destination} does not exist, or nothing can be sent to it`
  }

  async #findOrigin(name: string, namespace: string | undefined): Promise<DestinationRef | null> {
    const { edges, plan } = this.#options
    const named = edges.flatMap((edge) => [edge.from, ...(edge.to ? [edge.to] : [])])
    const types = new Set([
      ...named.filter((ref) => ref.name === name && ref.namespace === namespace).map((ref) => ref.type),
      plan.source.type,
      ...(['queue', 'topic', 'stream'] as const),
    ])
    for (const type of types) {
      const ref = namespace === undefined ? { type, name } : { type, name, namespace }
      if ((await this.#check({ ref })) === null) return ref
    }
    return null
  }

  #check(target: PublishTarget): Promise<string | null> {
    const key = JSON.stringify([encodeRef(target.ref), target.partition, target.routingKey])
    return once(this.#checked, key, async () => {
      const { publish } = this.#options.connection
      if (!publish) return 'Nothing can be published on this broker'
      try {
        await publish.check(target, newCall(portTimeoutMs))
        return null
      } catch (error) {
        if (
          error instanceof BrokerError &&
          ['not_found', 'unsupported', 'bad_request', 'forbidden'].includes(error.code)
        )
          return error.message
        throw error
      }
    })
  }

  async #remember(id: string, ref: DestinationRef): Promise<void> {
    const known = { ref, mark: await this.#markEnd(ref) }
    await this.#options.remember(id, known)
    this.#known.set(id, known)
  }

  /** The end of a log that can be searched later, or null where nothing can be found again. */
  async #markEnd(ref: DestinationRef): Promise<string | null> {
    const verify = this.#options.connection.publish?.verify
    if (!verify) return null
    try {
      return await verify.mark(ref, newCall(portTimeoutMs))
    } catch (error) {
      if (error instanceof BrokerError && ['unsupported', 'bad_request', 'forbidden'].includes(error.code))
        return null
      throw error
    }
  }
}

export function chosenTarget(plan: Pick<StoredPlan, 'input'>, ref: DestinationRef): PublishTarget {
  const routingKey = 'destination' in plan.input.target ? plan.input.target.routingKey : undefined
  return routingKey === undefined ? { ref } : { ref, routingKey }
}

/** Remembers answers, never failures, and not more than fit. */
async function once<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = memory.get(key)
  if (known) return known
  const asked = ask()
  memory.set(key, asked)
  asked.catch(() => memory.delete(key))
  if (memory.size > rememberedOrigins) memory.delete(memory.keys().next().value ?? key)
  return asked
}
