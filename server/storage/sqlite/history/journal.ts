import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { readChanges } from './tick-body.ts'
import type { Tick } from './times.ts'

export interface JournalTick extends Tick {
  readonly seq: number
  /** Holds every known value; else only what changed since the tick before. */
  readonly isFull: boolean
  readonly body: Uint8Array
}

/**
 * The newest samples as they came, one row a sample of a broker, until they are put into chunks: a segment at a
 * time. The first row of a broker in a segment is full, so that a segment is read without the one before.
 */
export class Journal {
  readonly #insert: StatementSync
  readonly #read: StatementSync
  readonly #remove: StatementSync
  readonly #segments: StatementSync
  readonly #floor: StatementSync

  constructor(db: DatabaseSync) {
    db.exec(`create table if not exists tick (seq integer primary key, segment_ms integer not null,
      broker integer not null, at_ms integer not null, every_ms integer not null, is_full integer not null,
      body blob not null)`)
    db.exec('create index if not exists tick_by_segment on tick (segment_ms, broker, seq)')
    this.#insert = db.prepare(
      'insert into tick (segment_ms, broker, at_ms, every_ms, is_full, body) values (?, ?, ?, ?, ?, ?)',
    )
    this.#read = db.prepare(
      'select seq, at_ms, every_ms, is_full, body from tick where segment_ms = ? and broker = ? order by seq',
    )
    this.#remove = db.prepare('delete from tick where segment_ms = ? and broker = ? and seq <= ?')
    this.#segments = db.prepare('select distinct segment_ms, broker from tick order by segment_ms, broker')
    this.#floor = db.prepare('select min(segment_ms) as floor from tick')
  }

  add(segmentMs: number, broker: number, tick: Omit<JournalTick, 'seq'>): void {
    this.#insert.run(segmentMs, broker, tick.atMs, tick.everyMs, tick.isFull ? 1 : 0, tick.body)
  }

  ticks(segmentMs: number, broker: number): JournalTick[] {
    return this.#read.all(segmentMs, broker).map((row) => ({
      seq: Number(row.seq),
      atMs: Number(row.at_ms),
      everyMs: Number(row.every_ms),
      isFull: row.is_full === 1,
      body: row.body as Uint8Array,
    }))
  }

  remove(segmentMs: number, broker: number, lastSeq: number): void {
    this.#remove.run(segmentMs, broker, lastSeq)
  }

  segments(): { segmentMs: number; broker: number }[] {
    return this.#segments
      .all()
      .map((row) => ({ segmentMs: Number(row.segment_ms), broker: Number(row.broker) }))
  }

  /** Where the oldest segment in it begins; infinite when it is empty. */
  floor(): number {
    const floor = this.#floor.get()?.floor
    return typeof floor === 'number' ? floor : Number.POSITIVE_INFINITY
  }
}

/** Values of one series at each tick; NaN: unknown. */
export function followSeries(
  ticks: readonly JournalTick[],
  series: number,
): { values: Float64Array; qualities: Uint8Array } {
  const values = new Float64Array(ticks.length)
  const qualities = new Uint8Array(ticks.length)
  let [value, quality] = [Number.NaN, 0]
  for (const [index, tick] of ticks.entries()) {
    if (tick.isFull) value = Number.NaN
    readChanges(tick.body, (id, newValue, newQuality) => {
      if (id === series) [value, quality] = [newValue, newQuality]
    })
    values[index] = value
    qualities[index] = quality
  }
  return { values, qualities }
}
