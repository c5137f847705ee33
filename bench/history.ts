import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Readings } from '../lib/schemas/reading.ts'
import type { HistorySubject } from '../server/storage/contract/history.ts'
import { openHistory } from '../server/storage/sqlite/history/open-history.ts'
import { HistoryStore } from '../server/storage/sqlite/history/store.ts'
import type { HistoryResult } from './results.ts'

const destinations = 10_000
const metrics = ['depth', 'ready', 'inRate', 'outRate']
const everyMs = 15_000
const segmentMs = 600_000

/** Depths that wander by a few messages and rates with decimals, as queues under load have them. */
function wander(sample: number, destination: number, metric: number): number {
  const noise = ((sample * 7919 + destination * 104_729 + metric * 15_485_863) % 211) - 105
  const value = 1_000 + (destination % 500) + noise + sample
  return metric < 2 ? value : value / 7
}

function subjectsAt(sample: number): HistorySubject[] {
  const at = new Date(0).toISOString()
  return Array.from({ length: destinations }, (_, destination) => {
    const readings: Readings = {}
    for (const [index, metric] of metrics.entries())
      readings[metric] = {
        state: 'ok',
        value: wander(sample, destination, index),
        unit: index < 2 ? 'messages' : 'per-second',
        at,
        quality: 'exact',
      }
    return { scope: 'destination', id: `queue-${destination}`, readings }
  })
}

/** The same samples through the history and into a plain table of one row a value, in turns. */
export async function measureHistory(rounds: number): Promise<HistoryResult> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-history-'))
  const samples = Math.min(segmentMs / everyMs, 10 * rounds)
  const startMs = Math.floor(Date.now() / segmentMs) * segmentMs
  const narrow = openNarrow(join(folder, 'narrow.db'))
  const history = await openHistory({ dataDir: folder, maxBytes: 1e10, onProblem: console.error })
  const [ours, peer, busyMs]: number[][] = [[], [], []]
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      const subjects = subjectsAt(sample)
      const atMs = startMs + sample * everyMs
      const beganAt = performance.now()
      const written = history.append({ broker: 'bench', atMs, everyMs, subjects })
      busyMs?.push(performance.now() - beganAt)
      await written
      ours?.push(performance.now() - beganAt)
      const peerBeganAt = performance.now()
      narrow.write(atMs, sample)
      peer?.push(performance.now() - peerBeganAt)
    }
    await history.close()
    narrow.close()
    const store = new HistoryStore({
      folder: join(folder, 'history'),
      maxBytes: 1e10,
      onProblem: console.error,
    })
    const beganAt = performance.now()
    for (const _ of store.maintain(startMs + 2 * segmentMs));
    const compactMs = performance.now() - beganAt
    store.close()
    const values = samples * destinations * metrics.length
    return {
      destinations,
      metrics: metrics.length,
      samples,
      // The first one tells what there is: it comes once.
      ours: ours?.slice(1) ?? [],
      peer: peer?.slice(1) ?? [],
      busyMs: busyMs?.slice(1) ?? [],
      oursBytes: sizeOf(join(folder, 'history'), 'raw-') / values,
      peerBytes: sizeOf(folder, 'narrow') / values,
      compactMs,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function openNarrow(path: string) {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  db.exec(
    'create table sample (series integer, at_ms integer, value real, primary key (series, at_ms)) without rowid',
  )
  const insert = db.prepare('insert into sample values (?, ?, ?)')
  return {
    write(atMs: number, sample: number) {
      db.exec('begin')
      for (let destination = 0; destination < destinations; destination += 1)
        for (let metric = 0; metric < metrics.length; metric += 1)
          insert.run(destination * metrics.length + metric, atMs, wander(sample, destination, metric))
      db.exec('commit')
    },
    close: () => db.close(),
  }
}

function sizeOf(folder: string, prefix: string): number {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix))
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
