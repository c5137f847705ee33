import type { z } from 'zod'
import type { Abilities } from '../../../lib/schemas/ability.ts'
import type { BrokerKind } from '../../../lib/schemas/broker.ts'
import type { Call } from './call.ts'
import type { Diagnosis } from './diagnosis.ts'
import type {
  BrowseFacet,
  ClaimFacet,
  ConnectionsFacet,
  DeadLettersFacet,
  GroupsFacet,
  ManageFacet,
  OffsetsFacet,
  PublishFacet,
  PurgeFacet,
  SandboxFacet,
  TailFacet,
} from './facets.ts'
import type { BrokerForm } from './form.ts'
import type { DestinationRef } from './ref.ts'
import type { DestinationDescription, DestinationPage, Probe, Sample } from './snapshot.ts'

/** The optional abilities of a connection. Holding the facet is the capability. */
export interface Facets {
  readonly browse?: BrowseFacet | undefined
  readonly tail?: TailFacet | undefined
  readonly publish?: PublishFacet | undefined
  readonly claim?: ClaimFacet | undefined
  readonly purge?: PurgeFacet | undefined
  readonly manage?: ManageFacet | undefined
  readonly groups?: GroupsFacet | undefined
  readonly offsets?: OffsetsFacet | undefined
  readonly connections?: ConnectionsFacet | undefined
  readonly deadLetters?: DeadLettersFacet | undefined
  readonly sandbox?: SandboxFacet | undefined
}

/** What holds for every broker of a kind; asked by whoever moves or names messages without knowing the kind. */
export interface KindTraits {
  /** The product, as people call it. */
  readonly product: string
  /** Messages have a key of their own. */
  readonly carriesKey: boolean
  /** A message is a list of fields and nothing else: between two such kinds a copy takes nothing away. */
  readonly isFields: boolean
  /** Headers the broker writes and acts upon itself: they belong to the message that lies there, not to its copy. A `*` at the end stands for any rest. */
  readonly ownHeaders: readonly string[]
}

/** What every driver does. Nothing here shows a type of a client library. */
export interface BrokerConnection extends Facets {
  readonly kind: BrokerKind
  readonly traits: KindTraits
  /** Version, identity, and what these credentials may do. Also the liveness check: cheap, and real. */
  probe(call: Call): Promise<Probe>
  /** Name-sorted structure in pages of at most `limit`; a refused part is a problem, not an error. */
  listDestinations(
    request: { readonly cursor?: string | undefined; readonly limit: number },
    call: Call,
  ): Promise<DestinationPage>
  describeDestination(ref: DestinationRef, call: Call): Promise<DestinationDescription>
  /** Readings of everything in few batched requests; `watched` destinations as fresh as the broker can. */
  sample(watched: readonly DestinationRef[], call: Call): Promise<Sample>
  /** Samples of up to a day that the broker itself remembers, oldest first, told once; absent where it remembers none. */
  past?(call: Call): Promise<readonly Sample[]>
  /** Within 2 s, whatever is open. */
  close(): Promise<void>
}

/** Small and durable, per broker: the driver's own look counts and the like. */
export interface Notes {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

export interface DriverDeps {
  /** The broker's id in the configuration, for client names. */
  readonly brokerId: string
  readonly notes: Notes
  readonly log: Log
  readonly now: () => number
}

/** One sort of destination with what it can do, under credentials that may do everything. */
export interface Support {
  /** As in "RabbitMQ stream", without the kind: "stream". */
  readonly sort: string
  readonly abilities: Abilities
  /** The same under settings that take something away, each with its reason. */
  readonly refusals?: readonly Abilities[] | undefined
}

export interface Driver<Options> {
  readonly kind: BrokerKind
  readonly label: string
  readonly options: z.ZodType<Options>
  /** Opens nothing yet: the first call connects, and the connection heals by itself after a loss. Loads client libraries lazily. */
  connect(options: Options, deps: DriverDeps): Promise<BrokerConnection>
  /** Where a server of this kind listens when nobody chose otherwise, and the options (as a person writes them) that reach it there. */
  readonly standard?: { readonly port: number; optionsAt(host: string): Record<string, unknown> } | undefined
  /** What the README's table says of this kind: answers of the functions the connection itself asks. */
  support(): Promise<readonly Support[]>
  /** host:port for people, without secrets. */
  addressOf(options: Options): string
  /** What a person is asked for to add one. A kind without a form is never added by hand, and is not tested. */
  readonly form?: BrokerForm<Options> | undefined
  /** Tries these options step by step, changes nothing, and throws only when the call is abandoned. */
  readonly diagnose?: ((options: Options, deps: DriverDeps, call: Call) => Promise<Diagnosis>) | undefined
}

export function defineDriver<Options>(driver: Driver<Options>): Driver<Options> {
  return driver
}
