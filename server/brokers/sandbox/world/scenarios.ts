import type { Sample } from '../../contract/index.ts'
import { SandboxBroker } from '../engine/broker.ts'
import { sampleAll } from '../facets/core.ts'
import type { SandboxOptions, Scenario } from '../options.ts'
import { settleShop } from './shop.ts'

const manyQueues = 10_000
const faults = {
  partial: 'partial',
  forbidden: 'forbidden',
  slow: 'slow',
  silent: 'silent',
  down: 'down',
} as const

/** A broker as its options say, with its past already lived. */
export function createSandbox(
  { seed = 20_260_101, scenario = 'shop' }: SandboxOptions,
  now: () => number,
): SandboxBroker {
  const broker = new SandboxBroker(now)
  broker.fault = faultOf(scenario)
  if (scenario !== 'empty') {
    const past: Sample[] = []
    broker.settle(settleShop(broker, seed, (atMs) => past.push(sampleAll(broker, atMs))))
    broker.past = past
  }
  if (scenario === 'many')
    for (let index = 0; index < manyQueues; index += 1)
      broker.addQueue(`load-${String(index).padStart(5, '0')}`)
  return broker
}

function faultOf(scenario: Scenario) {
  return scenario === 'shop' || scenario === 'empty' || scenario === 'many' ? 'none' : faults[scenario]
}
