import type { Environment, Mode } from '../../../lib/schemas/broker.ts'
import type { Event, EventKind } from '../../../lib/schemas/event.ts'
import type { Need, StatusState } from '../../../lib/schemas/need.ts'
import type { OffsetReset } from '../../../lib/schemas/offset.ts'
import type { AuditEntry, Backup } from '../../../lib/schemas/record.ts'
import type { ItemState, ReplayCounts, ReplayState } from '../../../lib/schemas/replay.ts'
import type { BrokerMessage, Notes } from '../../brokers/contract/index.ts'

/** `cursor` is opaque and comes from the page before. */
export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export interface AuditRepository {
  /** Committed before it resolves: the act may begin only then. Returns the entry's id. */
  begin(
    entry: Pick<AuditEntry, 'actor' | 'via' | 'verb' | 'broker' | 'target' | 'input'>,
    nowMs: number,
  ): Promise<string>
  finish(
    id: string,
    outcome: 'ok' | 'failed' | 'refused',
    detail: string | null,
    nowMs: number,
  ): Promise<void>
  list(request: PageRequest & { readonly broker?: string | undefined }): Promise<Page<AuditEntry>>
}

export interface SessionRow {
  readonly actor: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}
/** Tokens are stored as SHA-256 of the secret, never in the clear. */
export interface AccessRepository {
  addSignInToken(tokenHash: string, expiresAtMs: number): Promise<void>
  hasSignInToken(tokenHash: string, nowMs: number): Promise<boolean>
  /** True exactly once per token: single use is one conditional update. */
  spendSignInToken(tokenHash: string, nowMs: number): Promise<boolean>
  /** Whether any token was ever made: the first start prints one by itself. */
  hasEverIssued(): Promise<boolean>
  addSession(sessionHash: string, row: SessionRow): Promise<void>
  findSession(sessionHash: string, nowMs: number): Promise<SessionRow | null>
  removeSession(sessionHash: string): Promise<void>
}

