import { createHash } from 'node:crypto'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerMessage,
  type Claim,
  type ClaimRequest,
  type ClaimSession,
  type DestinationRef,
  type Outgoing,
  type PublishOutcome,
  queueMessageId,
  textOfHeader,
} from '../../brokers/contract/index.ts'
import { plainTraits } from '../../brokers/testing/plain-traits.ts'
import { replayIdHeader } from '../headers.ts'
import type { Life } from './life.ts'

/** `queue` gives away; `log` keeps (marks); `stream` is a log whose entries are deleted; `moving` also in one step with the target. */
export type Shape = 'queue' | 'log' | 'stream' | 'moving'

export interface Stored {
  readonly seq: number
  readonly body: string
  readonly replayId: string | null
  heldBy: object | null
  redelivered: boolean
}

/** What befalls one send, by its number: lost before or after it was stored (`unknown`), or refused. */
export type Fault = 'lost-before' | 'lost-after' | 'refused' | 'cut'

/** A broker in memory that outlives the lives of the console. */
export class FakeWorld {
  readonly places = new Map<string, { readonly shape: Shape; messages: Stored[]; next: number }>()
  readonly faults = new Map<number, Fault>()
  sends = 0
  isDown = false
  /** Goes down just before this send. */
  downAt = Number.POSITIVE_INFINITY
  sendDelayMs = 0

  add(name: string, shape: Shape, bodies: readonly string[] = []): DestinationRef {
    this.places.set(name, { shape, messages: [], next: 0 })
    for (const body of bodies) this.put(name, body, null)
    return { type: shape === 'queue' ? 'queue' : 'stream', name }
  }

  put(name: string, body: string, replayId: string | null): number {
    const place = this.place({ name })
    place.next += 1
    place.messages.push({ seq: place.next, body, replayId, heldBy: null, redelivered: false })
    return place.next
  }

  place(ref: { readonly name: string }) {
    const place = this.places.get(ref.name)
    if (!place) throw new BrokerError('not_found', `There is no ${ref.name}`)
    return place
  }

  bodies(name: string): string[] {
    return this.place({ name }).messages.map(({ body }) => body)
  }

  connect(life: Life): BrokerConnection {
    const pass = async () => {
      await life.step()
      if (this.isDown) throw new BrokerError('unreachable', 'The fake broker is down')
    }
    const after = () => life.step()
    const world = this
    return {
      kind: 'sandbox',
      traits: plainTraits,
      probe: () => Promise.reject(new BrokerError('unsupported', 'not here')),
      listDestinations: () => Promise.reject(new BrokerError('unsupported', 'not here')),
      describeDestination: () => Promise.reject(new BrokerError('unsupported', 'not here')),
      sample: () => Promise.reject(new BrokerError('unsupported', 'not here')),
      close: async () => undefined,
      publish: {
        openPublisher: async () => {
          await pass()
          return {
            send: async (batch) => {
              await life.step()
              if (world.sendDelayMs > 0) await new Promise((done) => setTimeout(done, world.sendDelayMs))
              const outcomes: PublishOutcome[] = []
              for (const outgoing of batch) outcomes.push(world.#sendOne(outgoing))
              await after()
              return outcomes
            },
            close: async () => undefined,
          }
        },
        check: async ({ ref }) => {
          await pass()
          world.place(ref)
        },
        verify: {
          mark: async (ref) => {
            await pass()
            const place = world.place(ref)
            if (place.shape === 'queue') throw new BrokerError('unsupported', 'A queue cannot be searched')
            return String(place.next)
          },
          async *findSince(ref, mark, header) {
            if (header !== replayIdHeader) throw new Error(`asked for ${header}`)
            await pass()
            for (const { seq, replayId } of world.place(ref).messages)
              if (seq > Number(mark) && replayId !== null) yield { value: replayId, position: String(seq) }
          },
        },
      },
      claim: {
        shapeOf: (ref) => (world.place(ref).shape === 'queue' ? 'queue' : 'log'),
        settlesOf: (ref) => (world.place(ref).shape === 'log' ? 'marks' : 'removes'),
        count: async (ref) => {
          await pass()
          return world.place(ref).messages.filter(({ heldBy }) => heldBy === null).length
        },
        async *freeze(ref) {
          await pass()
          const ids = world.place(ref).messages.map(({ seq }) => String(seq))
          for (let at = 0; at < ids.length; at += 500) yield ids.slice(at, at + 500)
        },
        effects: async () => [{ code: 'sets-redelivered', detail: 'what is put back' }],
        open: async (ref, request) => {
          await pass()
          const isQueue = world.place(ref).shape === 'queue'
          return isQueue ? world.#openQueue(life, ref, request) : world.#openLog(life, ref, request)
        },
        transaction: (source, target) =>
          world.place(source).shape === 'moving' && world.place(target.ref).shape !== 'queue'
            ? 'One step'
            : null,
      },
    }
  }

  #sendOne({ target, message }: Outgoing): PublishOutcome {
    this.sends += 1
    if (this.sends === this.downAt) this.isDown = true
    const fault = this.isDown ? 'lost-before' : this.faults.get(this.sends)
    const id = message.headers.find(({ name }) => name === replayIdHeader)
    if (fault === 'refused')
      return { state: 'refused', code: 'rejected', reason: 'The fake broker refused it' }
    if (fault === 'lost-before') return { state: 'unknown', reason: 'The connection broke' }
    const body = Buffer.from(message.body ?? []).toString('utf8')
    const position = this.put(target.ref.name, body, (id && textOfHeader(id)) ?? null)
    if (fault === 'lost-after') return { state: 'unknown', reason: 'The connection broke' }
    return { state: 'confirmed', position: String(position), detail: 'kept' }
  }

