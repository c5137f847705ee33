import type { Operation } from '../../lib/api/operation.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import { writePermissions } from '../../lib/domain/permissions.ts'
import type { Identity } from '../access/contract.ts'
import type { HttpRuntime } from './contract.ts'

const writes: ReadonlySet<string> = new Set(writePermissions)

/**
 * 403 for a page of another site, for a missing permission, and for a write to a read-only broker named in the
 * path. A refused write leaves its audit row. The guard asks the last two again at the broker itself.
 */
export async function authorize(
  operation: Operation,
  runtime: HttpRuntime,
  identity: Identity,
  request: Request,
  params: Readonly<Record<string, string | string[] | undefined>>,
): Promise<void> {
  const refusal = findRefusal(operation, runtime, identity, request, params)
  if (!refusal) return
  if (operation.audit !== null && operation.permission !== null) {
    const broker = typeof params.broker === 'string' ? params.broker.slice(0, 100) : null
    const { actor, via } = identity
    const entry = { actor, via, verb: operation.audit, broker, target: null, input: null }
    const id = await runtime.audit.begin(entry, Date.now())
    await runtime.audit.finish(id, 'refused', refusal.message, Date.now())
  }
  throw refusal
}

function findRefusal(
  operation: Operation,
  runtime: HttpRuntime,
  identity: Identity,
  request: Request,
  params: Readonly<Record<string, string | string[] | undefined>>,
): AppError | null {
  const { permission } = operation
  if (operation.method !== 'GET' && !runtime.access.isTrustedOrigin(request)) {
    return new AppError('forbidden', 'This write comes from a page of another origin', {
      detail: { reason: 'origin' },
    })
  }
  if (permission === null || permission === 'signed-in') return null
  if (!identity.permissions.has(permission)) {
    return new AppError('forbidden', `${identity.actor} lacks the permission ${permission}`, {
      detail: { reason: 'permission', permission },
    })
  }
  const broker = typeof params.broker === 'string' ? runtime.brokers.find(params.broker) : null
  if (writes.has(permission) && broker?.mode === 'read-only') {
    return new AppError('forbidden', `${broker.label} is in read-only mode`, {
      detail: { reason: 'read-only' },
    })
  }
  return null
}
