import type { Group } from '../schemas/group.ts'

/** Rates closer than this to each other are the same: a backlog is then called steady. */
export const steadyShare = 0.05

/** Milliseconds until nothing of `behind` waits at these rates (messages a second). */
export function drainOf(behind: number, arriving: number, reading: number): number | 'never' {
  const net = reading - arriving
  if (net <= reading * steadyShare) return 'never'
  return (behind / net) * 1_000
}

/**
 * The same of a group, at its pace of the last minutes, over the partitions whose lag is known; 0: it is caught up.
 * Null where nothing is known, or where what is known is caught up and there is more.
 */
export function drainOfGroup({ lag, pace }: Pick<Group, 'lag' | 'pace'>): number | 'never' | null {
  const counted = lag.flatMap((row) => (row.lag.state === 'ok' ? [row.lag.value] : []))
  const behind = counted.reduce((sum, value) => sum + value, 0)
  if (behind === 0) return counted.length > 0 && counted.length === lag.length ? 0 : null
  if (pace?.arriving.state !== 'ok' || pace.reading.state !== 'ok') return null
  return drainOf(behind, pace.arriving.value, pace.reading.value)
}
