import type { DatabaseSync } from 'node:sqlite'
import type { Unit } from '../../../../lib/schemas/reading.ts'
import type { HistoryScope } from '../../contract/history.ts'

export interface Subject {
  readonly id: number
  readonly broker: number
  /** Empty: nobody told. */
  incarnation: string
  readonly firstMs: number
}
export interface Series {
  readonly id: number
  readonly subject: number
  readonly metric: number
  firstMs: number
}
interface Metric {
  readonly id: number
  readonly name: string
  readonly unit: Unit
}
export interface SeriesName {
  readonly scope: HistoryScope
  readonly id: string
  readonly incarnation: string | undefined
  readonly metric: string
  readonly unit: Unit
}

const schema = [
  'create table if not exists broker (id integer primary key, name text not null unique, last_ms integer not null)',
  `create table if not exists metric (id integer primary key, name text not null, unit text not null,
    unique (name, unit))`,
  `create table if not exists subject (id integer primary key, broker integer not null, scope text not null,
    key text not null, incarnation text not null, first_ms integer not null, last_ms integer not null)`,
  `create table if not exists series (id integer primary key, subject integer not null, metric integer not null,
    first_ms integer not null)`,
]

/**
 * Whose readings are kept, and under which number. Everything is held in memory too: a series costs about 100 bytes.
 * Invariant: a number is never given twice, and means the same in every file for ever.
 */
export class Catalogue {
  readonly #db: DatabaseSync
  readonly #brokers = new Map<string, number>()
  readonly #lastMs = new Map<number, number>()
  readonly #metrics = new Map<string, Metric>()
  readonly #metricById = new Map<number, Metric>()
  readonly #subjects = new Map<string, Subject[]>()
  readonly #subjectById = new Map<number, Subject>()
  readonly #series = new Map<number, Series>()
  readonly #seriesOf = new Map<number, Series[]>()

  constructor(db: DatabaseSync) {
    this.#db = db
    for (const statement of schema) db.exec(statement)
    this.load()
  }

  get size(): number {
    return this.#series.size
  }

