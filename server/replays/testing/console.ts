import { permissions } from '../../../lib/domain/permissions.ts'
import type { Replay, ReplayInput } from '../../../lib/schemas/replay.ts'
import { type BrokerConnection, BrokerError, type Caller, newCall } from '../../brokers/contract/index.ts'
import { guardBroker } from '../../brokers/guard.ts'
import type { Storage } from '../../storage/contract/index.ts'
import { createReplays } from '../index.ts'
import type { ReplayPorts } from '../ports.ts'

export const caller: Caller = {
  actor: 'ann',
  via: 'session',
  permissions: new Set(permissions),
  auditId: 'a-route',
}

export const silentLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** The engine over one broker called `shop` (and others), as one process would hold it. */
export function openConsole(
  storage: Storage,
  connections: Readonly<Record<string, BrokerConnection>>,
  more: Partial<ReplayPorts> & { readonly mode?: 'read-only' } = {},
) {
  const changes: Replay[] = []
  const replays = createReplays({
    storage,
    findBroker: (id) => {
      const connection = connections[id]
      if (!connection) throw new BrokerError('not_found', `There is no broker ${id}`)
      const settings = {
        id,
        kind: connection.kind,
        label: id,
        environment: 'development',
        address: 'here',
      } as const
      return guardBroker({ ...settings, mode: more.mode ?? 'read-write' }, connection)
    },
    readFailure: () => null,
    edgesOf: () => [],
    now: Date.now,
    log: silentLog,
    onChange: (run) => changes.push(run),
    retryMs: 2,
    ...more,
  })
  const call = () => newCall(10_000)
  return {
    replays,
    changes,
    create: (input: ReplayInput) => replays.create(input, caller, call()),
    start: (id: string) => replays.start(id, caller, call()),
    pause: (id: string) => replays.pause(id, caller, call()),
    resume: (id: string) => replays.resume(id, caller, call()),
    cancel: (id: string) => replays.cancel(id, caller, call()),
    get: (id: string) => replays.get(id, caller),
    resolve: (id: string, row: number, verdict: 'arrived' | 'resend') =>
      replays.resolve(id, row, verdict, caller, call()),
    /** Waits until the run stands in one of these states. */
    async until(id: string, ...states: Replay['state'][]): Promise<Replay> {
      for (let tries = 0; tries < 5_000; tries += 1) {
        const run = await replays.get(id, caller)
        if (states.includes(run.state)) return run
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      throw new Error(
        `${id} never was ${states.join(' or ')}: ${JSON.stringify(await replays.get(id, caller))}`,
      )
    },
  }
}
