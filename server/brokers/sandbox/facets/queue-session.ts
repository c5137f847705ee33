import {
  BrokerError,
  type Call,
  type Claim,
  type ClaimRequest,
  type ClaimSession,
  pause,
} from '../../contract/index.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import type { Gate } from './gate.ts'
import { claimEffects, noEffect, parseQueueId, showQueued } from './views.ts'

const maxSessionMs = 60_000
const maxSessionMessages = 10_000
const maxSessionBytes = 64 << 20

export type QueueSession = ClaimSession

export function openQueueSession(
  gate: Gate,
  sessions: Set<QueueSession>,
  queue: SandboxQueue,
  request: ClaimRequest,
): QueueSession {
  const session = new Session(gate, queue, request, () => sessions.delete(session))
  sessions.add(session)
  return session
}

/**
 * Holds messages of a queue: `held` are handed out and not yet settled. They leave with `remove`, return to
 * their own places with `release` or at the end, and are the broker's again when the connection broke.
 */
class Session implements ClaimSession {
  ended: ClaimSession['ended'] = null
  private readonly gate: Gate
  private readonly queue: SandboxQueue
  private readonly onClose: () => void
  private readonly window: number
  /** Sequences still to be taken, in the queue's order; null takes from the head. */
  private readonly wanted: number[] | null
  private left: number
  private readonly held = new Set<number>()
  private readonly generation: number
  private readonly openedAtMs: number
  private messages = 0
  private bytes = 0
  private isMissing = false
  private hasReleased = false
  private isClosed = false

  constructor(gate: Gate, queue: SandboxQueue, { select, window }: ClaimRequest, onClose: () => void) {
    this.gate = gate
    this.queue = queue
    this.onClose = onClose
    this.window = Math.max(1, window)
    this.wanted = select.kind === 'ids' ? sortedSequences(select.ids) : null
    this.isMissing = select.kind === 'ids' && this.wanted?.length !== new Set(select.ids).size
    this.left = select.kind === 'ids' ? (this.wanted?.length ?? 0) : select.count
    this.generation = gate.broker.generation
    this.openedAtMs = gate.broker.now()
  }

  get effects() {
    return this.hasReleased ? claimEffects : [noEffect]
  }

  async next(max: number, call: Call): Promise<readonly Claim[]> {
    for (;;) {
      await this.gate.touch(call, () => this.assertHeld())
      if (this.ended !== null) return []
      const room = Math.min(max, this.window - this.held.size)
      if (room > 0) return this.take(room)
      // The window is full: as on a real broker, more comes only after something was settled.
      await pause(call, 10)
    }
  }

  private take(room: number): Claim[] {
    const claims: Claim[] = []
    while (claims.length < room && this.left > 0 && !this.isSpent()) {
      this.left -= 1
      const message = this.wanted ? this.queue.holdOne(this.wanted.shift() ?? 0) : this.queue.holdHead(1)[0]
      if (!message) {
        this.isMissing = true
        if (!this.wanted) this.left = 0
        continue
      }
      this.held.add(message.seq)
      const shown = showQueued(message, 0)
      this.messages += 1
      this.bytes += shown.sizeBytes
      claims.push({ message: shown, token: message.seq })
    }
    if (this.left > 0 && this.isSpent()) this.ended = 'budget'
    else if (this.left === 0) this.ended = this.wanted && this.isMissing ? 'beyond-reach' : 'done'
    return claims
  }

  private isSpent(): boolean {
    const ageMs = this.gate.broker.now() - this.openedAtMs
    return ageMs > maxSessionMs || this.messages >= maxSessionMessages || this.bytes >= maxSessionBytes
  }

  async settle(claims: readonly Claim[], verdict: 'remove' | 'release', call: Call): Promise<void> {
    await this.gate.touch(call, () => this.assertHeld())
    for (const { token } of claims) {
      if (typeof token !== 'number' || !this.held.delete(token)) continue
      if (verdict === 'remove') this.queue.acknowledge(token)
      else this.giveBack(token)
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    this.onClose()
    if (this.generation === this.gate.broker.generation) for (const seq of this.held) this.giveBack(seq)
    this.held.clear()
    this.ended ??= 'done'
  }

  private giveBack(seq: number): void {
    this.hasReleased = true
    this.queue.giveBack(seq, true)
  }

  private assertHeld(): void {
    if (this.isClosed) throw new BrokerError('conflict', 'This session is closed')
    if (this.generation === this.gate.broker.generation) return
    this.ended = 'lost'
    throw new BrokerError('unreachable', 'The connection broke: what was held is back in the queue')
  }
}

function sortedSequences(ids: readonly string[]): number[] {
  const sequences = new Set(ids.flatMap((id) => parseQueueId(id) ?? []))
  return [...sequences].sort((a, b) => a - b)
}
