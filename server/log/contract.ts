/** Structured log; `fields` never carry a secret on purpose, and known secrets are struck out of every line anyway. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** The same log with fields on every line. */
  child(fields: Record<string, unknown>): Log
}
