import { openStorage } from '../sqlite/open-storage.ts'
import { backupMeta, replayRow } from './rows.ts'

/** Writes ledger intents and backups for ever and says what is durable; the test kills it. */
const storage = await openStorage(process.argv[2] ?? '')
await storage.replays.create(replayRow({ id: 'r' }))
const backup = await storage.backups.create(backupMeta, 1)
const message = {
  id: 'm',
  position: '0',
  key: null,
  headers: [],
  properties: {},
  timestampMs: null,
  sizeBytes: 3,
}
for (let round = 1; ; round += 1) {
  await storage.replays.append(
    'r',
    Array.from({ length: 200 }, () => ({ messageId: 'm', state: 'intent' as const })),
    1,
  )
  await backup.append([{ ...message, body: new Uint8Array([1, 2, 3]) }])
  console.log(`${round * 200} ${round}`)
}
