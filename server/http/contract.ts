import type { AuditEntry } from '../../lib/schemas/record.ts'
import type { Access } from '../access/contract.ts'
import type { Log } from '../log/contract.ts'

/** What travels with every call to an engine. Structurally the broker contract's `Call`. */
export interface HttpCall {
  readonly signal: AbortSignal
  readonly deadlineAt: number
}

/** The part of the runtime that `defineRoute` itself needs; handlers see the whole one. */
export interface HttpRuntime {
  readonly access: Access
  readonly log: Log
  readonly audit: {
    begin(
      entry: Pick<AuditEntry, 'actor' | 'via' | 'verb' | 'broker' | 'target' | 'input'>,
      nowMs: number,
    ): Promise<string>
    finish(
      id: string,
      outcome: 'ok' | 'failed' | 'refused',
      detail: string | null,
      nowMs: number,
    ): Promise<void>
  }
  readonly brokers: { find(id: string): { readonly label: string; readonly mode: string } | null }
  readonly targets: {
    check(
      params: Readonly<Record<string, string | number>>,
      call: HttpCall,
    ): Promise<{ readonly target: string | null }>
  }
  /** Aborted when the process begins to stop: lasting streams end then. */
  readonly stopping: AbortSignal
}
