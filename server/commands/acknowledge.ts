import { AppError } from '../../lib/domain/app-error.ts'
import { BrokerError, type BrokerMessage, type Call, type Caller } from '../brokers/contract/index.ts'
import { type Located, needFacet } from '../messages/locate.ts'
import { BackupLog } from './backup-log.ts'
import type { CommandPorts } from './ports.ts'

/**
 * Takes delivered entries off their group's pending list. The entries stay in the log; the backup holds what they
 * were, as far as they are still there. An entry that was deleted meanwhile has no content left to back up.
 */
export async function acknowledge(
  ports: CommandPorts,
  located: Located,
  ids: readonly string[],
  group: string | undefined,
  caller: Caller,
  call: Call,
): Promise<{ settled: number; backup: string }> {
  if (!group) throw new AppError('bad_request', 'acknowledge needs the group whose pending entry is meant')
  const groups = await needFacet(located, 'groups', call)
  if (!groups.acknowledge) {
    throw new AppError(
      'unsupported',
      'Groups here keep a position, no list of pending entries to acknowledge',
    )
  }
  const backup = new BackupLog(ports, located, 'acknowledge', caller)
  try {
    await backup.append(await readEntries(located, ids, call))
    const settled = await groups.acknowledge(located.ref, group, ids, call)
    if (settled === 0)
      throw new AppError('conflict', `None of these entries is pending in the group ${group}`)
    return { settled, backup: await backup.complete() }
  } catch (error) {
    throw await backup.breakOff(error, ports)
  }
}

async function readEntries(located: Located, ids: readonly string[], call: Call): Promise<BrokerMessage[]> {
  const browse = await needFacet(located, 'browse', call)
  const messages: BrokerMessage[] = []
  for (const id of ids) {
    try {
      messages.push(await browse.get(located.ref, id, call))
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'not_found') throw error
    }
  }
  return messages
}
