import { openStorage } from '../sqlite/open-storage.ts'
import { replayRow } from './rows.ts'

/** A frozen list of a million rows, written and read back in pages. Started with a small heap: holding the list kills it. */
const { replays, close } = await openStorage(process.argv[2] ?? '')
await replays.create(replayRow({ id: 'big' }))
for (let page = 0; page < 1000; page += 1) {
  const ids = Array.from({ length: 1000 }, (_, i) => ({
    messageId: `m-${page * 1000 + i}`,
    state: 'frozen' as const,
  }))
  await replays.append('big', ids, 1)
}
let seen = 0
for (;;) {
  const rows = await replays.rows('big', { afterRow: seen, limit: 1000 })
  if (rows.length === 0) break
  for (const row of rows) {
    if (row.messageId !== `m-${seen}`) throw new Error(`row ${row.row} holds ${row.messageId}`)
    seen += 1
  }
}
console.log(`${seen} rows in order`)
await close()
