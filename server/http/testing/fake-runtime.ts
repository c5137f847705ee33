import { AppError } from '../../../lib/domain/app-error.ts'
import { type Permission, permissions } from '../../../lib/domain/permissions.ts'
import { createAccess } from '../../access/access.ts'
import { Secret } from '../../config/secret.ts'
import type { AccessRepository, SessionRow } from '../../storage/contract/index.ts'

export const token = 'a-token-of-the-configuration'

export interface AuditLine {
  readonly verb: string
  readonly broker: string | null
  readonly target: string | null
  readonly input: unknown
  outcome: string
}

/** Sign-in tokens and sessions in memory, with the single-use rule of the real repository. */
export function createMemoryAccess(): AccessRepository {
  const tokens = new Map<string, { expiresAtMs: number; spent: boolean }>()
  const sessions = new Map<string, SessionRow>()
  const isGood = (hash: string, nowMs: number) => {
    const entry = tokens.get(hash)
    return entry !== undefined && !entry.spent && entry.expiresAtMs > nowMs
  }
  return {
    addSignInToken: async (hash, expiresAtMs) => void tokens.set(hash, { expiresAtMs, spent: false }),
    hasSignInToken: async (hash, nowMs) => isGood(hash, nowMs),
    spendSignInToken: async (hash, nowMs) => {
      if (!isGood(hash, nowMs)) return false
      tokens.set(hash, { expiresAtMs: 0, spent: true })
      return true
    },
    hasEverIssued: async () => tokens.size > 0,
    addSession: async (hash, row) => void sessions.set(hash, row),
    findSession: async (hash, nowMs) => {
      const row = sessions.get(hash)
      return row && row.expiresAtMs > nowMs ? row : null
    },
    removeSession: async (hash) => void sessions.delete(hash),
  }
}

/**
 * What the HTTP edge needs and nothing behind it: an engine that is reached all the same answers 500, so a
 * test sees that a request went through. Broker `known` is writable, `frozen` read-only, `gone` unknown.
 */
export function createFakeRuntime(options: { readonly lacking?: Permission } = {}) {
  const audit: AuditLine[] = []
  const repository = createMemoryAccess()
  const access = createAccess({
    repository,
    serverToken: new Secret(token),
    publicUrl: null,
    now: () => Date.now(),
  })
  const allowed = new Set(permissions.filter((permission) => permission !== options.lacking))
  const engine = new Proxy({}, { get: () => () => Promise.reject(new Error('reached')) })
  return {
    auditLines: audit,
    version: '0.0.0',
    access: {
      ...access,
      authenticate: async (headers: Headers) => {
        const identity = await access.authenticate(headers)
        return identity && { ...identity, permissions: allowed }
      },
    },
    log: createSilentLog(),
    stopping: new AbortController().signal,
    audit: {
      begin: async (entry: Omit<AuditLine, 'outcome'>) =>
        String(audit.push({ ...entry, outcome: 'open' }) - 1),
      finish: async (id: string, outcome: string) => {
        const line = audit[Number(id)]
        if (line) line.outcome = outcome
      },
    },
    brokers: {
      ...reached(['kinds', 'test', 'create', 'change', 'remove', 'settings', 'writeYaml']),
      find: (id: string) =>
        id === 'known' || id === 'frozen'
          ? { label: `Broker ${id}`, mode: id === 'frozen' ? 'read-only' : 'read-write' }
          : null,
      connect: () => Promise.reject(new Error('reached')),
      sandboxState: () => Promise.reject(new Error('reached')),
      playSandbox: () => Promise.reject(new Error('reached')),
    },
    targets: {
      check: async (params: Readonly<Record<string, string | number>>) => {
        if (Object.values(params).includes('gone')) throw new AppError('not_found', 'There is no such thing')
        return { target: typeof params.destination === 'string' ? params.destination : null }
      },
    },
    views: engine,
    messages: engine,
    deadLetters: engine,
    replays: engine,
    commands: engine,
    offsetResets: engine,
    live: engine,
    events: engine,
    needs: engine,
    describe: () => Promise.reject(new Error('reached')),
    listAudit: () => Promise.reject(new Error('reached')),
  }
}

/** Methods that say they were called. */
function reached(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, () => Promise.reject(new Error('reached'))]))
}

function createSilentLog() {
  const ignore = () => undefined
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
  return log
}
