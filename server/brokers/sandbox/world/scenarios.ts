import type { Sample } from '../../contract/index.ts'
import { type Fault, SandboxBroker } from '../engine/broker.ts'
import { sampleAll } from '../facets/core.ts'
import type { SandboxOptions, Scenario } from '../options.ts'
import { settleHostile } from './hostile.ts'
import { settleShop } from './shop.ts'

const manyQueues = 10_000
const [minuteMs, hourMs] = [60_000, 3_600_000]

/** Of its last minutes it tells every step, of its last hour half minutes, of its day every other minute. */
function isTold(ageMs: number, scenario: Scenario): boolean {
  if (ageMs < 15 * minuteMs) return true
  // With 10,000 queues beside it the rest would take too long to take in.
  if (scenario === 'many') return false
  return ageMs % (ageMs < hourMs ? minuteMs / 2 : 2 * minuteMs) === 0
}
const faults = {
  shop: 'none',
  empty: 'none',
  many: 'none',
  hostile: 'none',
  partial: 'partial',
  forbidden: 'forbidden',
  failed: 'failed',
  slow: 'slow',
  silent: 'silent',
  stale: 'stale',
  down: 'down',
} as const satisfies Record<Scenario, Fault>

/** A broker as its options say, with its past already lived. */
export function createSandbox(
  { seed = 20_260_101, scenario = 'shop', traffic = 'live' }: SandboxOptions,
  now: () => number,
): SandboxBroker {
  const broker = new SandboxBroker(now)
  broker.fault = faults[scenario]
  if (scenario === 'hostile') settleHostile(broker)
  else if (scenario !== 'empty') {
    const past: Sample[] = []
    const world = settleShop(broker, seed, (atMs) => {
      if (isTold(broker.bornMs - atMs, scenario)) past.push(sampleAll(broker, atMs))
    })
    broker.settle(traffic === 'still' ? { ...world, tick: () => undefined } : world)
    broker.past = past
  }
  if (scenario === 'many')
    for (let index = 0; index < manyQueues; index += 1)
      broker.addQueue(`load-${String(index).padStart(5, '0')}`)
  return broker
}
