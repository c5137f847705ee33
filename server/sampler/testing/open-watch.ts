import type { LiveSample } from '../../../lib/schemas/live.ts'
import type { SamplerPorts } from '../ports.ts'
import { Watcher } from '../watcher.ts'
import type { FakeBroker } from './fake-broker.ts'

const silent = () => undefined

export interface Watch {
  readonly watcher: Watcher
  readonly samples: LiveSample[]
}

/** A watcher over a fake broker; what it tells is kept. */
export function openWatch(
  broker: FakeBroker,
  isWatchedLive = false,
  more: Partial<SamplerPorts> = {},
): Watch {
  const samples: LiveSample[] = []
  const ports: SamplerPorts = {
    detect: () => new Map(),
    sightingsOf: () => [],
    isWatchedLive: () => isWatchedLive,
    onBroker: silent,
    onSample: (sample) => samples.push(sample),
    onSnapshot: silent,
    now: () => Date.now(),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    ...more,
  }
  return { watcher: new Watcher(broker.guarded(), ports), samples }
}
