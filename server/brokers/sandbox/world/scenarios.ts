import type { Sample } from '../../contract/index.ts'
import { type Fault, SandboxBroker } from '../engine/broker.ts'
import { sampleAll } from '../facets/core.ts'
import type { SandboxOptions, Scenario } from '../options.ts'
import { createGlutton } from './blocked.ts'
import { createBusy } from './busy.ts'
import { settleHostile } from './hostile.ts'
import { settleShop } from './shop.ts'

const manyQueues = 10_000
const [minuteMs, hourMs] = [60_000, 3_600_000]

/** Of its last minutes it tells every step, of its last hour half minutes, of its day every other minute. */
function isTold(ageMs: number, scenario: Scenario): boolean {
  // Each told moment is one of 10,000 queues more: a few of the last minutes are enough.
  if (scenario === 'many') return ageMs < 15 * minuteMs && ageMs % minuteMs === 0
  if (ageMs < 15 * minuteMs) return true
  return ageMs % (ageMs < hourMs ? minuteMs / 2 : 2 * minuteMs) === 0
}
const faults = {
  shop: 'none',
  busy: 'none',
  blocked: 'none',
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
  { seed = 20_260_101, scenario = 'shop', traffic = 'live', queues = manyQueues }: SandboxOptions,
  now: () => number,
): SandboxBroker {
  const broker = new SandboxBroker(now)
  broker.fault = faults[scenario]
  if (scenario === 'hostile') settleHostile(broker)
  else if (scenario !== 'empty') {
    const past: Sample[] = []
    let more: More | null = null
    let lastMs = 0
    const world = settleShop(broker, seed, (atMs) => {
      const ageMs = broker.bornMs - atMs
      if (ageMs < 15 * minuteMs) {
        more ??= moreOf(scenario, broker, seed, atMs)
        more?.tick(atMs, atMs - (lastMs || atMs))
        lastMs = atMs
      }
      if (isTold(ageMs, scenario)) past.push(sampleAll(broker, atMs))
    })
    const tick = (atMs: number, dtMs: number) => {
      // Who publishes is held up by its broker, and every worker publishes what it did.
      if (broker.nodes.blocked() !== null) return
      world.tick(atMs, dtMs)
      more?.tick(atMs, dtMs)
    }
    broker.settle({ ...world, tick: traffic === 'still' ? () => undefined : tick })
    // Taken out: `tick` lives on, and with it everything that is named here.
    broker.past = past.splice(0)
  }
  if (scenario === 'many')
    for (let index = 0; index < queues; index += 1) broker.addQueue(`load-${String(index).padStart(5, '0')}`)
  return broker
}

interface More {
  readonly tick: (atMs: number, dtMs: number) => void
}

/** What goes on beside the shop, from the first moment the broker remembers. */
function moreOf(scenario: Scenario, broker: SandboxBroker, seed: number, atMs: number): More | null {
  if (scenario === 'busy') return createBusy(broker, seed, atMs)
  return scenario === 'blocked' ? createGlutton(broker, seed) : null
}
