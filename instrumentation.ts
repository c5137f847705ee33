/** Called once by Next when the server starts, never during a build. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startRuntime } = await import('./server/runtime/index.ts')
  await startRuntime()
}
