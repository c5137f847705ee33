import { expect, test } from 'vitest'
import { readFilter, withChip } from '@/lib/domain/filter'
import { groupChips as chips, type GroupFacts, groupTable as table } from '@/lib/domain/filter/tables/groups'
import { countChips } from './use-filtered.ts'

const group = (name: string, lag: number, members: number): GroupFacts => ({
  name,
  type: 'consumer',
  state: 'stable',
  members: Array.from({ length: members }, (_, index) => ({ id: String(index) })),
  lag: [],
  total: { state: 'ok', value: lag, unit: 'messages', at: '2026-01-01T00:00:00.000Z', quality: 'exact' },
})
const rows = [group('billing', 10, 2), group('mail', 0, 0), group('bill-old', 7, 0), group('audit', 0, 1)]

test.each(['', 'bill', 'lag>0', 'members=0 bill', 'attention:yes', 'lag>0 b attention:yes'])(
  'with "%s" in the line, a chip counts what the list shows once it is pressed',
  (line) => {
    const counts = countChips(rows, line, table, chips)
    for (const chip of [null, ...chips]) {
      const filter = readFilter(withChip(line, chip, chips), table)
      const shown = rows.filter((row) => filter.ok && filter.matches(row, 0)).length
      expect(counts[chip?.id ?? 'all'], chip?.id).toBe(shown)
    }
  },
)
