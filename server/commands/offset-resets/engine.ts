import { randomBytes } from 'node:crypto'
import type { OffsetResetQuery } from '../../../lib/api/queries.ts'
import { AppError } from '../../../lib/domain/app-error.ts'
import { membersOf } from '../../../lib/domain/members.ts'
import type { Permission } from '../../../lib/domain/permissions.ts'
import type { OffsetReset, OffsetResetInput } from '../../../lib/schemas/offset.ts'
import {
  BrokerError,
  type Call,
  type Caller,
  newCall,
  type OffsetsFacet,
} from '../../brokers/contract/index.ts'
import { Turns } from '../../replays/turns.ts'
import type { OffsetResetRow, Page } from '../../storage/contract/index.ts'
import { needGroupFacet } from '../group-facets.ts'
import { groupKeyOf } from '../group-key.ts'
import { type Applied, applyOnce } from './apply.ts'
import { type Decision, decide, type Seen } from './decide.ts'
import type { OffsetResetPorts } from './ports.ts'
import { compare, findTwin } from './positions.ts'
import { type GroupStanding, readStanding } from './standing.ts'
import { nameMembers, presentReset } from './words.ts'

const armedMs = 30 * 60_000
const lookEveryMs = 2_500
const limits = { look: 5_000, apply: 15_000, stop: 8_000 }
const jobPermissions: ReadonlySet<Permission> = new Set<Permission>(['brokers.read', 'groups.manage'])

export interface OffsetResetEngine {
  list(query: OffsetResetQuery, caller: Caller): Promise<Page<OffsetReset>>
  /** Applies a plan at once, or arms it. Throws `conflict` while members are active (`detail.members`) and when an old offset no longer holds. */
  create(
    broker: string,
    group: string,
    input: OffsetResetInput,
    caller: Caller,
    call: Call,
  ): Promise<OffsetReset>
  /** Takes back one that still waits. */
  cancel(id: string, caller: Caller): Promise<OffsetReset>
  /** Once, after the store is open: what was armed waits on, what was being applied is looked at. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Moves groups to other offsets, at once or when they are empty. Starts nothing by itself: `start` does. */
export function createOffsetResets(ports: OffsetResetPorts): OffsetResetEngine {
  return new Engine(ports)
}

class Engine implements OffsetResetEngine {
  readonly #ports: OffsetResetPorts
  /** What is not over yet, with the words of the last look. */
  readonly #open = new Map<string, OffsetResetRow>()
  readonly #turns = new Turns()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<unknown> | null = null

  constructor(ports: OffsetResetPorts) {
    this.#ports = ports
  }

  async list({ limit, cursor, broker, group }: OffsetResetQuery): Promise<Page<OffsetReset>> {
    const page = await this.#ports.storage.offsetResets.list({ limit, cursor, broker, groupId: group })
    return { ...page, items: page.items.map((row) => presentReset(this.#open.get(row.id) ?? row)) }
  }

  async create(broker: string, group: string, input: OffsetResetInput, caller: Caller, call: Call) {
    const key = groupKeyOf(group)
    const connection = this.#ports.findBroker(broker).as(caller)
    const offsets = await needGroupFacet(connection, key, 'offsets', call)
    const groups = await needGroupFacet(connection, key, 'groups', call)
    const twin = findTwin(input.rows)
    if (twin) throw new AppError('bad_request', `rows: ${twin.destination}/${twin.partition} stands twice`)
    return this.#turns.take(turnOf({ broker, groupId: group }), async () => {
      this.#refuseSecond(broker, group)
      const { name } = await groups.describe(key, call)
      assertConfirmed(input.confirm, name)
      const row = this.#newRow(broker, group, key, name, input, caller)
      const standing = await readStanding(offsets, key, row.rows, call)
      const isEmpty = membersOf(standing) === 0
      if (!isEmpty && !input.whenEmpty) throw notEmpty(name, standing)
      if (!compare(row.rows, standing.lag).isBefore) throw moved(name)
      if (!isEmpty) return this.#arm(row, caller, waitWords(standing))
      await this.#ports.storage.offsetResets.create(row)
      this.#put(row)
      return this.#applyNow(row, offsets, caller, call)
    })
  }

  async cancel(id: string, caller: Caller): Promise<OffsetReset> {
    const known = this.#open.get(id) ?? (await this.#ports.storage.offsetResets.get(id))
    if (!known) throw new AppError('not_found', 'There is no such reset')
    return this.#turns.take(turnOf(known), async () => {
      const row = this.#open.get(id) ?? (await this.#ports.storage.offsetResets.get(id)) ?? known
      if (row.state !== 'armed') {
        const word = row.state === 'applying' ? 'being applied' : row.state
        throw new AppError('conflict', `A reset that is ${word} cannot be cancelled`, {
          detail: { reset: id, state: row.state },
        })
      }
      return presentReset(
        await this.#end(row, 'cancelled', `Cancelled by ${caller.actor}; nothing was changed`),
      )
    })
  }

