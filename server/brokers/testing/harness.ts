import type { Header } from '../../../lib/schemas/header.ts'
import type { BrokerConnection, DestinationRef, DriverDeps } from '../contract/index.ts'

/** What this broker kind does not have, and why. The suite then asserts that the driver says the same. */
export interface None {
  readonly none: string
}

export function none(reason: string): None {
  return { none: reason }
}

export function isNone(value: unknown): value is None {
  return typeof value === 'object' && value !== null && 'none' in value
}

/** What is seeded with the raw client. Redis: `headers` are the entry's fields without the body field. */
export interface RawMessage {
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  readonly headers: readonly Header[]
}

/** What a raw client's own reader got, with what the broker told about earlier deliveries. */
export interface RawDelivery extends RawMessage {
  /** AMQP's flag; absent where the broker has none. */
  readonly redelivered?: boolean | undefined
  /** Deliveries the broker counted before this one; absent where it counts none. */
  readonly deliveries?: number | undefined
}

export interface SeededGroup {
  readonly name: string
  /** The raw client's own arithmetic, a row for every partition; `lag` null where there is no commit. */
  readonly rows: readonly {
    readonly partition: number
    readonly committed: string | null
    readonly lag: number | null
  }[]
  /** Members the broker knows now. */
  readonly members: number
  dispose(): Promise<void>
}

export interface GroupHarness {
  /** Raw: a group that committed `committed` of the messages lying in `ref`. */
  seed(ref: DestinationRef, name: string, committed: number): Promise<SeededGroup>
  /** Partitions of the destination the group case creates; one of them may stay without a commit. */
  readonly partitions: number
}

/** One sort of destination of the kind: classic queue, quorum queue, stream, topic, Redis stream … */
export interface Flavour {
  readonly label: string
  /** Raw: creates it, durable, without limits. */
  create(name: string, options?: { readonly partitions?: number }): Promise<DestinationRef>
  destroy(ref: DestinationRef): Promise<void>
  /** Raw: in order and confirmed, to partition 0. */
  publish(ref: DestinationRef, messages: readonly RawMessage[]): Promise<void>
  /** Raw: everything there, in order, as a fresh consumer of the application gets it. A queue is empty afterwards. */
  drain(ref: DestinationRef): Promise<readonly RawDelivery[]>
  /** Raw: messages there now (a log: those it still holds). */
  count(ref: DestinationRef): Promise<number>
  /** Whether the broker takes this name; from the shared list of hostile ones. */
  accepts(name: string): boolean
  readonly carries: {
    readonly key: boolean
    readonly nullBody: boolean
    /** One header of every type the broker can hold, duplicates of a name where it keeps them. */
    readonly headers: readonly Header[]
    /** Names of headers the broker itself adds on delivery. */
    readonly added: readonly string[]
  }
  /** What `browse` shows as headers for what was seeded; absent: the same. */
  shows?(raw: RawMessage): readonly Header[]
  readonly browse: {
    readonly newest: boolean
    readonly position: boolean
    /** `near`: the broker starts a little earlier (a stream's chunk). */
    readonly time: 'exact' | 'near' | false
    /** Milliseconds between two batches that a start time can tell apart. */
    readonly timeGapMs?: number
    /** Only the first `limit` from the head can be looked at: `next` is null and `limit` must cover what is asked for. */
    readonly headOnly?: boolean
  }
  /** `none` where nothing can be claimed from it (a RabbitMQ stream, a channel). */
  readonly claim: 'queue' | 'log' | None
  readonly settles: 'removes' | 'marks'
  readonly purge: true | None
  readonly tail: true | None
  readonly verify: true | None
  readonly manage: true | None
  readonly groups: GroupHarness | None
}

/** A broker of the test's own that may be hurt. */
export interface FragileBroker {
  connect(deps?: Partial<DriverDeps>): Promise<BrokerConnection>
  readonly flavour: Flavour
  /** Gone at once: connections reset, port closed. */
  stop(): Promise<void>
  /** The same port and data again, ready on resolve. */
  start(): Promise<void>
  /** Connections stay open and nothing answers. */
  pause(): Promise<void>
  resume(): Promise<void>
  dispose(): Promise<void>
}

/** A place without destinations (a fresh vhost, database, server). */
export interface EmptyPlace {
  connect(): Promise<BrokerConnection>
  /** Raw. */
  createMany(names: readonly string[]): Promise<void>
  dispose(): Promise<void>
}

export interface LimitedPlace {
  readonly connection: BrokerConnection
  readonly refused: DestinationRef
  dispose(): Promise<void>
}

export interface DriverHarness {
  readonly label: string
  /** Starts what is needed; the raw clients may be opened here. */
  setUp(): Promise<void>
  tearDown(): Promise<void>
  /** A new connection of the driver under test to the shared broker. */
  connect(deps?: Partial<DriverDeps>): Promise<BrokerConnection>
  readonly flavours: readonly Flavour[]
  openEmpty: (() => Promise<EmptyPlace>) | None
  /** A second broker of the kind, elsewhere. */
  openOther:
    | (() => Promise<{ connection: BrokerConnection; flavour: Flavour; dispose(): Promise<void> }>)
    | None
  connectWrongPassword: (() => Promise<BrokerConnection>) | None
  /** An address where nothing listens. */
  connectNowhere: (() => Promise<BrokerConnection>) | None
  /** Credentials that may not read or write `refused`. */
  openLimited: (() => Promise<LimitedPlace>) | None
  openFragile: (() => Promise<FragileBroker>) | None
  /** Passwords that must stand in no error. */
  readonly secrets: readonly string[]
}

/** Names with every character that ever broke a console; a harness says which of them its broker takes. */
export const hostileNames: readonly string[] = [
  '../../etc/passwd',
  '..',
  '<img src=x onerror=alert(1)>',
  ':key',
  'a%2fb%00',
  'quo\'te"d `tick`',
  'sp ace\ttab',
  '\u202Egnp.exe\u202C',
  'émoji 🐇 字',
  'x?y=1&z#frag',
  '__proto__',
  'a.b_c-D.9',
  `long-${'n'.repeat(195)}`,
]
