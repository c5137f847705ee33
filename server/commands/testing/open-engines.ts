import type { BrokerConnection, FindBroker } from '../../brokers/contract/index.ts'
import { guardBroker } from '../../brokers/guard.ts'
import { createMessages, type MessageEngine } from '../../messages/create-messages.ts'
import type { Storage } from '../../storage/contract/index.ts'
import { openStorage } from '../../storage/sqlite/open-storage.ts'
import { type CommandEngine, createCommands } from '../create-commands.ts'

export interface Engines {
  readonly storage: Storage
  readonly commands: CommandEngine
  readonly messages: MessageEngine
}

/** Both engines over one guarded connection, which answers to every broker id, and a store in `directory`. */
export async function openEngines(connection: BrokerConnection, directory: string): Promise<Engines> {
  const storage = await openStorage(directory)
  const facts = { label: 'Test', environment: 'development', mode: 'read-write', address: 'local' } as const
  const findBroker: FindBroker = (id) => guardBroker({ id, kind: connection.kind, ...facts }, connection)
  const silent = () => undefined
  const ports = { findBroker, now: Date.now }
  const messages = createMessages({
    ...ports,
    openFailureReader: () => () => null,
    replays: storage.replays,
  })
  const commands = createCommands({
    ...ports,
    storage,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    touched: (broker) => messages.forget(broker),
  })
  return { storage, commands, messages }
}
