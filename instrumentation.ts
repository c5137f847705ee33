/** Called once by Next when the server starts, never during a build. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startRuntime } = await import('./server/runtime/index.ts')
  // Next would load this again and again, a stack trace each time (16.4), while nothing is served.
  await startRuntime().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  })
}
