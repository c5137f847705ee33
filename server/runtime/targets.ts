import { AppError } from '../../lib/domain/app-error.ts'
import { decodeRef } from '../brokers/contract/index.ts'
import { readGroupKey } from '../sampler/index.ts'
import type { StatusEngine } from '../status/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { BrokerHouse } from './brokers.ts'
import type { Targets } from './contract.ts'

/** Ids of a path, checked before a body is read, and named for the audit row. */
export function createTargets(
  house: BrokerHouse,
  storage: Storage,
  needs: Pick<StatusEngine, 'has'>,
): Targets {
  return {
    async check(params) {
      let target: string | null = null
      const { broker, destination, group, connection, replay, backup, reset, need } = params
      if (broker !== undefined) {
        if (house.find(String(broker)) === null) throw missing('broker')
      }
      if (destination !== undefined) {
        const ref = decodeRef(String(destination))
        if (!ref) throw missing('destination')
        target = ref.name
      }
      if (group !== undefined) {
        const key = readGroupKey(String(group))
        if (key === null) throw missing('consumer group')
        target = key
      }
      if (connection !== undefined) target = String(connection)
      if (replay !== undefined) {
        if (!(await storage.replays.get(String(replay)))) throw missing('replay')
        target = String(replay)
      }
      if (backup !== undefined) {
        if (!(await storage.backups.get(String(backup)))) throw missing('backup')
        target = String(backup)
      }
      if (reset !== undefined) {
        const row = await storage.offsetResets.get(String(reset))
        if (!row) throw missing('offset reset')
        target = row.groupName
      }
      if (need !== undefined) {
        if (!needs.has(String(need))) throw missing('need')
        target = String(need)
      }
      return { target }
    },
  }
}

function missing(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}`)
}
