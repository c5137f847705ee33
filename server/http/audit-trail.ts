import { createHash } from 'node:crypto'
import type { Operation } from '../../lib/api/operation.ts'
import type { Identity } from '../access/contract.ts'
import type { HttpRuntime } from './contract.ts'

export interface AuditTrail {
  /** Null for reads. */
  readonly id: string | null
  finish(outcome: 'ok' | 'failed' | 'refused', detail: string | null): Promise<void>
  fail(error: unknown): Promise<void>
}

const silent: AuditTrail = { id: null, finish: async () => undefined, fail: async () => undefined }

/** Begins the row of a write; committed when this resolves. Throws when it cannot be written: then nothing is done. */
export async function openTrail(
  operation: Operation,
  runtime: HttpRuntime,
  act: {
    readonly identity: Identity
    readonly params: Readonly<Record<string, string | number>>
    readonly target: string | null
    readonly body: unknown
  },
): Promise<AuditTrail> {
  if (operation.audit === null) return silent
  const { actor, via } = act.identity
  const broker = brokerOf(act.params, act.body)
  const input = { ...act.params, ...summarise(act.body) }
  const entry = { actor, via, verb: operation.audit, broker, target: act.target, input }
  const id = await runtime.audit.begin(entry, Date.now())
  const finish: AuditTrail['finish'] = async (outcome, detail) => {
    try {
      await runtime.audit.finish(id, outcome, detail, Date.now())
    } catch (error) {
      // The act is done and its row stands open: that is told in the log, not as a failure of the act.
      runtime.log.error('audit row left open', { auditId: id, error: String(error) })
    }
  }
  const fail = (error: unknown) => finish(isRefusal(error) ? 'refused' : 'failed', messageOf(error))
  return { id, finish, fail }
}

function brokerOf(params: Readonly<Record<string, string | number>>, body: unknown): string | null {
  if (typeof params.broker === 'string') return params.broker
  const named = typeof body === 'object' && body !== null && 'broker' in body ? body.broker : null
  return typeof named === 'string' ? named : null
}

/** What was asked, without contents: message parts and tokens become size and digest, long lists their length. */
function summarise(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {}
  const summary: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(body)) {
    if (value === undefined) continue
    if (['body', 'key', 'headers', 'properties'].includes(key)) summary[key] = digest(value)
    // Which fields of a form were sent: what stands in them may be a password.
    else if (key === 'values')
      summary[key] = typeof value === 'object' && value !== null ? Object.keys(value) : null
    else if (key !== 'token') summary[key] = shorten(value)
  }
  return summary
}

function digest(value: unknown): unknown {
  if (value === null || typeof value === 'string') return value
  const text = JSON.stringify(value)
  return { bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

function shorten(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text.length <= 4000 ? value : digest(value)
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'forbidden'
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1000)
}
