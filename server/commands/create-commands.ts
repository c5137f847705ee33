import { AppError } from '../../lib/domain/app-error.ts'
import type { PublishInput, PublishResult, SettleInput } from '../../lib/schemas/message.ts'
import type { Backup } from '../../lib/schemas/record.ts'
import type { Call, Caller } from '../brokers/contract/index.ts'
import { locate } from '../messages/locate.ts'
import type { Page, PageRequest } from '../storage/contract/index.ts'
import { type ConnectionActs, createConnectionActs } from './connections.ts'
import { createGroupActs, type GroupActs } from './group-acts.ts'
import type { CommandPorts } from './ports.ts'
import { publishOne } from './publish.ts'
import { purgeAll } from './purge.ts'
import { restoreBackup } from './restore.ts'
import { settle } from './settle.ts'

export interface CommandEngine extends ConnectionActs, GroupActs {
  publish(
    broker: string,
    destination: string,
    input: PublishInput,
    caller: Caller,
    call: Call,
  ): Promise<PublishResult>
  settle(
    broker: string,
    destination: string,
    input: SettleInput,
    caller: Caller,
    call: Call,
  ): Promise<{ settled: number; backup: string }>
  purge(
    broker: string,
    destination: string,
    input: { readonly confirm: string },
    caller: Caller,
    call: Call,
  ): Promise<{ removed: number; backup: string }>
  listBackups(request: PageRequest, caller: Caller): Promise<Page<Backup>>
  restore(backup: string, caller: Caller, call: Call): Promise<{ restored: number }>
}

/**
 * The acts a person does by hand. What leaves a broker lies in a backup first; the route began the audit row, and
 * the guard refuses a caller without one.
 */
export function createCommands(ports: CommandPorts): CommandEngine {
  const restoring = new Set<string>()

  /** Whatever became of it, what was read of this broker before is old. */
  async function touching<T>(broker: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      ports.touched(broker)
    }
  }
  const at = (broker: string, destination: string, caller: Caller) =>
    locate(ports.findBroker, broker, destination, caller)

  return {
    ...createConnectionActs(ports),
    ...createGroupActs(ports),
    async publish(broker, destination, input, caller, call) {
      const located = at(broker, destination, caller)
      return touching(broker, () => publishOne(located, input, call))
    },
    async settle(broker, destination, input, caller, call) {
      const located = at(broker, destination, caller)
      return touching(broker, () => settle(ports, located, input, caller, call))
    },
    async purge(broker, destination, { confirm }, caller, call) {
      const located = at(broker, destination, caller)
      return touching(broker, () => purgeAll(ports, located, confirm, caller, call))
    },
    listBackups: (request) => ports.storage.backups.list(request),
    async restore(id, caller, call) {
      const backup = await ports.storage.backups.get(id)
      if (!backup) throw new AppError('not_found', `There is no backup ${id}`)
      if (backup.state === 'restored') {
        throw new AppError('conflict', `This backup was restored already, at ${backup.restoredAt}`)
      }
      if (backup.state === 'writing') throw new AppError('conflict', 'This backup is still being written')
      if (restoring.has(id)) throw new AppError('conflict', 'This backup is being restored right now')
      restoring.add(id)
      try {
        return await touching(backup.broker, () => restoreBackup(ports, backup, caller, call))
      } finally {
        restoring.delete(id)
      }
    },
  }
}
