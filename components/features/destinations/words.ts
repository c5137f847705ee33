import type { Level } from '@/components/ui/state-mark'
import { measure } from '@/lib/format/reading'
import type { Destination } from '@/lib/schemas/destination'

const healthy = /^(running|idle|online|active|stable|ok|exists|ready|empty|live)$/
const broken = /^(down|crashed|stopped|leaderless|offline|terminated|failed)$/

/** The mark beside a destination: trouble of its own, or dead letters waiting in it. */
export function destinationLevel(row: Destination): Level {
  if (broken.test(row.state)) return 'crit'
  const depth = row.readings.depth
  if (row.deadLetter.isDeadLetter && (measure(depth).value ?? 0) > 0) return 'crit'
  if ((row.problems?.length ?? 0) > 0) return 'warn'
  if (depth?.state === 'unavailable') return 'unknown'
  return healthy.test(row.state) || row.state === '' ? 'ok' : 'unknown'
}

/** "quorum queue", "topic", "stream". */
export function typeWords(row: Pick<Destination, 'type' | 'variant'>): string {
  return row.variant && row.variant !== row.type ? `${row.variant} ${row.type}` : row.type
}

const plurals: Readonly<Record<string, string>> = {
  queue: 'Queues',
  topic: 'Topics',
  stream: 'Streams',
  exchange: 'Exchanges',
  list: 'Lists',
  channel: 'Channels',
  subject: 'Subjects',
  subscription: 'Subscriptions',
  socket: 'Sockets',
}

export function pluralType(type: string): string {
  return plurals[type] ?? type
}

/** What stands in a row's note: its first problem, else its part in the topology. */
export function noteOf(row: Destination): { text: string; isProblem: boolean } | null {
  const problem = row.problems?.[0]
  if (problem) return { text: problem.message, isProblem: true }
  const { isDeadLetter, role, origins } = row.deadLetter
  if (isDeadLetter) {
    const names = origins.slice(0, 2).map((origin) => origin.name)
    const more = origins.length > 2 ? ` and ${origins.length - 2} more` : ''
    return {
      text: names.length > 0 ? `dead letters of ${names.join(', ')}${more}` : 'dead letters',
      isProblem: false,
    }
  }
  if (role === 'retry') return { text: 'waits, then goes back', isProblem: false }
  if (role === 'parking') return { text: 'parked messages', isProblem: false }
  if (row.internal) return { text: "the broker's own", isProblem: false }
  return null
}
