import type {
  AuditQuery,
  DestinationQuery,
  EventQuery,
  GroupQuery,
  NeedQuery,
  RecentQuery,
  SearchQuery,
  SeriesQuery,
} from '../../lib/api/queries.ts'
import type { Broker, Environment, Mode } from '../../lib/schemas/broker.ts'
import type {
  BrokerChange,
  BrokerInput,
  BrokerKindInfo,
  BrokerSettings,
  BrokerTest,
  BrokerTestInput,
  BrokerYaml,
  ConsoleSettings,
} from '../../lib/schemas/broker-form.ts'
import type { Destination, DestinationDetail } from '../../lib/schemas/destination.ts'
import type { Event, EventInput } from '../../lib/schemas/event.ts'
import type { Group } from '../../lib/schemas/group.ts'
import type { LiveEvent } from '../../lib/schemas/live.ts'
import type { AcknowledgeInput, Need, NeedPage } from '../../lib/schemas/need.ts'
import type { Node } from '../../lib/schemas/node.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { Recent } from '../../lib/schemas/recent.ts'
import type { AuditEntry } from '../../lib/schemas/record.ts'
import type { SearchHit } from '../../lib/schemas/search.ts'
import type { Series } from '../../lib/schemas/series.ts'
import type { Access } from '../access/contract.ts'
import type { Call, Caller } from '../brokers/contract/index.ts'
import type { CommandEngine } from '../commands/create-commands.ts'
import type { OffsetResetEngine } from '../commands/offset-resets/engine.ts'
import type { Config } from '../config/contract.ts'
import type { DeadLettersEngine } from '../dead-letters/index.ts'
import type { Log } from '../log/contract.ts'
import type { MessageEngine } from '../messages/create-messages.ts'
import type { ReplayEngine } from '../replays/index.ts'
import type { AuditRepository, PageRequest } from '../storage/contract/index.ts'

/** What every list answers. */
export interface ListPage<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number
  readonly problems?: readonly Problem[]
}

/**
 * What is known of the brokers, read from the sampler: never one broker call per viewer. Throws `not_found`
 * for an id that does not decode, `broker_unreachable` when nothing was ever read.
 */
export interface Views {
  listBrokers(request: PageRequest, caller: Caller): Promise<ListPage<Broker>>
  getBroker(broker: string, caller: Caller): Promise<Broker>
  listDestinations(
    broker: string,
    query: DestinationQuery,
    caller: Caller,
    call: Call,
  ): Promise<ListPage<Destination> & { readonly counts?: Record<string, number> }>
  getDestination(broker: string, destination: string, caller: Caller, call: Call): Promise<DestinationDetail>
  listGroups(broker: string, query: GroupQuery, caller: Caller, call: Call): Promise<ListPage<Group>>
  getGroup(broker: string, group: string, caller: Caller, call: Call): Promise<Group>
  /** `unsupported` where the broker does not tell of its servers. */
  listNodes(broker: string, call: Call): Promise<ListPage<Node>>
  /** What the sampler saw in the last 15 minutes; asks the broker nothing. */
  getRecent(broker: string, query: RecentQuery): Promise<Recent>
  /** What is kept of one metric; asks the broker nothing. Throws `not_found` for an id that does not decode. */
  getSeries(query: SeriesQuery): Promise<Series>
  /** Over what is known already: it waits for no broker, and says which could not be searched. */
  search(query: SearchQuery, caller: Caller): Promise<ListPage<SearchHit>>
}

export interface SandboxState {
  readonly workerBroken: boolean
  readonly deadLetterQueue: string | null
}

