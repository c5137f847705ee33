import type { Change } from '../options.ts'
import type { Running } from '../place.ts'
import type { Status } from './status.ts'

/** Speaks to the demo that runs. @throws with its own sentence when it refuses */
async function ask(running: Running, name: string, body?: unknown): Promise<unknown> {
  const response = await fetch(new URL(name, running.url), {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const told =
    typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : response.status
  throw new Error(String(told))
}

export async function askStatus(running: Running): Promise<Status> {
  return (await ask(running, 'status')) as Status
}

export async function askChange(running: Running, change: Change): Promise<Status> {
  return (await ask(running, 'change', change)) as Status
}

export async function askStop(running: Running, purge: boolean): Promise<void> {
  await ask(running, 'stop', { purge })
}