export interface ReplayRow {
  readonly id: string
  readonly state: ReplayState
  readonly broker: string
  readonly sourceId: string
  /** The validated request, the frozen plan and its marks; JSON of the engine's own shape. */
  readonly plan: string
  /** `marks`: settled rows of this run are remembered as done although the log keeps the messages. */
  readonly settles: 'removes' | 'marks'
  readonly createdBy: string
  readonly auditId: string | null
  readonly createdAtMs: number
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly problem: string | null
  readonly total: number
}
/** The ledger's own states; the API folds them: frozen → pending, intent and confirmed → sent, settled → done. */
export type LedgerState = 'frozen' | 'intent' | 'confirmed' | 'settled' | 'failed' | 'uncertain' | 'skipped'
export interface LedgerRow {
  readonly run: string
  readonly row: number
  readonly messageId: string
  readonly state: LedgerState
  readonly target: string | null
  readonly position: string | null
  readonly reason: string | null
  readonly atMs: number
}
export interface LedgerUpdate {
  readonly row: number
  readonly state: LedgerState
  readonly target?: string | null | undefined
  readonly position?: string | null | undefined
  readonly reason?: string | null | undefined
}
export interface ReplayRepository {
  create(row: ReplayRow): Promise<void>
  get(id: string): Promise<ReplayRow | null>
  update(
    id: string,
    change: Partial<
      Pick<ReplayRow, 'state' | 'plan' | 'auditId' | 'startedAtMs' | 'finishedAtMs' | 'problem' | 'total'>
    >,
  ): Promise<void>
  list(request: PageRequest): Promise<Page<ReplayRow>>
  listByState(states: readonly ReplayState[]): Promise<readonly ReplayRow[]>
  /** One transaction; appends at the end of the run's list. `updates` of earlier rows are written in the same one. */
  append(
    run: string,
    rows: readonly {
      readonly messageId: string
      readonly state: LedgerState
      readonly target?: string | null | undefined
      readonly reason?: string | null | undefined
    }[],
    nowMs: number,
    updates?: readonly LedgerUpdate[],
  ): Promise<{ first: number }>
  /** Forgets a list that was not frozen to its end (the process died in between): it is read anew. */
  clearRows(run: string): Promise<void>
  /** One transaction. */
  mark(run: string, updates: readonly LedgerUpdate[], nowMs: number): Promise<void>
  /** In row order, from `afterRow` on. */
  rows(
    run: string,
    request: {
      readonly states?: readonly LedgerState[] | undefined
      readonly afterRow: number
      readonly limit: number
    },
  ): Promise<readonly LedgerRow[]>
  countStates(run: string): Promise<Readonly<Record<LedgerState, number>>>
  /** Rows of one run by the message they name; a message the run does not hold is absent. */
  findRows(run: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, LedgerRow>>
  /** Rows in doubt of any run over this source: their messages are not sent again before a person decides. */
  listUncertain(broker: string, sourceId: string): Promise<readonly LedgerRow[]>
  /** For a message of this source: the newest row of any run that moved or holds it. Where settling removes, a settled row's message has left, so an equal id there is another message and is not named; nor are rows a finished run never sent. */
  findByMessages(
    broker: string,
    sourceId: string,
    messageIds: readonly string[],
  ): Promise<
    ReadonlyMap<string, { run: string; row: number; state: LedgerState; runState: ReplayState; atMs: number }>
  >
  /** Messages of a log DLQ that are marked done, for its open count. */
  countSettled(broker: string, sourceId: string): Promise<number>
}
export type { ItemState, ReplayCounts }

export interface BackupRepository {
  /** Opens an NDJSON file in the data directory and its row in state `writing`. */
  create(
    meta: Pick<Backup, 'broker' | 'destination' | 'destinationName' | 'cause' | 'createdBy'>,
    nowMs: number,
  ): Promise<BackupWriter>
  get(id: string): Promise<Backup | null>
  list(request: PageRequest): Promise<Page<Backup>>
  /** Streamed, checked against count and SHA-256 as it is read; throws at the end when they differ. */
  read(id: string): AsyncIterable<BrokerMessage>
  markRestored(id: string, nowMs: number): Promise<void>
}
export interface BackupWriter {
  readonly id: string
  /** On disk (fsync) when it resolves: only then may the source be settled. */
  append(messages: readonly BrokerMessage[]): Promise<void>
  finish(state: 'complete' | 'partial'): Promise<Backup>
}

export interface AddedBrokerRow {
  readonly id: string
  /** As it was when it was stored: a later version may know it no more. */
  readonly kind: string
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  /** The options, encrypted before they come here; opaque to the store. */
  readonly sealed: string
  readonly createdBy: string
  readonly createdAtMs: number
  readonly changedAtMs: number
}
/** Brokers a person added by form. */
export interface AddedBrokerRepository {
  /** In the order they were added. */
  list(): Promise<readonly AddedBrokerRow[]>
  /** Adds it, or changes the one of this id: who added it, and when, then stays. */
  put(row: AddedBrokerRow): Promise<void>
  /** With the driver's notes on it, in one transaction. Its replays, backups and audit rows stay. */
  remove(id: string): Promise<void>
}

export interface EventRequest extends PageRequest {
  /** Also what is of no single broker. */
  readonly broker?: string | undefined
  /** Ids: only what happened to that destination or group itself. */
  readonly destination?: string | undefined
  readonly group?: string | undefined
  readonly kind?: EventKind | undefined
  /** Epoch ms, both inclusive; what lasted counts from its beginning to its end. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}
/** What happened, for as long as 90 days and 100,000 events: the oldest go first. */
export interface EventRepository {
  add(event: Omit<Event, 'id'>): Promise<Event>
  /** Newest first by the time it happened, whenever it was told. */
  list(request: EventRequest): Promise<Page<Event>>
  /** It ended. Null when it is not kept any more. */
  close(id: string, untilMs: number): Promise<Event | null>
}

/** `applying` is written before the broker is told, so that a stop in between is seen. */
export type OffsetResetState = OffsetReset['state'] | 'applying'
export interface OffsetResetRow {
  readonly id: string
  readonly broker: string
  readonly groupId: string
  /** What the driver calls the group. */
  readonly groupKey: string
  readonly groupName: string
  readonly rows: OffsetReset['rows']
  readonly state: OffsetResetState
  /** Armed: it goes back to waiting when the group is not empty after all. */
  readonly waits: boolean
  readonly createdBy: string
  readonly auditId: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly finishedAtMs: number | null
  readonly detail: string
}
/** Moved offsets, and those that wait for their group to be empty. */
export interface OffsetResetRepository {
  /** Committed when it resolves. */
  create(row: OffsetResetRow): Promise<void>
  get(id: string): Promise<OffsetResetRow | null>
  /** Only while it is in one of these states; answers whether it was. Committed when it resolves. */
  move(
    id: string,
    from: readonly OffsetResetState[],
    change: Pick<OffsetResetRow, 'state' | 'detail'> &
      Partial<Pick<OffsetResetRow, 'auditId' | 'finishedAtMs'>>,
  ): Promise<boolean>
  /** Newest first. */
  list(
    request: PageRequest & { readonly broker?: string | undefined; readonly groupId?: string | undefined },
  ): Promise<Page<OffsetResetRow>>
  /** Armed or being applied, oldest first. */
  listOpen(): Promise<readonly OffsetResetRow[]>
}

export interface NeedRow {
  readonly id: string
  readonly broker: string
  readonly kind: Need['subject']['kind']
  readonly subjectId: string
  readonly subjectName: string
  readonly state: StatusState
  readonly openedAtMs: number
  /** Null: when it began is not known. */
  readonly sinceMs: number | null
  /** Where commits stood still, in words of the engine's own. */
  readonly mark: readonly string[]
  /** Somebody took it on; `untilMs`: only until then. */
  readonly ack: {
    readonly by: string
    readonly atMs: number
    readonly note: string
    readonly untilMs: number | null
  } | null
}
/** Troubles that last, for as long as they last. */
export interface NeedRepository {
  list(): Promise<readonly NeedRow[]>
  /** Adds each, or writes it anew; one transaction. */
  put(rows: readonly NeedRow[]): Promise<void>
  /** One transaction. */
  remove(ids: readonly string[]): Promise<void>
}

export interface Storage {
  readonly audit: AuditRepository
  readonly access: AccessRepository
  readonly replays: ReplayRepository
  readonly backups: BackupRepository
  readonly addedBrokers: AddedBrokerRepository
  readonly events: EventRepository
  readonly offsetResets: OffsetResetRepository
  readonly needs: NeedRepository
  notesOf(brokerId: string): Notes
  /** A person connected a discovered broker: remembered over restarts, without secrets. */
  readonly settings: {
    get(key: string): Promise<string | null>
    set(key: string, value: string): Promise<void>
    remove(key: string): Promise<void>
  }
  isOpen(): boolean
  close(): Promise<void>
}