  async start(): Promise<void> {
    for (const row of await this.#ports.storage.offsetResets.listOpen()) this.#open.set(row.id, row)
    this.#schedule(0)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, limits.stop)
    })
    await Promise.race([this.#looking ?? Promise.resolve(), late])
    clearTimeout(timer)
  }

  #schedule(inMs: number): void {
    if (this.#timer || this.#stopping.signal.aborted || this.#open.size === 0) return
    this.#timer = setTimeout(() => {
      const looks = [...this.#open.values()].map((row) =>
        this.#turns
          .take(turnOf(row), () => this.#look(row.id))
          .catch((error) => {
            this.#ports.log.error('offset reset not looked at', { reset: row.id, error: String(error) })
          }),
      )
      this.#looking = Promise.all(looks).finally(() => {
        this.#timer = undefined
        this.#schedule(lookEveryMs)
      })
    }, inMs)
    this.#timer.unref()
  }

  async #look(id: string): Promise<void> {
    const row = this.#open.get(id)
    if (!row || this.#stopping.signal.aborted) return
    const seen = await this.#see(row)
    if (this.#stopping.signal.aborted) return
    const decision = decide(row, seen, this.#ports.now())
    if (decision.do === 'apply') await this.#applyArmed(row)
    else await this.#follow(row, decision)
  }

  async #follow(row: OffsetResetRow, decision: Exclude<Decision, { do: 'apply' }>): Promise<OffsetResetRow> {
    if (decision.do === 'end') return this.#end(row, decision.state, decision.detail)
    if (decision.do === 'rearm') return this.#change(row, 'armed', decision.detail)
    if (row.detail === decision.detail) return row
    return this.#put({ ...row, detail: decision.detail })
  }

  async #see(row: OffsetResetRow): Promise<Seen> {
    try {
      const { offsets } = this.#connect(row)
      if (!offsets) return { kind: 'gone', reason: 'This broker moves no groups any more' }
      const call = newCall(limits.look, this.#stopping.signal)
      return { kind: 'group', group: await readStanding(offsets, row.groupKey, row.rows, call) }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // A broker that is not in the console (yet) may come back; a group its broker does not know will not.
      const isGone = error instanceof BrokerError && error.code === 'not_found' && this.#isKnown(row.broker)
      return { kind: isGone ? 'gone' : 'silent', reason }
    }
  }

  #isKnown(broker: string): boolean {
    try {
      return this.#ports.findBroker(broker).id === broker
    } catch {
      return false
    }
  }

  /** Under the name of whoever armed it, with the audit row that was begun then. */
  #connect({ broker, createdBy, auditId }: OffsetResetRow) {
    const caller: Caller = { actor: createdBy, via: 'job', permissions: jobPermissions, auditId }
    return this.#ports.findBroker(broker).as(caller)
  }

  async #applyArmed(armed: OffsetResetRow): Promise<void> {
    const offsets = this.#connect(armed).offsets
    if (!offsets) {
      await this.#end(armed, 'failed', 'This broker moves no groups any more; nothing was changed')
      return
    }
    const row = await this.#change(armed, 'applying', 'Being applied')
    const applied = await applyOnce(offsets, row, newCall(limits.apply))
    if (applied.state === 'applied') await this.#end(row, 'applied', appliedWords(row))
    else if (applied.state === 'not-empty') await this.#change(row, 'armed', applied.error.message)
    else if (applied.state === 'unknown') await this.#follow(row, doubt(applied))
    else await this.#end(row, applied.state, applied.error.message)
  }

  async #applyNow(
    row: OffsetResetRow,
    offsets: OffsetsFacet,
    caller: Caller,
    call: Call,
  ): Promise<OffsetReset> {
    const applied = await applyOnce(offsets, row, call)
    if (applied.state === 'applied') return presentReset(await this.#end(row, 'applied', appliedWords(row)))
    if (applied.state === 'not-empty' && row.waits) return this.#arm(row, caller, applied.error.message)
    if (applied.state === 'unknown') {
      const decision = decide(row, await this.#see(row), this.#ports.now())
      const after = await this.#follow(row, decision.do === 'end' ? decision : doubt(applied))
      if (after.state === 'failed' || after.state === 'moved') throw new AppError('conflict', after.detail)
      return presentReset(after)
    }
    const { error } = applied
    await this.#end(row, applied.state === 'moved' ? 'moved' : 'failed', error.message)
    throw error
  }

  /** From now on it waits for the group to be empty, with an audit row of its own. */
  async #arm(row: OffsetResetRow, caller: Caller, detail: string): Promise<OffsetReset> {
    const { storage, now } = this.#ports
    const input = { reset: row.id, rows: row.rows.length }
    const about = {
      actor: caller.actor,
      via: 'job',
      broker: row.broker,
      target: row.groupName,
      input,
    } as const
    const auditId = await storage.audit.begin({ ...about, verb: 'group.apply-reset' }, now())
    const armed: OffsetResetRow = { ...row, state: 'armed', waits: true, auditId, detail }
    if (this.#open.has(row.id)) await storage.offsetResets.move(row.id, ['applying'], armed)
    else await storage.offsetResets.create(armed)
    if (caller.auditId !== null)
      await storage.audit.finish(caller.auditId, 'ok', 'Armed: applied when the group is empty', now())
    this.#put(armed)
    this.#schedule(lookEveryMs)
    return presentReset(armed)
  }

  #newRow(
    broker: string,
    groupId: string,
    groupKey: string,
    groupName: string,
    { rows, whenEmpty }: OffsetResetInput,
    { actor, auditId }: Caller,
  ): OffsetResetRow {
    const nowMs = this.#ports.now()
    return {
      id: `o${randomBytes(8).toString('hex')}`,
      broker,
      groupId,
      groupKey,
      groupName,
      rows: rows.map(({ destination, partition, old, next }) => ({ destination, partition, old, next })),
      state: 'applying',
      waits: whenEmpty,
      createdBy: actor,
      auditId,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + armedMs,
      finishedAtMs: null,
      detail: 'Being applied',
    }
  }

  #refuseSecond(broker: string, groupId: string): void {
    for (const row of this.#open.values()) {
      if (row.broker !== broker || row.groupId !== groupId) continue
      throw new AppError('conflict', `A reset of ${row.groupName} is armed already: cancel it first`, {
        detail: { reason: 'armed', reset: row.id },
      })
    }
  }

  #put(row: OffsetResetRow): OffsetResetRow {
    this.#open.set(row.id, row)
    this.#ports.onChange(presentReset(row))
    this.#schedule(lookEveryMs)
    return row
  }

  async #change(row: OffsetResetRow, state: 'armed' | 'applying', detail: string): Promise<OffsetResetRow> {
    const from = state === 'armed' ? 'applying' : 'armed'
    if (!(await this.#ports.storage.offsetResets.move(row.id, [from], { state, detail })))
      throw new Error(`the reset ${row.id} is not ${from} any more`)
    return this.#put({ ...row, state, detail })
  }

  /** The audit row is finished first: a stop in between finds the reset still open, and ends it again. */
  async #end(
    row: OffsetResetRow,
    state: 'applied' | 'cancelled' | 'expired' | 'moved' | 'failed',
    detail: string,
  ): Promise<OffsetResetRow> {
    const { storage, now, touched, onChange } = this.#ports
    const finishedAtMs = now()
    const outcome = state === 'applied' ? 'ok' : state === 'failed' ? 'failed' : 'refused'
    if (row.auditId !== null) await storage.audit.finish(row.auditId, outcome, detail, finishedAtMs)
    await storage.offsetResets.move(row.id, ['armed', 'applying'], { state, detail, finishedAtMs })
    this.#open.delete(row.id)
    const ended = { ...row, state, detail, finishedAtMs }
    touched(row.broker)
    onChange(presentReset(ended))
    return ended
  }
}

