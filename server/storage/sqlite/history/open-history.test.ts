import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { HistoryRepository } from '../../contract/history.ts'
import { describeHistory } from '../../testing/history-suite.ts'
import { openHistory } from './open-history.ts'

const historian = fileURLToPath(new URL('../../testing/killed-historian.ts', import.meta.url))
const opened: { history: HistoryRepository; dataDir: string }[] = []
async function openIn(dataDir: string): Promise<HistoryRepository> {
  const onProblem = (sentence: string) => expect.unreachable(sentence)
  const history = await openHistory({ dataDir, maxBytes: 1e9, onProblem })
  opened.push({ history, dataDir })
  return history
}
const newFolder = () => mkdtemp(join(tmpdir(), 'signalbox-history-'))
afterEach(async () => {
  for (const { history, dataDir } of opened.splice(0)) {
    await history.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

describeHistory('sqlite', async () => openIn(await newFolder()))

describe('the store in its thread', () => {
  it('loses nothing it said was written when the process is killed', { timeout: 30_000 }, async () => {
    const dataDir = await newFolder()
    const startMs = Date.now() - 600_000
    const child = spawn(process.execPath, [historian, dataDir, String(startMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.split('\n').length > 40) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const lines = said.split('\n').slice(0, -1).map(Number)
    const promised = lines.at(-1) ?? Number.NaN
    const history = await openIn(dataDir)
    for (const id of ['q0', 'q499']) {
      const range = { fromMs: startMs, toMs: startMs + 600_000, tier: 'raw' } as const
      const request = { broker: 'b', scope: 'destination', id, metric: 'depth', ...range } as const
      const { points } = await history.read(request)
      expect(points.average.length).toBeGreaterThan(promised)
      expect([...points.average]).toEqual(points.average.length ? [...points.average.keys()] : [])
    }
  })

  it('is read by another process after it was closed, and goes on where it ended', async () => {
    const dataDir = await newFolder()
    const startMs = Date.now() - 60_000
    const subjects = [{ scope: 'broker', id: '', readings: {} }] as const
    const at = new Date(startMs).toISOString()
    const readings = { messages: { state: 'ok', value: 3, unit: 'messages', at, quality: 'exact' } } as const
    const sample = { broker: 'b', atMs: startMs, everyMs: 5000, subjects: [{ ...subjects[0], readings }] }
    const first = await openHistory({ dataDir, maxBytes: 1e9, onProblem: () => undefined })
    await first.append(sample)
    await first.close()
    await first.append({ ...sample, atMs: startMs + 1 })
    const again = await openIn(dataDir)
    await again.append({ ...sample, atMs: startMs - 5000, isPast: true })
    await again.append({ ...sample, atMs: startMs + 5000 })
    const range = { fromMs: startMs - 60_000, toMs: startMs + 60_000, tier: 'raw' } as const
    const { points } = await again.read({
      broker: 'b',
      scope: 'broker',
      id: '',
      metric: 'messages',
      ...range,
    })
    expect([...points.at]).toEqual([startMs, startMs + 5000])
  })
})

describe('a store that cannot be opened', () => {
  it('is told, keeps nobody waiting, and answers no reading with an error', async () => {
    const dataDir = await newFolder()
    await writeFile(join(dataDir, 'history'), 'a file where the folder should be')
    const told: string[] = []
    const history = await openHistory({
      dataDir,
      maxBytes: 1e9,
      onProblem: (sentence) => void told.push(sentence),
    })
    const sample = { broker: 'b', atMs: Date.now(), everyMs: 5000, subjects: [] }
    await history.append(sample)
    expect(told).toEqual([expect.stringContaining('The history stopped and is started again')])
    expect(history.figures()).toMatchObject({ droppedSamples: 1, problems: told })
    const request = { broker: 'b', scope: 'broker', id: '', metric: 'messages', tier: 'raw' } as const
    await expect(history.read({ ...request, fromMs: 0, toMs: 1 })).rejects.toMatchObject({ code: 'internal' })
    await history.close()
    await rm(dataDir, { recursive: true })
  })
})
