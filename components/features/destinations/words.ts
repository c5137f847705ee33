import { destinationChips } from '@/lib/domain/filter/tables/destinations'
import type { Destination } from '@/lib/schemas/destination'

/** "quorum queue", "topic", "stream". */
export function typeWords(row: Pick<Destination, 'type' | 'variant'>): string {
  return row.variant && row.variant !== row.type ? `${row.variant} ${row.type}` : row.type
}

/** The word over a list of them. */
export function pluralType(type: string): string {
  return destinationChips.find((chip) => chip.id === type)?.label ?? type
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
