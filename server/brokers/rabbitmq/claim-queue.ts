import type { Effect } from '../../../lib/schemas/ability.ts'
import {
  BrokerError,
  type Call,
  type Claim,
  type ClaimRequest,
  type ClaimSession,
  type DestinationRef,
  newCall,
  pause,
  throwIfOver,
} from '../contract/index.ts'
import type { PreparedClaim } from './claim.ts'
import { type Client, vhostOfRef } from './client.ts'
import { type Held, Hold } from './hold.ts'
import { writeLooks } from './looks.ts'
import { Identities, messageOf } from './map.ts'
import { saveThoseAtLimit } from './republish.ts'

const maxSessionMs = 60_000
const maxMessages = 10_000
const maxBytes = 64 * 1024 * 1024
/** Held at once when looking for messages by id, before it is known how deep they lie. */
const firstReach = 200
const quietMs = 150
/** Ready messages that nobody delivers for this long will not come to this session. */
const stallMs = 5_000

/**
 * Holds messages from the head of a queue: what was not selected, or released, stays held until the end and
 * goes back in one order-keeping act. Looking deeper than one consumer's prefetch means stopping that consumer
 * and adding another, so that messages always arrive in the queue's order.
 */
export class QueueSession implements ClaimSession {
  ended: ClaimSession['ended'] = null
  effects: readonly Effect[] = [{ code: 'none', detail: 'Nothing was put back' }]
  readonly #client: Client
  readonly #ref: DestinationRef
  readonly #prepared: PreparedClaim
  readonly #declared: readonly Effect[]
  readonly #onClose: () => void
  readonly #hold: Hold
  readonly #window: number
  /** Ids not met yet, or how many to take from the head. */
  readonly #wanted: Set<string> | null
  readonly #count: number
  /** Asked for more than one session takes. */
  readonly #isCut: boolean
  readonly #identities = new Identities()
  readonly #buffer: Claim[] = []
  readonly #handedOut = new Set<Held>()
  readonly #openedAt = Date.now()
  #seen = 0
  #quietSince: number | null = null
  #feeding: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | null = null

  constructor(
    client: Client,
    ref: DestinationRef,
    { select, window }: ClaimRequest,
    prepared: PreparedClaim,
    declared: readonly Effect[],
    onClose: () => void,
  ) {
    this.#client = client
    this.#ref = ref
    this.#prepared = prepared
    this.#declared = declared
    this.#onClose = onClose
    this.#hold = new Hold(client.links, vhostOfRef(client, ref), ref.name, prepared.plan)
    this.#window = Math.max(1, Math.min(window, maxMessages))
    this.#wanted = select.kind === 'ids' ? new Set(select.ids) : null
    this.#isCut = select.kind === 'head' && select.count > maxMessages
    this.#count = select.kind === 'ids' ? maxMessages : Math.min(select.count, maxMessages)
  }

