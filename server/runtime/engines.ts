import type { Replay } from '../../lib/schemas/replay.ts'
import type { Registry } from '../brokers/registry.ts'
import type { DetectDeadLetters, HeaderSighting } from '../dead-letters/contract.ts'
import type { Log } from '../log/contract.ts'
import type { Sampler } from '../sampler/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { Commands, DeadLetters, Messages, Replays } from './contract.ts'

export interface EngineDeps {
  readonly registry: Registry
  readonly sampler: Sampler
  readonly storage: Storage
  readonly log: Log
  readonly now: () => number
  readonly onReplay: (replay: Replay) => void
}

export interface Engines {
  readonly detect: DetectDeadLetters
  sightingsOf(brokerId: string): readonly HeaderSighting[]
  readonly messages: Messages
  readonly deadLetters: DeadLetters
  readonly replays: Replays
  readonly commands: Commands
  /** Resumes the runs that were in motion when the process ended. */
  start(): Promise<void>
  stop(): Promise<void>
}
function none<T>(): T {
  return new Proxy({}, { get: () => () => Promise.reject(new Error('not yet')) }) as T
}
export function createEngines(_deps: EngineDeps): Engines {
  return {
    detect: () => new Map(),
    sightingsOf: () => [],
    messages: none(),
    deadLetters: none(),
    replays: none(),
    commands: none(),
    start: async () => undefined,
    stop: async () => undefined,
  }
}
