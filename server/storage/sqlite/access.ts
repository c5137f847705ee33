import type { Kysely } from 'kysely'
import type { AccessRepository } from '../contract/index.ts'
import type { Tables } from './tables.ts'

export function openAccess(db: Kysely<Tables>): AccessRepository {
  return {
    async addSignInToken(hash, expiresAtMs) {
      await db
        .insertInto('sign_in_token')
        .values({ hash, expires_at_ms: expiresAtMs, spent_at_ms: null })
        .execute()
    },
    async hasSignInToken(hash, nowMs) {
      const row = await db
        .selectFrom('sign_in_token')
        .select('hash')
        .where('hash', '=', hash)
        .where('spent_at_ms', 'is', null)
        .where('expires_at_ms', '>', nowMs)
        .executeTakeFirst()
      return row !== undefined
    },
    async spendSignInToken(hash, nowMs) {
      const result = await db
        .updateTable('sign_in_token')
        .set({ spent_at_ms: nowMs })
        .where('hash', '=', hash)
        .where('spent_at_ms', 'is', null)
        .where('expires_at_ms', '>', nowMs)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async hasEverIssued() {
      return (await db.selectFrom('sign_in_token').select('hash').limit(1).executeTakeFirst()) !== undefined
    },
    async addSession(hash, row) {
      await db
        .insertInto('session')
        .values({ hash, actor: row.actor, created_at_ms: row.createdAtMs, expires_at_ms: row.expiresAtMs })
        .execute()
      await db.deleteFrom('session').where('expires_at_ms', '<=', row.createdAtMs).execute()
    },
    async findSession(hash, nowMs) {
      const row = await db
        .selectFrom('session')
        .selectAll()
        .where('hash', '=', hash)
        .where('expires_at_ms', '>', nowMs)
        .executeTakeFirst()
      return row ? { actor: row.actor, createdAtMs: row.created_at_ms, expiresAtMs: row.expires_at_ms } : null
    },
    async removeSession(hash) {
      await db.deleteFrom('session').where('hash', '=', hash).execute()
    },
  }
}
