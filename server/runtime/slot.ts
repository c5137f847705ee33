import { AppError } from '../../lib/domain/app-error.ts'
import type { Runtime } from './contract.ts'

/**
 * Next gives instrumentation and every route separate module instances; only `globalThis` is shared. So the
 * runtime lives in one slot of it. This file names no engine: what imports it stays small.
 */
const slot: unique symbol = Symbol.for('signalbox.runtime') as never
type Holder = { [slot]?: Runtime | undefined }

export function setRuntime(runtime: Runtime | undefined): void {
  ;(globalThis as Holder)[slot] = runtime
}

export function peekRuntime(): Runtime | null {
  return (globalThis as Holder)[slot] ?? null
}

/** Throws while the process starts or has stopped. */
export function getRuntime(): Runtime {
  const runtime = peekRuntime()
  if (!runtime) throw new AppError('internal', 'Signalbox is starting or stopping')
  return runtime
}
