import { encodeRef } from '../../brokers/contract/index.ts'
import { openStorage } from '../../storage/sqlite/open-storage.ts'
import { openConsole } from './console.ts'
import { FakeWorld } from './fake-world.ts'
import { Life } from './life.ts'

/** A run over a million messages of a log: planned, dry run to its end, within a small heap. Holding the list kills it. */
const rows = Number(process.argv[3] ?? 1_000_000)
const storage = await openStorage(process.argv[2] ?? '')
const world = new FakeWorld()
const source = encodeRef(world.add('dlq', 'log'))
const target = encodeRef(world.add('orders', 'queue'))
const connection = world.connect(new Life())
const claim = connection.claim
if (!claim) throw new Error('no claims')
const body = Buffer.from('x')
const plain = { position: '', key: null, body, headers: [], properties: {}, timestampMs: null, sizeBytes: 1 }
const shop = openConsole(storage, {
  shop: {
    ...connection,
    claim: {
      ...claim,
      count: async () => rows,
      async *freeze() {
        for (let at = 0; at < rows; at += 5_000)
          yield Array.from({ length: Math.min(5_000, rows - at) }, (_, i) => `m-${at + i}`)
      },
      open: async (_, { select }) => {
        const ids = select.kind === 'ids' ? [...select.ids] : []
        return {
          get ended() {
            return ids.length === 0 ? ('done' as const) : null
          },
          effects: [],
          next: async (max) => ids.splice(0, max).map((id) => ({ message: { ...plain, id }, token: null })),
          settle: async () => undefined,
          close: async () => undefined,
        }
      },
    },
  },
})
const began = Date.now()
const run = await shop.create({
  broker: 'shop',
  source,
  select: { all: true },
  target: { destination: target },
  dryRun: true,
})
const answeredMs = Date.now() - began
let end = run
while (end.state !== 'completed' && end.state !== 'failed') {
  await new Promise((resolve) => setTimeout(resolve, 100))
  end = await shop.get(run.id)
}
console.log(
  `${end.state} ${end.counts.total} ${end.counts.skipped} ${answeredMs < 2_000 ? 'in time' : answeredMs}`,
)
await shop.replays.stop()
await storage.close()
