import { type BrokerSettings, findDriver } from '../brokers/registry.ts'
import { secretsOf } from '../config/secrets-of.ts'
import type { Redactor } from '../log/create-log.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { AddedBrokerRow, Storage } from '../storage/contract/index.ts'

/** One that was added by form: its settings, or why they cannot be read any more. */
export type Added =
  | {
      readonly row: AddedBrokerRow
      readonly settings: BrokerSettings
      readonly written: Record<string, unknown>
    }
  | { readonly row: AddedBrokerRow; readonly settings: null; readonly trouble: string }

export interface AddedBrokers {
  list(): Promise<readonly Added[]>
  /** Encrypted and on disk when it resolves; its secrets are struck out of the log from then on. */
  save(settings: BrokerSettings, written: Readonly<Record<string, unknown>>, by: string): Promise<void>
  remove(id: string): Promise<void>
}

/** Options lie in the store encrypted, each sealed for its own broker, as a person would write them. */
export function createAddedBrokers(
  storage: Storage,
  sealer: Sealer,
  redactor: Redactor,
  now: () => number,
): AddedBrokers {
  function read(row: AddedBrokerRow): Added {
    const driver = findDriver(row.kind)
    if (!driver) return { row, settings: null, trouble: `this version knows no ${row.kind}` }
    try {
      const written = JSON.parse(sealer.open(row.sealed, contextOf(row))) as Record<string, unknown>
      redactor.add(secretsOf(written))
      const parsed = driver.options.safeParse(written)
      if (!parsed.success) return { row, settings: null, trouble: 'this version takes other settings for it' }
      const { id, label, environment, mode } = row
      return {
        row,
        written,
        settings: { id, kind: row.kind, label, environment, mode, options: parsed.data },
      }
    } catch (error) {
      return { row, settings: null, trouble: error instanceof Error ? error.message : String(error) }
    }
  }

  return {
    list: async () => (await storage.addedBrokers.list()).map(read),
    async save({ id, kind, label, environment, mode }, written, by) {
      redactor.add(secretsOf(written))
      const sealed = sealer.seal(JSON.stringify(written), contextOf({ id, kind }))
      const atMs = now()
      const times = { createdAtMs: atMs, changedAtMs: atMs }
      await storage.addedBrokers.put({ id, kind, label, environment, mode, sealed, createdBy: by, ...times })
    },
    remove: (id) => storage.addedBrokers.remove(id),
  }
}

/** Sealed text moved to another row of the store does not open there. */
const contextOf = ({ id, kind }: { readonly id: string; readonly kind: string }) =>
  `${kind} ${id}`
