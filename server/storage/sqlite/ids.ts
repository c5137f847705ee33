import { randomBytes } from 'node:crypto'

/** Sortable by time, URL-safe, unguessable enough to name things with: `r-mf3k2x9a-5d1c0b`. */
export function newId(prefix: string, nowMs: number): string {
  return `${prefix}-${nowMs.toString(36)}-${randomBytes(4).toString('hex')}`
}
