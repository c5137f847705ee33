import type { Level } from '@/components/ui/state-mark'
import type { Broker } from '@/lib/schemas/broker'

export function levelOf(broker: Pick<Broker, 'state' | 'blocked'>): Level {
  if (isBlocked(broker)) return 'crit'
  if (broker.state === 'up') return 'ok'
  if (broker.state === 'degraded') return 'warn'
  if (broker.state === 'down') return 'crit'
  return 'unknown'
}

const stateWords: Record<Broker['state'], string> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  connecting: 'connecting',
  found: 'found, not connected',
}

export function stateWord(broker: Pick<Broker, 'state' | 'blocked'>): string {
  return isBlocked(broker) ? 'blocked' : stateWords[broker.state]
}

/** It answers, and takes no messages. */
function isBlocked({ state, blocked }: Pick<Broker, 'state' | 'blocked'>): boolean {
  return blocked !== undefined && (state === 'up' || state === 'degraded')
}

/** "RabbitMQ 4.0.5": the product and its version, as far as known. */
export function productOf(broker: Pick<Broker, 'product' | 'version'>): string {
  return broker.version ? `${broker.product} ${broker.version}` : broker.product
}

/** Unhealthy first, then by name. */
export function byTrouble(a: Broker, b: Broker): number {
  const rank = { down: 0, degraded: 1, connecting: 2, up: 3, found: 4 } as const
  const rankOf = (broker: Broker) => (isBlocked(broker) ? rank.down : rank[broker.state])
  return rankOf(a) - rankOf(b) || a.label.localeCompare(b.label)
}
