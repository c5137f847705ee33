import { byTrouble } from '@/components/features/brokers'
import type { Broker, Environment } from '@/lib/schemas/broker'

/** Up to this many stand in one list; above it healthy ones collapse, and the list has a filter. */
export const fewBrokers = 12

export interface RailGroup {
  readonly id: Environment | 'found' | 'all'
  /** Null where there is only one group to be in. */
  readonly label: string | null
  readonly shown: readonly Broker[]
  /** Healthy ones that are folded away. */
  readonly folded: readonly Broker[]
}

const order: readonly [Environment, string][] = [
  ['production', 'Production'],
  ['staging', 'Staging'],
  ['development', 'Development'],
  ['unknown', 'Environment unknown'],
]

/** Brokers by environment where there is more than one, unhealthy first; the one that is open is never folded away. */
export function groupBrokers(
  brokers: readonly Broker[],
  { words, open }: { words: string; open: string | null },
): readonly RailGroup[] {
  const needle = words.trim().toLowerCase()
  const matching = brokers
    .filter(({ label, id }) => `${label}\n${id}`.toLowerCase().includes(needle))
    .sort(byTrouble)
  const known = matching.filter(({ state }) => state !== 'found')
  const found = matching.filter(({ state }) => state === 'found')
  const isMany = brokers.length > fewBrokers && needle === ''
  const environments = new Set(
    brokers.filter(({ state }) => state !== 'found').map(({ environment }) => environment),
  )
  const groupOf = (id: RailGroup['id'], label: string | null, all: readonly Broker[]): RailGroup[] => {
    const isFolded = (broker: Broker) => isMany && broker.state === 'up' && broker.id !== open
    const shown = all.filter((broker) => !isFolded(broker))
    return all.length === 0 ? [] : [{ id, label, shown, folded: all.filter(isFolded) }]
  }
  const groups =
    environments.size > 1
      ? order.flatMap(([id, label]) =>
          groupOf(
            id,
            label,
            known.filter(({ environment }) => environment === id),
          ),
        )
      : groupOf('all', null, known)
  return [...groups, ...groupOf('found', groups.length > 0 ? 'Found, not connected' : null, found)]
}