function turnOf({ broker, groupId }: Pick<OffsetResetRow, 'broker' | 'groupId'>): string {
  return `${broker}\n${groupId}`
}

function doubt({ reason }: Extract<Applied, { state: 'unknown' }>): Extract<Decision, { do: 'wait' }> {
  return { do: 'wait', detail: `Being applied; not confirmed: ${reason}` }
}

function waitWords({ members }: GroupStanding): string {
  return members.length === 0
    ? 'Its members could not be listed: they are unknown, not none'
    : `Waits for ${nameMembers(members)} to leave`
}

function appliedWords({ rows, groupName }: OffsetResetRow): string {
  return `Set ${rows.length} ${rows.length === 1 ? 'offset' : 'offsets'} of ${groupName}`
}

function assertConfirmed(typed: string, name: string): void {
  if (typed === name) return
  throw new AppError('bad_request', 'The name typed to confirm is not the name of the group', {
    detail: { field: 'confirm' },
  })
}

function notEmpty(name: string, { members }: GroupStanding): AppError {
  const who =
    members.length > 0
      ? `${nameMembers(members)} ${members.length === 1 ? 'is' : 'are'} active`
      : 'its members could not be listed'
  return new AppError('conflict', `${name} is not moved while it is read: ${who}`, {
    detail: { reason: 'members', members },
  })
}

function moved(name: string): AppError {
  return new AppError('conflict', `Offsets of ${name} moved since the plan: plan again`, {
    detail: { reason: 'moved', moved: true },
  })
}
