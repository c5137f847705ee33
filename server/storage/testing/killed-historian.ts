import type { Readings } from '../../../lib/schemas/reading.ts'
import { openHistory } from '../sqlite/history/open-history.ts'

/** Writes samples of 500 queues for ever and says what is durable; the test kills it. */
const history = await openHistory({
  dataDir: process.argv[2] ?? '',
  maxBytes: 1e9,
  onProblem: (sentence) => console.error(sentence),
})
const startMs = Number(process.argv[3])
for (let sample = 0; ; sample += 1) {
  const at = new Date(startMs).toISOString()
  const depth: Readings = { depth: { state: 'ok', value: sample, unit: 'messages', at, quality: 'exact' } }
  const subjects = Array.from({ length: 500 }, (_, index) => ({
    scope: 'destination' as const,
    id: `q${index}`,
    readings: depth,
  }))
  await history.append({ broker: 'b', atMs: startMs + sample * 1000, everyMs: 1000, subjects })
  console.log(sample)
}
