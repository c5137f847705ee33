import type { Reading, Readings } from '@/lib/schemas/reading'

export interface Gauge {
  readonly id: string
  readonly label: string
  readonly reading: Reading
  readonly limit: Reading | null
  /** Free space against the least that must stay free: less is worse. */
  readonly isFree: boolean
  /** From 0 to 1, how near it is to its limit; null: not known, or there is no limit. */
  readonly share: number | null
}

const labels: Record<string, string> = {
  memory: 'Memory',
  disk: 'Disk free',
  fileHandles: 'File handles',
  sockets: 'Sockets',
  processes: 'Processes',
  connections: 'Connections',
  underReplicated: 'Under-replicated',
  offline: 'Offline partitions',
  leaders: 'Leads',
  replicas: 'Replicas',
  logBytes: 'Log size',
}
const first = ['memory', 'disk', 'fileHandles', 'connections']

/** What a node uses, each with its limit where it has one; what matters most stands first, the rest by name. */
export function gaugesOf(readings: Readings): Gauge[] {
  const names = Object.keys(readings).filter(
    (name) => !(name.endsWith('Limit') && readings[name.slice(0, -5)]),
  )
  const place = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  return names
    .toSorted((a, b) => place(a) - place(b) || a.localeCompare(b))
    .flatMap((name) => {
      const reading = readings[name]
      if (!reading || reading.state === 'unsupported') return []
      const limit = readings[`${name}Limit`] ?? null
      const isFree = name === 'disk' && limit !== null
      return [
        {
          id: name,
          label: labels[name] ?? wordsOf(name),
          reading,
          limit: limit?.state === 'unsupported' ? null : limit,
          isFree,
          share: shareOf(reading, limit, isFree),
        },
      ]
    })
}

function shareOf(reading: Reading, limit: Reading | null, isFree: boolean): number | null {
  if (reading.state !== 'ok' || limit?.state !== 'ok' || limit.value <= 0) return null
  if (isFree) return reading.value <= 0 ? 1 : Math.min(1, limit.value / reading.value)
  return Math.min(1, Math.max(0, reading.value / limit.value))
}

/** `logDirBytes` → "Log dir bytes". */
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
