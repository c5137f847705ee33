import { matchName, rankAll } from '@/lib/domain/match'
import type { Entry } from './entry.ts'

/** The lines that fit what was typed, best first; all of them while nothing is. Loose matches would only be in the way. */
export function choose(entries: readonly Entry[], typed: string): readonly Entry[] {
  const query = typed.trim().toLowerCase()
  if (query === '') return entries
  const names = entries.map(({ label }) => label.toLowerCase())
  const byName = rankAll(
    [{ names, rankAt: () => 0, itemAt: (index) => entries[index] }],
    query,
    entries.length,
  ).flatMap(({ item, match }) => (item && match !== 'subsequence' ? [item] : []))
  const byWords = entries.filter(({ label, words }) => {
    const match = matchName(`${label} ${words ?? ''}`.toLowerCase(), query)
    return match !== null && match !== 'subsequence' && match !== 'substring'
  })
  return [...new Set([...byName, ...byWords])]
}

export interface Section {
  readonly title: string
  readonly entries: readonly Entry[]
}

/** Lines of one section stand together, where the best of them stood. */
export function toSections(entries: readonly Entry[]): readonly Section[] {
  const sections = new Map<string, Entry[]>()
  for (const entry of entries) {
    const own = sections.get(entry.section)
    if (own) own.push(entry)
    else sections.set(entry.section, [entry])
  }
  return [...sections].map(([title, own]) => ({ title, entries: own }))
}
