import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Tables } from '../sqlite/tables.ts'
import { init } from './0001-init.ts'
import { addedBroker } from './0002-added-broker.ts'
import { event } from './0003-event.ts'
import { need } from './0004-need.ts'
import { offsetReset } from './0005-offset-reset.ts'

/** Static, because a bundle has no folder to look into. Names are for ever; a change is a new entry. */
const migrations: Record<string, Migration> = {
  '0001-init': init,
  '0002-added-broker': addedBroker,
  '0003-event': event,

  '0004-need': need,
  '0005-offset-reset': offsetReset,
}

/** Brings the store to this version. Throws when it was written by a newer one. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results } = await migrator.migrateToLatest()
  if (!error) return
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  const cause = error instanceof Error ? error.message : String(error)
  throw new Error(`The store could not be brought up to date${failed ? ` (at ${failed})` : ''}: ${cause}`, {
    cause: error,
  })
}