  /** Starts the deliveries, after the look was noted where looks are numbered. */
  async begin(call: Call): Promise<void> {
    if (this.#prepared.facts.kind === 'quorum') {
      const { looks } = this.#prepared
      await this.#note(looks.count + 1, Math.max(looks.reach, this.#firstReach()), call)
    }
    if (this.#count === 0 || this.#wanted?.size === 0) this.ended = 'done'
    else await this.#feed(this.#firstReach(), call)
  }

  copiesSeen = (id: string): number => this.#identities.copiesOf(id)

  async next(max: number, call: Call): Promise<readonly Claim[]> {
    for (;;) {
      throwIfOver(call)
      if (this.#closing) throw new BrokerError('conflict', 'This session is closed')
      if (this.#hold.lost) return this.#endLost(this.#hold.lost)
      if (this.ended !== null && this.#buffer.length === 0) return []
      const room = Math.min(max, this.#window - this.#handedOut.size)
      if (room <= 0) {
        // The window is full: more comes only after something was settled.
        await pause(call, 5)
        continue
      }
      if (this.#buffer.length > 0) return this.#handOut(room)
      const arrived = await this.#hold.take(Math.max(room, 100), quietMs, call)
      for (const held of arrived) this.#meet(held)
      await this.#decideWhetherToGoOn(arrived.length > 0, room, call)
    }
  }

  #handOut(room: number): Claim[] {
    const claims = this.#buffer.splice(0, room)
    for (const { token } of claims) this.#handedOut.add(token as Held)
    return claims
  }

  #endLost(lost: BrokerError): never[] {
    this.ended = 'lost'
    this.#buffer.length = 0
    if (lost.code === 'unreachable') return []
    throw lost
  }

  #meet(held: Held): void {
    const { id } = this.#identities.next(held.delivery)
    const position = this.#seen
    this.#seen += 1
    const isSelected = this.#wanted ? this.#wanted.delete(id) : position < this.#count
    if (!isSelected) return
    this.#buffer.push({ message: messageOf(held.delivery, id, String(position)), token: held })
  }

  async #decideWhetherToGoOn(hasArrived: boolean, room: number, call: Call): Promise<void> {
    if (hasArrived) this.#quietSince = null
    if (this.#wanted?.size === 0) return this.#end('done', call)
    if (!this.#wanted && this.#seen >= this.#count) return this.#end(this.#isCut ? 'budget' : 'done', call)
    const isSpent = this.#hold.arrived >= maxMessages || this.#hold.bytes >= maxBytes
    // What has arrived is handed out first: it would go back for nothing.
    if (isSpent && this.#seen >= this.#hold.arrived) {
      // Held and unselected: another session would meet the same messages and come no deeper.
      const kept = this.#hold.unacked.length - this.#handedOut.size - this.#buffer.length
      return this.#end(kept * 2 > this.#seen ? 'beyond-reach' : 'budget', call)
    }
    if (Date.now() - this.#openedAt > maxSessionMs) return this.#end('budget', call)
    if (hasArrived || isSpent || this.#hold.lost || this.#buffer.length > 0) return
    if (this.#prepared.plan.by === 'get') return this.#getMore(room, call)
    if (this.#hold.credit === 0) return this.#feedOn(call)
    if ((await this.#hold.ready(call)) > 0) return this.#endWhenStalled(call)
    // The count may overtake what was delivered on other roads: once more, then it is the end.
    const late = await this.#hold.take(maxMessages, quietMs, call)
    for (const held of late) this.#meet(held)
    if (late.length === 0) await this.#end(this.#wanted ? 'beyond-reach' : 'done', call)
  }

  async #getMore(room: number, call: Call): Promise<void> {
    const wanted = this.#wanted ? Math.max(room, firstReach) : Math.min(room, this.#count - this.#seen)
    const before = this.#hold.arrived
    await this.#hold.getLane(wanted, call)
    if (this.#hold.arrived === before) await this.#end(this.#wanted ? 'beyond-reach' : 'done', call)
  }

  async #endWhenStalled(call: Call): Promise<void> {
    this.#quietSince ??= Date.now()
    if (Date.now() - this.#quietSince > stallMs) await this.#end('budget', call)
  }

  async #end(reason: NonNullable<ClaimSession['ended']>, call: Call): Promise<void> {
    this.ended = reason
    await this.#exclusively(() => this.#hold.stop(call))
  }

  /** How many to be given at first: enough that messages returned earlier are not rotated. */
  #firstReach(): number {
    const { facts, plan, looks, ready } = this.#prepared
    const average = facts.ready && facts.readyBytes ? facts.readyBytes / facts.ready : 1
    const byBytes = Math.max(1, Math.floor(maxBytes / Math.max(1, average)))
    if (!this.#wanted) return Math.max(1, Math.min(this.#window, this.#count, byBytes))
    const reach = Math.max(this.#window, firstReach)
    const returned = plan.rotates ? Math.max(looks.reach, facts.reportedReturned ?? 0) : 0
    return Math.max(1, Math.min(Math.max(reach, returned), Math.max(ready, 1), maxMessages, byBytes))
  }

  async #feed(prefetch: number, call: Call): Promise<void> {
    if (this.#prepared.plan.by === 'get') return
    await this.#exclusively(() => this.#hold.addLane(prefetch, call))
  }

  async #feedOn(call: Call): Promise<void> {
    await this.#exclusively(() => this.#hold.stop(call))
    const left = this.#count - this.#hold.arrived
    if (left <= 0) return
    await this.#feed(Math.min(left, this.#wanted ? Math.max(this.#seen, 1) : this.#window), call)
  }

  /** Starting and stopping deliveries never overlap: two consumers at once would mix the order. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#feeding.then(work, work)
    this.#feeding = turn.catch(() => undefined)
    return turn
  }

  async settle(claims: readonly Claim[], verdict: 'remove' | 'release', call: Call): Promise<void> {
    throwIfOver(call)
    if (this.#hold.lost) {
      this.ended = 'lost'
      throw this.#hold.lost
    }
    const held = claims.map(({ token }) => token as Held).filter((one) => this.#handedOut.has(one))
    if (this.#closing) throw new BrokerError('conflict', 'This session is closed')
    if (verdict === 'remove' && held.length > 0) {
      // What is acknowledged makes room for more: not beyond what was asked for.
      if (!this.#wanted && this.#hold.credit + this.#hold.arrived + held.length > this.#count)
        await this.#exclusively(() => this.#hold.stop(call))
      await this.#hold.ack(held, call)
    }
    for (const one of held) this.#handedOut.delete(one)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close(newCall(2_000))
    return this.#closing
  }

  async #close(call: Call): Promise<void> {
    this.#onClose()
    const { facts, plan, looks } = this.#prepared
    let moved: readonly Effect[] = []
    let returned = 0
    try {
      if (!this.#hold.lost) {
        await this.#passReturned(call)
        moved = await saveThoseAtLimit(this.#client, this.#ref, plan, this.#hold, call)
      }
    } catch {
      // What could not be saved goes back like the rest; the delivery limit was minded before the claim.
    } finally {
      returned = this.#hold.unacked.length
      await this.#hold.release()
    }
    if (returned > 0 || moved.length > 0)
      this.effects = [...this.#declared.filter((effect) => effect.code !== 'moves-to-tail'), ...moved]
    this.ended ??= 'done'
    if (facts.kind !== 'quorum') return
    const count = looks.count + (returned > 0 ? 1 : 0)
    await this.#note(count, Math.max(looks.reach, returned), newCall(2_000)).catch(() => undefined)
  }

  #note(count: number, reach: number, call: Call): Promise<void> {
    return writeLooks(this.#client.deps.notes, this.#ref, { count, reach }, call)
  }

  /** A quorum queue keeps returned messages in a line before all others: stopping among them would rotate them. */
  async #passReturned(call: Call): Promise<void> {
    if (!this.#prepared.plan.rotates) return
    for (;;) {
      const isAmong = this.#hold.newest?.delivery.fields.redelivered === true
      if (!isAmong || this.#hold.arrived >= maxMessages || this.#hold.unacked.length === 0) return
      if ((await this.#hold.ready(call)) === 0) return
      const before = this.#hold.arrived
      if (this.#hold.credit === 0) {
        await this.#exclusively(() => this.#hold.stop(call))
        await this.#exclusively(() => this.#hold.addLane(Math.max(before, firstReach), call))
      }
      await this.#hold.take(maxMessages, quietMs, call)
      if (this.#hold.arrived === before) return
    }
  }
}
