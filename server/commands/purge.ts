import type { Call, Caller } from '../brokers/contract/index.ts'
import { type Located, needFacet } from '../messages/locate.ts'
import { BackupLog } from './backup-log.ts'
import { assertConfirmed } from './confirm.ts'
import type { CommandPorts } from './ports.ts'

/** Everything that lies there now, into a backup and only then out: the driver removes what the sink took, never more. */
export async function purgeAll(
  ports: CommandPorts,
  located: Located,
  confirm: string,
  caller: Caller,
  call: Call,
): Promise<{ removed: number; backup: string }> {
  assertConfirmed(confirm, located.ref.name)
  const purge = await needFacet(located, 'purge', call)
  const backup = new BackupLog(ports, located, 'purge', caller)
  try {
    const { removed } = await purge.purge(located.ref, (messages) => backup.append(messages), call)
    return { removed, backup: await backup.complete() }
  } catch (error) {
    throw await backup.breakOff(error, ports)
  }
}