  #openLog(life: Life, ref: DestinationRef, { select, window }: ClaimRequest): ClaimSession {
    const place = this.place(ref)
    const ids = select.kind === 'ids' ? [...select.ids] : []
    const session: { ended: ClaimSession['ended'] } = { ended: null }
    const remove = (claims: readonly Claim[]) => {
      const gone = new Set(claims.map(({ token }) => token))
      if (place.shape !== 'log') place.messages = place.messages.filter(({ seq }) => !gone.has(seq))
    }
    return {
      get ended() {
        return session.ended
      },
      effects: [],
      next: async (max) => {
        await life.step()
        const wanted = ids.splice(0, Math.min(max, window))
        const claims = wanted.flatMap((id) => {
          const stored = place.messages.find(({ seq }) => String(seq) === id)
          return stored ? [{ message: show(stored, id), token: stored.seq }] : []
        })
        if (claims.length === 0 && ids.length === 0) session.ended = 'done'
        await life.step()
        return claims
      },
      settle: async (claims, verdict) => {
        await life.step()
        this.#assertUp()
        if (verdict === 'remove') remove(claims)
        await life.step()
      },
      ...(place.shape === 'moving'
        ? {
            move: async (moves) => {
              await life.step()
              const outcomes = moves.map(({ claim, outgoing }) => {
                const before = this.sends
                const outcome = this.#sendOne(outgoing)
                const isStored = outcome.state === 'confirmed' || this.faults.get(before + 1) === 'lost-after'
                if (isStored) remove([claim])
                return outcome
              })
              await life.step()
              return outcomes
            },
          }
        : {}),
      close: async () => undefined,
    }
  }

  #openQueue(life: Life, ref: DestinationRef, { select, window }: ClaimRequest): ClaimSession {
    const place = this.place(ref)
    const key = {}
    const seen = new Map<string, number>()
    const wanted = select.kind === 'ids' ? new Set(select.ids) : null
    let left = select.kind === 'head' ? select.count : Number.POSITIVE_INFINITY
    const state: { ended: ClaimSession['ended']; isClosed: boolean } = { ended: null, isClosed: false }
    const handedOut = new Set<number>()
    const giveBack = () => {
      if (state.isClosed) return
      state.isClosed = true
      for (const stored of place.messages)
        if (stored.heldBy === key) {
          stored.heldBy = null
          stored.redelivered = true
        }
    }
    life.onDeath(giveBack)
    return {
      get ended() {
        return state.ended
      },
      effects: [],
      copiesSeen: (id) => {
        const body = place.messages.find((stored) => hashOf(stored.body) === hashPart(id))?.body
        return body === undefined ? 1 : (seen.get(body) ?? 1)
      },
      next: async (max) => {
        await life.step()
        if (state.isClosed) {
          state.ended = 'lost'
          return []
        }
        const claims: Claim[] = []
        while (claims.length < Math.min(max, window - handedOut.size) && left > 0) {
          const stored = place.messages.find(({ heldBy }) => heldBy === null)
          if (!stored) break
          stored.heldBy = key
          const ordinal = seen.get(stored.body) ?? 0
          seen.set(stored.body, ordinal + 1)
          const id = queueMessageId(hashOf(stored.body), ordinal)
          if (wanted && !wanted.delete(id)) continue
          left -= 1
          handedOut.add(stored.seq)
          claims.push({ message: show(stored, id), token: stored.seq })
          if (wanted?.size === 0) left = 0
        }
        if (claims.length === 0) state.ended = wanted && wanted.size > 0 ? 'beyond-reach' : 'done'
        await life.step()
        return claims
      },
      settle: async (claims, verdict) => {
        await life.step()
        if (this.isDown) {
          giveBack()
          state.ended = 'lost'
        }
        this.#assertUp()
        const gone = new Set(claims.map(({ token }) => token))
        for (const { token } of claims) handedOut.delete(token as number)
        if (verdict === 'remove') place.messages = place.messages.filter(({ seq }) => !gone.has(seq))
        await life.step()
      },
      close: async () => giveBack(),
    }
  }

  #assertUp(): void {
    if (this.isDown) throw new BrokerError('unreachable', 'The fake broker is down')
  }
}

export function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 24)
}

function hashPart(id: string): string {
  const parts = JSON.parse(Buffer.from(id, 'base64url').toString('utf8')) as string[]
  return parts[0] ?? ''
}

function show(stored: Stored, id: string): BrokerMessage {
  return {
    id,
    position: String(stored.seq),
    key: null,
    body: Buffer.from(stored.body, 'utf8'),
    headers: [],
    properties: { redelivered: stored.redelivered },
    timestampMs: null,
    sizeBytes: stored.body.length,
  }
}
