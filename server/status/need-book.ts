import { randomBytes } from 'node:crypto'
import type { Acknowledgement, Need, StatusState, Verdict } from '../../lib/schemas/need.ts'
import type { Log } from '../brokers/contract/index.ts'
import type { NeedRepository, NeedRow } from '../storage/contract/index.ts'
import { readAlikeId } from './alike.ts'
import type { Judged } from './judge-broker.ts'
import type { Rest } from './rest.ts'

/** A verdict must hold so long before a person is asked; what is not here asks at once. */
const holdMs: Partial<Record<StatusState, number>> = { lagging: 5 * 60_000 }
/** Trouble that comes back within so long is the same trouble. */
const sameWithinMs = 60_000

interface Entry {
  row: NeedRow
  /** The newest bad verdict; null: none since the console started. */
  judged: Judged | null
  /** When that was: it is known to have lasted until then, and no longer. */
  seenMs: number
  /** It was fine since; null: it is not. */
  calmAtMs: number | null
  /** What could not be confirmed last, in words. */
  doubt: string | null
  isStored: boolean
}

/** One trouble a person should know of, as it stands. */
export interface OpenNeed {
  readonly need: Need
  readonly lossInMs: number | null
  readonly weight: number
}

/**
 * The troubles that last, each under one id from its first verdict to its last, over restarts of the console.
 * Invariants: a subject has one open trouble a state; one that cannot be judged now is neither closed nor opened;
 * what was acknowledged stays so until it is over.
 */
export class NeedBook {
  readonly #entries = new Map<string, Entry>()
  /** By broker: what was not fine at the last reading. */
  readonly #unfit = new Map<string, ReadonlySet<string>>()
  readonly #changed = new Set<Entry>()
  #gone: string[] = []
  readonly #repository: NeedRepository
  readonly #log: Log

  constructor(repository: NeedRepository, log: Log) {
    this.#repository = repository
    this.#log = log
  }

  async open(): Promise<void> {
    for (const row of await this.#repository.list())
      this.#entries.set(keyOf(row.broker, row.kind, row.subjectId, row.state), {
        row,
        judged: null,
        seenMs: row.openedAtMs,
        calmAtMs: null,
        doubt: null,
        isStored: true,
      })
  }

  /** Everything of one broker that was judged now. What is not in it is fine, or gone. */
  take(broker: string, judged: readonly Judged[], nowMs: number): void {
    const before = this.#unfit.get(broker)
    const unfit = judged.filter(({ verdict }) => verdict.level !== 'ok').map(subjectOf)
    this.#take(judged, (row) => row.broker === broker && !isReplay(row), nowMs, before)
    this.#unfit.set(broker, new Set(unfit))
  }

  /** Only the broker itself could be judged. */
  takeOnly(broker: string, judged: readonly Judged[], nowMs: number): void {
    this.#take(judged, (row) => row.broker === broker && row.kind === 'broker', nowMs)
  }

  /** Every run that did not end as it should, of all brokers. */
  takeReplays(judged: readonly Judged[], nowMs: number): void {
    this.#take(judged, isReplay, nowMs)
  }

  /** `unfit`: what was not fine a reading ago, where there was one. What was fine then begins now. */
  #take(
    judged: readonly Judged[],
    isMeant: (row: NeedRow) => boolean,
    nowMs: number,
    unfit?: ReadonlySet<string>,
  ): void {
    const bySubject = new Map(judged.map((one) => [subjectOf(one), one]))
    for (const one of judged)
      if (isTrouble(one.verdict)) this.#note(one, nowMs, unfit !== undefined && !unfit.has(subjectOf(one)))
    for (const [key, entry] of this.#entries) {
      const { row } = entry
      if (isMeant(row))
        this.#settle(key, entry, bySubject.get(subjectKey(row.broker, row.kind, row.subjectId)), nowMs)
    }
    this.#flush()
  }

  /** The broker cannot be read: what was known of what lies in it stands as it was. */
  doubt(broker: string, words: string): void {
    for (const entry of this.#entries.values())
      if (entry.row.broker === broker && entry.row.kind !== 'broker' && !isReplay(entry.row))
        entry.doubt = words
  }

  /** A broker was taken away. */
  forget(broker: string): void {
    for (const [key, entry] of this.#entries) if (entry.row.broker === broker) this.#close(key, entry)
    this.#unfit.delete(broker)
    this.#flush()
  }

  /** Since when, and where, a group was known to rest before the console started. */
  restOf(broker: string, group: string): Rest | null {
    for (const state of ['stopped', 'stuck', 'stalled'] as const) {
      const entry = this.#entries.get(keyOf(broker, 'group', group, state))
      const sinceMs = entry?.row.sinceMs
      if (entry && sinceMs !== null && sinceMs !== undefined && entry.row.mark.length > 0)
        return { sinceMs, mark: entry.row.mark }
    }
    return null
  }

  list(nowMs: number): OpenNeed[] {
    const found: OpenNeed[] = []
    for (const entry of this.#entries.values()) {
      const { judged, seenMs, calmAtMs, row } = entry
      if (!judged || calmAtMs !== null || !isDue(row, seenMs)) continue
      found.push({ need: present(entry, judged, nowMs), lossInMs: judged.lossInMs, weight: judged.weight })
    }
    return found
  }

  has(id: string): boolean {
    return this.#entriesOf(id).length > 0
  }

  /** Stored when it resolves. Of many that are one row, each; the first answers. Null: there is none of this id. */
  async acknowledge(id: string, ack: NeedRow['ack'], nowMs: number): Promise<Need | null> {
    const entries = this.#entriesOf(id).filter((entry) => entry.judged !== null)
    await this.#repository.put(entries.map((entry) => ({ ...entry.row, ack })))
    for (const entry of entries) {
      entry.row = { ...entry.row, ack }
      entry.isStored = true
    }
    const [first] = entries
    return first?.judged ? { ...present(first, first.judged, nowMs), id } : null
  }

  #entriesOf(id: string): Entry[] {
    const alike = readAlikeId(id)
    return [...this.#entries.values()].filter(({ row }) =>
      alike
        ? row.broker === alike.broker && row.kind === alike.kind && row.state === alike.state
        : row.id === id,
    )
  }

  #note(judged: Judged, nowMs: number, beginsNow: boolean): void {
    const { broker, subject, verdict, mark } = judged
    const key = keyOf(broker, subject.kind, subject.id, verdict.state)
    const known = this.#entries.get(key)
    const sinceMs = verdict.since === null ? null : Date.parse(verdict.since)
    const entry = known ?? {
      row: {
        id: newNeedId(nowMs),
        broker,
        kind: subject.kind,
        subjectId: subject.id,
        subjectName: subject.name,
        state: verdict.state,
        openedAtMs: nowMs,
        sinceMs: beginsNow ? (sinceMs ?? nowMs) : sinceMs,
        mark,
        ack: null,
      },
      judged,
      seenMs: nowMs,
      calmAtMs: null,
      doubt: null,
      isStored: false,
    }
    if (!known) this.#entries.set(key, entry)
    entry.judged = judged
    entry.seenMs = nowMs
    entry.calmAtMs = null
    entry.doubt = null
    const row = { ...entry.row, sinceMs: earlier(entry.row.sinceMs, sinceMs), mark }
    const isOther = row.sinceMs !== entry.row.sinceMs || !sameMarks(entry.row.mark, mark)
    entry.row = row
    if ((isOther || !entry.isStored) && isDue(row, nowMs)) this.#changed.add(entry)
  }

  #settle(key: string, entry: Entry, now: Judged | undefined, nowMs: number): void {
    if (now?.verdict.state === entry.row.state) return
    if (now?.verdict.state === 'unknown') {
      entry.doubt = now.verdict.sentence
      return
    }
    entry.calmAtMs ??= nowMs
    if (nowMs - entry.calmAtMs >= sameWithinMs) this.#close(key, entry)
  }

  #close(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#changed.delete(entry)
    if (entry.isStored) this.#gone.push(entry.row.id)
  }

  /** What changed since, in one write. One that fails is written with the next change of the same. */
  #flush(): void {
    const [changed, gone] = [[...this.#changed], this.#gone]
    this.#changed.clear()
    this.#gone = []
    if (changed.length > 0) void this.#write(changed)
    if (gone.length > 0)
      this.#repository
        .remove(gone)
        .catch((error: unknown) =>
          this.#log.error('the end of a need was not kept', { error: String(error) }),
        )
  }

  async #write(changed: readonly Entry[]): Promise<void> {
    for (const entry of changed) entry.isStored = true
    try {
      await this.#repository.put(changed.map((entry) => entry.row))
    } catch (error) {
      for (const entry of changed) entry.isStored = false
      this.#log.error('a need was not kept', { error: String(error) })
    }
  }
}