  /** Anew from the file: also after a transaction that was taken back. */
  load(): void {
    for (const map of [this.#brokers, this.#lastMs, this.#metrics, this.#metricById]) map.clear()
    for (const map of [this.#subjects, this.#subjectById, this.#series, this.#seriesOf]) map.clear()
    for (const row of this.#db.prepare('select id, name, last_ms from broker').all()) {
      this.#brokers.set(String(row.name), Number(row.id))
      this.#lastMs.set(Number(row.id), Number(row.last_ms))
    }
    for (const row of this.#db.prepare('select id, name, unit from metric').all())
      this.#addMetric({ id: Number(row.id), name: String(row.name), unit: row.unit as Unit })
    for (const row of this.#db.prepare('select * from subject order by id').iterate()) {
      const subject = { id: Number(row.id), broker: Number(row.broker), incarnation: String(row.incarnation) }
      const key = keyOf(subject.broker, row.scope as HistoryScope, String(row.key))
      this.#addSubject(key, { ...subject, firstMs: Number(row.first_ms) })
    }
    for (const row of this.#db.prepare('select * from series order by id').iterate())
      this.#addSeries({
        id: Number(row.id),
        subject: Number(row.subject),
        metric: Number(row.metric),
        firstMs: Number(row.first_ms),
      })
  }

  /** The newest moment that is kept, by broker. */
  newest(): [string, number][] {
    return [...this.#brokers].map(([name, id]) => [name, this.#lastMs.get(id) ?? 0])
  }

  broker(name: string): number | null {
    return this.#brokers.get(name) ?? null
  }

  openBroker(name: string): number {
    const known = this.#brokers.get(name)
    if (known !== undefined) return known
    const id = this.#insert('insert into broker (name, last_ms) values (?, 0)', name)
    this.#brokers.set(name, id)
    return id
  }

  touchBroker(id: number, atMs: number): void {
    if (atMs <= (this.#lastMs.get(id) ?? 0)) return
    this.#lastMs.set(id, atMs)
    this.#db.prepare('update broker set last_ms = ? where id = ?').run(atMs, id)
  }

  /** The series of this name, made when there is none. Another incarnation is another series. */
  openSeries(broker: number, name: SeriesName, atMs: number): number {
    const metric = this.#openMetric(name.metric, name.unit)
    const subject = this.#openSubject(broker, name, atMs)
    const known = this.#seriesOf.get(subject.id)?.find((one) => one.metric === metric.id)
    if (known) return known.id
    const id = this.#insert(
      'insert into series (subject, metric, first_ms) values (?, ?, ?)',
      subject.id,
      metric.id,
      atMs,
    )
    this.#addSeries({ id, subject: subject.id, metric: metric.id, firstMs: atMs })
    return id
  }

  series(id: number): Series | undefined {
    return this.#series.get(id)
  }

  /** Something older than what it began with was told. */
  beginEarlier(id: number, atMs: number): void {
    const series = this.#series.get(id)
    if (!series || series.firstMs <= atMs) return
    series.firstMs = atMs
    this.#db.prepare('update series set first_ms = ? where id = ?').run(atMs, id)
  }

  brokerOf(subject: number): number | undefined {
    return this.#subjectById.get(subject)?.broker
  }

  /** All lives of one name that have this metric, in the order they began. */
  find(broker: number, scope: HistoryScope, id: string, metric: string): { series: Series; unit: Unit }[] {
    const found = (this.#subjects.get(keyOf(broker, scope, id)) ?? []).flatMap((subject) =>
      (this.#seriesOf.get(subject.id) ?? []).flatMap((series) => {
        const known = this.#metricById.get(series.metric)
        return known?.name === metric ? [{ series, unit: known.unit }] : []
      }),
    )
    return found.sort((a, b) => a.series.firstMs - b.series.firstMs)
  }

  /** These were read until then; what was not for longer than anything is kept is forgotten. */
  prune(seen: ReadonlySet<number>, seenMs: number, keptSinceMs: number): void {
    const touch = this.#db.prepare('update subject set last_ms = max(last_ms, ?) where id = ?')
    for (const subject of seen) touch.run(seenMs, subject)
    const old = 'select id from subject where last_ms < ?'
    this.#db.prepare(`delete from series where subject in (${old})`).run(keptSinceMs)
    const { changes } = this.#db.prepare('delete from subject where last_ms < ?').run(keptSinceMs)
    if (changes) this.load()
  }

  #openMetric(name: string, unit: Unit): Metric {
    const known = this.#metrics.get(`${name} ${unit}`)
    if (known) return known
    const id = this.#insert('insert into metric (name, unit) values (?, ?)', name, unit)
    return this.#addMetric({ id, name, unit })
  }

  #openSubject(broker: number, { scope, id: key, incarnation }: SeriesName, atMs: number): Subject {
    const lives = this.#subjects.get(keyOf(broker, scope, key)) ?? []
    const newest = lives.at(-1)
    if (newest && incarnation === undefined) return newest
    const same = lives.find((life) => life.incarnation === incarnation)
    if (same) return same
    if (newest && newest.incarnation === '') {
      // Nobody told until now which life this is.
      newest.incarnation = incarnation ?? ''
      this.#db.prepare('update subject set incarnation = ? where id = ?').run(newest.incarnation, newest.id)
      return newest
    }
    const sql =
      'insert into subject (broker, scope, key, incarnation, first_ms, last_ms) values (?, ?, ?, ?, ?, ?)'
    const life = incarnation ?? ''
    const id = this.#insert(sql, broker, scope, key, life, atMs, atMs)
    return this.#addSubject(keyOf(broker, scope, key), { id, broker, incarnation: life, firstMs: atMs })
  }

  #insert(sql: string, ...values: (string | number)[]): number {
    return Number(this.#db.prepare(sql).run(...values).lastInsertRowid)
  }

  #addMetric(metric: Metric): Metric {
    this.#metrics.set(`${metric.name} ${metric.unit}`, metric)
    this.#metricById.set(metric.id, metric)
    return metric
  }

  #addSubject(key: string, subject: Subject): Subject {
    const lives = this.#subjects.get(key)
    if (lives) lives.push(subject)
    else this.#subjects.set(key, [subject])
    this.#subjectById.set(subject.id, subject)
    return subject
  }

  #addSeries(series: Series): void {
    this.#series.set(series.id, series)
    const own = this.#seriesOf.get(series.subject)
    if (own) own.push(series)
    else this.#seriesOf.set(series.subject, [series])
  }
}

function keyOf(broker: number, scope: HistoryScope, id: string): string {
  return `${broker} ${scope} ${id}`
}
