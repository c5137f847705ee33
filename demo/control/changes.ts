import type { Change } from '../options.ts'
import type { Staff } from '../staff.ts'
import { type Control, type Mood, moods } from './control.ts'

/** Does what was asked, all of it or nothing; throws a sentence for a person. */
export async function applyChange(change: Change, control: Control, staff: Staff): Promise<void> {
  const names = [...change.moods.map(([name]) => name), ...change.hire, ...change.dismiss]
  const known = new Set(staff.workers.map(({ name }) => name))
  const strange = names.filter((name) => !known.has(name))
  if (strange.length > 0)
    throw new Error(`no worker called ${strange.join(', ')}; there are ${[...known].join(', ')}`)
  if (change.rate !== undefined) control.rate = change.rate
  for (const [name, mood] of change.moods) control.setMood(name, mood)
  for (const name of change.hire) await staff.hire(name)
  for (const name of change.dismiss) await staff.dismiss(name)
}

/** A change as it comes over HTTP. @throws on anything else */
export function readChange(body: unknown): Change {
  if (typeof body !== 'object' || body === null) throw new Error('expected a JSON object')
  const { rate, moods: wanted = [], hire = [], dismiss = [] } = body as Record<string, unknown>
  if (rate !== undefined && typeof rate !== 'number') throw new Error('rate: expected a number')
  if (!isNames(hire) || !isNames(dismiss)) throw new Error('hire, dismiss: expected names')
  if (!Array.isArray(wanted) || !wanted.every(isMoodChange)) throw new Error('moods: expected [name, mood]')
  return { ...(rate === undefined ? {} : { rate }), moods: wanted, hire, dismiss }
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

function isMoodChange(value: unknown): value is [string, Mood] {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && (moods as readonly unknown[]).includes(value[1])
  )
}
