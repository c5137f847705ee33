import { type Info, infoNumber } from './server-info.ts'

interface Seen {
  readonly runId: string
  readonly startedMs: number
  readonly counts: ReadonlyMap<string, number>
}

/** What was seen of each server, from one look to the next. */
export interface ServerBook {
  /** When it was started: the same for the same run, however its clock is read. */
  startedMs(node: string, info: Info, nowMs: number): number | null
  /** How much a count of INFO rose since the look before; 0 at the first, and after a restart. Absent is none yet. */
  rise(node: string, name: string, info: Info): number
}

export function openServerBook(): ServerBook {
  const seen = new Map<string, Seen>()
  const entryOf = (node: string, info: Info, nowMs: number): Seen => {
    const runId = info.get('run_id') ?? ''
    const known = seen.get(node)
    if (known && known.runId === runId) return known
    const micros = infoNumber(info, 'server_time_usec')
    const serverMs = micros === null ? nowMs : micros / 1_000
    const uptimeMs = (infoNumber(info, 'uptime_in_seconds') ?? 0) * 1_000
    const startedMs = Math.floor((serverMs - uptimeMs) / 1_000) * 1_000
    const entry = { runId, startedMs, counts: new Map<string, number>() }
    seen.set(node, entry)
    return entry
  }
  return {
    startedMs: (node, info, nowMs) =>
      info.has('uptime_in_seconds') ? entryOf(node, info, nowMs).startedMs : null,
    rise: (node, name, info) => {
      const entry = entryOf(node, info, Date.now())
      const [now, before] = [infoNumber(info, name) ?? 0, entry.counts.get(name)]
      seen.set(node, { ...entry, counts: new Map([...entry.counts, [name, now]]) })
      return before === undefined ? 0 : Math.max(0, now - before)
    },
  }
}
