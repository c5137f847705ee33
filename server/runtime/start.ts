import { startRuntime } from './index.ts'

/**
 * Starts the runtime of a server, or ends the process with the reason (a data directory in use, a damaged
 * store). Next (16.4) would load it again and again instead, a stack trace each time, and serve nothing.
 */
export async function startOrExit(): Promise<void> {
  try {
    await startRuntime()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}
