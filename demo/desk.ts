import type { BrokerKind } from '../scripts/brokers/index.ts'
import type { Control, Mood, Outcome } from './control/control.ts'
import type { Ledger } from './patterns/idempotent.ts'

/** Ends what a worker began: it finishes what it holds, settles it, and only then resolves. */
export type Stop = () => Promise<void>

/** One person of the company: a program of its own in real life, a few functions in this process. */
export interface Worker {
  /** What people break and heal it by; also the name of its connections. */
  readonly name: string
  /** One sentence for the page. */
  readonly about: string
  readonly needs: readonly BrokerKind[]
  /** Producers are stopped before consumers, so that nothing new comes in behind the last message. */
  readonly role: 'producer' | 'consumer'
  /** How it is when the demo starts; healthy unless it is here to show a trouble. */
  readonly begins?: Mood
  /** Milliseconds a step takes longer while it is slow. */
  readonly slowMs?: number
  start(desk: Desk): Promise<Stop>
}

/** What a worker is given: where the brokers are, and the person who may break it. */
export interface Desk {
  readonly name: string
  readonly ledger: Ledger
  /** The address of a broker the worker `needs`. */
  at(kind: BrokerKind): string
  has(kind: BrokerKind): boolean
  /** Orders a second the whole shop takes. */
  rate(): number
  mood(): Mood
  /** Nothing while healthy, a wait while slow; throws what `cause` makes while broken, with a real stack. */
  mishap(cause: () => Error): Promise<void>
  count(outcome: Outcome, times?: number): void
}

interface World {
  readonly control: Control
  readonly ledger: Ledger
  readonly addresses: ReadonlyMap<BrokerKind, string>
}

export function openDesk(world: World, worker: Worker): Desk {
  const { control, addresses } = world
  const { name, slowMs = 300 } = worker
  return {
    name,
    ledger: world.ledger,
    at(kind) {
      const address = addresses.get(kind)
      if (address === undefined) throw new Error(`${name} needs ${kind}, which is not running`)
      return address
    },
    has: (kind) => addresses.has(kind),
    rate: () => control.rate,
    mood: () => control.moodOf(name),
    async mishap(cause) {
      const mood = control.moodOf(name)
      if (mood === 'slow') await new Promise((done) => setTimeout(done, slowMs))
      if (mood === 'broken') throw cause()
    },
    count: (outcome, times) => control.count(name, outcome, times),
  }
}
