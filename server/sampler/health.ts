import type { Abilities } from '../../lib/schemas/ability.ts'
import type { BrokerState } from '../../lib/schemas/broker.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import { BrokerError, type BrokerErrorCode, type Probe } from '../brokers/contract/index.ts'

/**
 * What is known of a broker's life. States: connecting (nothing heard yet) → up | degraded | down, and from
 * each to each. Invariant: `down` says why, since when, and keeps what the last good probe told.
 */
export interface Health {
  readonly state: Exclude<BrokerState, 'found'>
  readonly reason: string | null
  /** Why the last probe failed; null while it answers. */
  readonly code: BrokerErrorCode | null
  readonly sinceMs: number
  readonly version: string | null
  readonly identity: string | null
  readonly abilities: Abilities
  readonly problems: readonly Problem[]
}

export function newHealth(nowMs: number): Health {
  return {
    state: 'connecting',
    reason: null,
    code: null,
    sinceMs: nowMs,
    version: null,
    identity: null,
    abilities: {},
    problems: [],
  }
}

/** Limits of our own rights or addresses; they are told, but the broker is none the worse for them. */
const harmless = new Set(['forbidden', 'unsupported', 'partial'])

/** After a probe answered. `sampleProblem` is why the last sample failed, `sampled` what it complained of. */
export function afterProbe(
  health: Health,
  probe: Probe,
  sampled: readonly Problem[],
  sampleProblem: string | null,
  nowMs: number,
): Health {
  const worries = [...probe.problems, ...sampled].filter((problem) => !harmless.has(problem.code))
  const reason = sampleProblem ?? worries[0]?.message ?? null
  const state = reason === null ? 'up' : 'degraded'
  return {
    state,
    reason,
    code: null,
    sinceMs: state === health.state ? health.sinceMs : nowMs,
    version: probe.version,
    identity: probe.identity,
    abilities: probe.abilities,
    problems: probe.problems,
  }
}

/** After a probe failed: one is enough, it has its own deadline, and the next good one heals. */
export function afterFailure(health: Health, error: unknown, nowMs: number): Health {
  const reason = wordsOf(error)
  const code = error instanceof BrokerError ? error.code : 'protocol'
  return {
    ...health,
    state: 'down',
    reason,
    code,
    sinceMs: health.state === 'down' ? health.sinceMs : nowMs,
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