export interface Brokers {
  /** Configured, connected or found; null when there is none of that id. */
  find(id: string): { readonly label: string; readonly mode: Mode } | null
  /** A discovered broker, from now on connected; `conflict` when it already is. */
  connect(
    id: string,
    as: { environment: Environment; mode: Mode },
    caller: Caller,
    call: Call,
  ): Promise<Broker>
  /** What can be added by form, and what is asked for. */
  kinds(): BrokerKindInfo[]
  /** Tries settings step by step; changes and stores nothing. */
  test(input: BrokerTestInput, call: Call): Promise<BrokerTest>
  /** As it would stand in signalbox.yaml; stores nothing. */
  writeYaml(input: BrokerInput): BrokerYaml
  /** Live at once. `conflict` when the id is taken. */
  create(input: BrokerInput, caller: Caller, call: Call): Promise<Broker>
  /** `conflict` for one that is not changed here, or while a replay moves on it. */
  change(id: string, change: BrokerChange, caller: Caller, call: Call): Promise<Broker>
  remove(id: string, confirm: string): Promise<{ ok: true }>
  /** Without secrets. */
  settings(id: string): BrokerSettings
  sandboxState(id: string, caller: Caller): SandboxState
  playSandbox(id: string, action: 'break' | 'heal', caller: Caller): SandboxState
}

/** What routes use of the engines; starting and stopping them is the runtime's own business. */
export type Messages = Pick<MessageEngine, 'page' | 'get' | 'body' | 'stream'>
export type DeadLetters = Pick<DeadLettersEngine, 'list'>
export type Replays = Omit<ReplayEngine, 'recover' | 'stop'>
export type Commands = CommandEngine
export type OffsetResets = Pick<OffsetResetEngine, 'list' | 'create' | 'cancel'>

export interface Events {
  /** Newest first; those of a broker that was taken away stay. */
  list(query: EventQuery): Promise<ListPage<Event>>
  /** From outside; of no single broker. Throws `bad_request` for a time that would not be kept. */
  create(input: EventInput, caller: Caller): Promise<Event>
}

export interface Needs {
  list(query: NeedQuery, call: Call): Promise<NeedPage>
  /** Throws `not_found` for one that is over. */
  acknowledge(id: string, input: AcknowledgeInput, caller: Caller): Promise<Need>
  withdraw(id: string): Promise<Need>
}

export interface Live {
  /** `hello` first. A reader that is slow is given the newest state of each broker and run, not every step. */
  subscribe(
    lastEventId: string | null,
    caller: Caller,
    signal: AbortSignal,
  ): AsyncIterable<LiveEvent & { readonly id: string }>
}

/** Checks path ids before a body is read (404 comes before 400) and names them for the audit row. */
export interface Targets {
  /** Throws `not_found` for an unknown broker, run or backup, and for a destination or group id that does not decode. */
  check(
    params: Readonly<Record<string, string | number>>,
    call: Call,
  ): Promise<{ readonly target: string | null }>
}

/** The one composition of everything, in one slot of the process. Routes reach an engine only through this. */
export interface Runtime {
  readonly version: string
  readonly config: Config
  readonly log: Log
  readonly access: Access
  readonly audit: AuditRepository
  readonly brokers: Brokers
  readonly targets: Targets
  readonly views: Views
  readonly messages: Messages
  readonly deadLetters: DeadLetters
  readonly replays: Replays
  readonly commands: Commands
  readonly offsetResets: OffsetResets
  readonly live: Live
  readonly events: Events
  readonly needs: Needs
  /** What the settings page says of the console itself. */
  describe(): Promise<ConsoleSettings>
  listAudit(query: AuditQuery, caller: Caller): Promise<ListPage<AuditEntry>>
  /** `store` open, and loops running: brokers that are down do not make the console unready. */
  health(): { readonly storeOpen: boolean; readonly ready: boolean; readonly reason: string | null }
  /** Prometheus text of this process and the brokers it watches. */
  metrics(): string
  /** Aborted when `stop` begins: lasting streams end then. */
  readonly stopping: AbortSignal
  /** Closes streams, finishes the window in flight, journals. At most 10 s; then the process may exit. */
  stop(): Promise<void>
}
