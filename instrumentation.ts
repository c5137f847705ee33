/** Called once by Next when the server starts, never during a build. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startOrExit } = await import('./server/runtime/start.ts')
  await startOrExit()
}