/** An acknowledgement that counts now: one that was only snoozed runs out. */
export function isHidden({ acknowledged }: Pick<Need, 'acknowledged'>, nowMs: number): boolean {
  if (!acknowledged) return false
  return acknowledged.until === undefined || Date.parse(acknowledged.until) > nowMs
}

function isTrouble({ level }: Verdict): boolean {
  return level === 'crit' || level === 'warn'
}

function isDue({ state, sinceMs, openedAtMs }: NeedRow, seenMs: number): boolean {
  return seenMs - Math.min(sinceMs ?? openedAtMs, openedAtMs) >= (holdMs[state] ?? 0)
}

function present({ row, doubt }: Entry, { verdict, subject }: Judged, nowMs: number): Need {
  const told = verdict.since === null ? null : Date.parse(verdict.since)
  // What a group's rows say of their rest has been carried over restarts already.
  const sinceMs = row.kind === 'group' ? (told ?? row.sinceMs) : earlier(row.sinceMs, told)
  const evidence = [...verdict.evidence]
  if (doubt !== null) evidence.unshift(`not confirmed now: ${doubt}`)
  if (sinceMs === null) evidence.push('when it began is not known: since is when the console first saw it')
  return {
    ...verdict,
    evidence,
    id: row.id,
    broker: row.broker,
    subject,
    since: iso(sinceMs ?? row.openedAtMs),
    ...(sinceMs === null || verdict.atLeast ? { atLeast: true } : {}),
    affects: [],
    acknowledged: row.ack && (row.ack.untilMs === null || row.ack.untilMs > nowMs) ? showAck(row.ack) : null,
  }
}

function showAck({ by, atMs, note, untilMs }: NonNullable<NeedRow['ack']>): Acknowledgement {
  return { by, at: iso(atMs), note, ...(untilMs === null ? {} : { until: iso(untilMs) }) }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

function sameMarks(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}

/** A run is not part of what a broker's reading tells. */
function isReplay({ kind }: NeedRow): boolean {
  return kind === 'replay'
}

function subjectOf({ broker, subject }: Judged): string {
  return subjectKey(broker, subject.kind, subject.id)
}

function subjectKey(broker: string, kind: string, id: string): string {
  return `${broker}\n${kind}\n${id}`
}

function keyOf(broker: string, kind: string, subject: string, state: string): string {
  return `${broker}\n${kind}\n${subject}\n${state}`
}

/** Sortable by time, URL-safe. */
function newNeedId(nowMs: number): string {
  return `n-${nowMs.toString(36)}-${randomBytes(4).toString('hex')}`
}

const iso = (ms: number) => new Date(ms).toISOString()
