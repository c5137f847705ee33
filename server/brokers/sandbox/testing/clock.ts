import type { BrokerConnection, DriverDeps } from '../../contract/index.ts'
import { sandbox } from '../index.ts'
import type { SandboxOptions } from '../options.ts'

/** A clock that stands still until it is told. */
export function createClock(startMs = Date.parse('2026-03-03T10:20:30.000Z')) {
  let nowMs = startMs
  return {
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms
    },
  }
}
export type Clock = ReturnType<typeof createClock>

export function depsOf(now: () => number): DriverDeps {
  const silent = () => undefined
  return {
    brokerId: 'sandbox',
    notes: { get: async () => null, set: async () => undefined },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now,
  }
}

export function openSandbox(clock: Clock, options: SandboxOptions = {}): Promise<BrokerConnection> {
  return sandbox.connect(options, depsOf(clock.now))
}
