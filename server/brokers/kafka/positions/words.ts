import type { OffsetRow } from '../../../../lib/schemas/offset.ts'
import type { Reading } from '../../../../lib/schemas/reading.ts'

/** What the plan does, in one sentence. */
export function planSentence(
  group: string,
  rows: readonly OffsetRow[],
  skipped: Reading,
  again: Reading,
  members: number,
): string {
  const moved = rows.filter((row) => row.next !== row.old).length
  const wait =
    members === 0
      ? ''
      : `; ${members === 1 ? 'its member has' : `its ${members} members have`} to leave before`
  if (moved === 0) return `${group} stands there already on ${partitions(rows.length)}: nothing would change`
  const what = `moves ${moved === rows.length ? partitions(moved) : `${moved} of ${partitions(rows.length)}`}`
  return `${group} ${what}: ${countOf(skipped)} skipped, ${countOf(again)} read again${wait}`
}

const partitions = (count: number) => (count === 1 ? '1 partition' : `${count} partitions`)

function countOf(reading: Reading): string {
  if (reading.state !== 'ok') return 'an unknown number of messages'
  const bound = reading.quality === 'exact' ? '' : reading.detail?.missing ? 'at least ' : 'at most '
  const unit = reading.value === 1 ? 'message' : 'messages'
  return reading.value === 0 && bound === '' ? `no ${unit}` : `${bound}${reading.value} ${unit}`
}
