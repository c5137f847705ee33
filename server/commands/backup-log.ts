import { AppError } from '../../lib/domain/app-error.ts'
import type { Backup } from '../../lib/schemas/record.ts'
import { BrokerError, type BrokerMessage, type Caller } from '../brokers/contract/index.ts'
import type { Located } from '../messages/locate.ts'
import type { BackupWriter } from '../storage/contract/index.ts'
import type { CommandPorts } from './ports.ts'

/**
 * The backup of one act. It is opened with the first message, so that an act that was refused leaves none, and
 * each `append` is on disk when it resolves: only then may the source be touched.
 */
export class BackupLog {
  readonly #open: () => Promise<BackupWriter>
  #writer: Promise<BackupWriter> | null = null

  constructor(ports: CommandPorts, located: Located, cause: Backup['cause'], caller: Caller) {
    const meta = {
      broker: located.broker.id,
      destination: located.id,
      destinationName: located.ref.name,
      cause,
      createdBy: caller.actor,
    }
    this.#open = () => ports.storage.backups.create(meta, ports.now())
  }

  async append(messages: readonly BrokerMessage[]): Promise<void> {
    if (messages.length === 0) return
    this.#writer ??= this.#open()
    await (await this.#writer).append(messages)
  }

  /** Closes the backup, opening an empty one where nothing was written: every act names its backup. */
  async complete(): Promise<string> {
    this.#writer ??= this.#open()
    return (await (await this.#writer).finish('complete')).id
  }

  /**
   * Closes what was written as `partial`: some of it may still lie in the source. Returns the error to throw, which
   * names the backup.
   */
  async breakOff(error: unknown, ports: Pick<CommandPorts, 'log'>): Promise<unknown> {
    if (this.#writer === null) return error
    try {
      const writer = await this.#writer
      await writer.finish('partial')
      return withBackup(error, writer.id)
    } catch (failure) {
      ports.log.error('backup could not be closed', { error: String(failure) })
      return error
    }
  }
}

function withBackup(error: unknown, backup: string): unknown {
  if (!(error instanceof BrokerError) && !(error instanceof AppError)) return error
  const message = `${error.message} (what was backed up until then is in backup ${backup}; part of it may still lie in the destination)`
  const options = { cause: error, detail: { ...error.detail, backup } }
  return error instanceof BrokerError
    ? new BrokerError(error.code, message, options)
    : new AppError(error.code, message, options)
}
