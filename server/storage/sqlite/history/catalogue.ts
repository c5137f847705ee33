import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Unit } from '../../../../lib/schemas/reading.ts'
import type { HistoryScope } from '../../contract/history.ts'

export interface Series {
  readonly id: number
  readonly subject: number
  readonly metric: number
  readonly firstMs: number
}
interface Metric {
  readonly id: number
  readonly name: string
  readonly unit: Unit
}
interface Life {
  readonly id: number
  /** Empty: nobody told. */
  readonly incarnation: string
}
export interface SubjectName {
  readonly scope: HistoryScope
  readonly id: string
  readonly incarnation: string | undefined
}
export interface MetricName {
  readonly metric: string
  readonly unit: Unit
}

const schema = [
  'create table if not exists broker (id integer primary key, name text not null unique, last_ms integer not null)',
  `create table if not exists metric (id integer primary key, name text not null, unit text not null,
    unique (name, unit))`,
  `create table if not exists subject (id integer primary key, broker integer not null, scope text not null,
    key text not null, incarnation text not null, first_ms integer not null, last_ms integer not null)`,
  'create index if not exists subject_by_name on subject (broker, scope, key)',
  `create table if not exists series (id integer primary key, subject integer not null, metric integer not null,
    first_ms integer not null)`,
  'create index if not exists series_by_subject on series (subject, metric)',
]

/**
 * Whose readings are kept, and under which number. Subjects and series are looked up in the file, through its
 * indexes: held in memory, 80,000 series took 95 MB. Brokers and metrics are few, and held.
 * Invariant: a number is never given twice, and means the same in every file for ever.
 */
export class Catalogue {
  readonly #db: DatabaseSync
  readonly #brokers = new Map<string, number>()
  readonly #lastMs = new Map<number, number>()
  readonly #metrics = new Map<string, Metric>()
  readonly #metricById = new Map<number, Metric>()
  readonly #statements: ReturnType<typeof prepare>
  #size = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    for (const statement of schema) db.exec(statement)
    this.#statements = prepare(db)
    this.load()
  }

  /** How many series there are. */
  get size(): number {
    return this.#size
  }

  /** Anew from the file: also after a transaction that was taken back. */
  load(): void {
    for (const map of [this.#brokers, this.#lastMs, this.#metrics, this.#metricById]) map.clear()
    for (const row of this.#db.prepare('select id, name, last_ms from broker').all()) {
      this.#brokers.set(String(row.name), Number(row.id))
      this.#lastMs.set(Number(row.id), Number(row.last_ms))
    }
    for (const row of this.#db.prepare('select id, name, unit from metric').all())
      this.#addMetric({ id: Number(row.id), name: String(row.name), unit: row.unit as Unit })
    this.#size = Number(this.#db.prepare('select count(*) as size from series').get()?.size)
  }

  /** The newest moment that is kept, by broker. */
  newest(): [string, number][] {
    return [...this.#brokers].map(([name, id]) => [name, this.newestOf(id)])
  }

  /** The same of one broker; 0: nothing is kept of it yet. */
  newestOf(broker: number): number {
    return this.#lastMs.get(broker) ?? 0
  }

  broker(name: string): number | null {
    return this.#brokers.get(name) ?? null
  }

  openBroker(name: string): number {
    const known = this.#brokers.get(name)
    if (known !== undefined) return known
    const id = Number(this.#statements.addBroker.run(name).lastInsertRowid)
    this.#brokers.set(name, id)
    return id
  }

  touchBroker(id: number, atMs: number): void {
    if (atMs <= this.newestOf(id)) return
    this.#lastMs.set(id, atMs)
    this.#statements.touchBroker.run(atMs, id)
  }

  /** Whose series they are, made when it is new. Another incarnation is another subject. */
  openSubject(broker: number, { scope, id: key, incarnation }: SubjectName, atMs: number): number {
    const lives = this.#statements.findLives.all(broker, scope, key).map(toLife)
    const newest = lives.at(-1)
    if (newest && incarnation === undefined) return newest.id
    const same = lives.find((life) => life.incarnation === incarnation)
    if (same) return same.id
    if (newest && newest.incarnation === '') {
      // Nobody told until now which life this is.
      this.#statements.nameLife.run(incarnation ?? '', newest.id)
      return newest.id
    }
    const added = this.#statements.addSubject.run(broker, scope, key, incarnation ?? '', atMs, atMs)
    return Number(added.lastInsertRowid)
  }

  openSeries(subject: number, { metric: name, unit }: MetricName, atMs: number): number {
    const metric = this.#openMetric(name, unit)
    const known = this.#statements.findOne.get(subject, metric.id)
    if (known) return Number(known.id)
    const added = this.#statements.addSeries.run(subject, metric.id, atMs)
    this.#size += 1
    return Number(added.lastInsertRowid)
  }

  /** Whose it is and what it tells. */
  series(id: number): Pick<Series, 'subject' | 'metric'> | undefined {
    const row = this.#statements.getSeries.get(id)
    return row && { subject: Number(row.subject), metric: Number(row.metric) }
  }

  /** Something older than what it began with was told. */
  beginEarlier(id: number, atMs: number): void {
    this.#statements.beginEarlier.run(atMs, id, atMs)
  }

  brokerOf(subject: number): number | undefined {
    const row = this.#statements.brokerOf.get(subject)
    return row && Number(row.broker)
  }

  /** All lives of one name that have this metric, in the order they began. */
  find(broker: number, scope: HistoryScope, id: string, metric: string): { series: Series; unit: Unit }[] {
    return this.#statements.findSeries.all(broker, scope, id).flatMap((row) => {
      const known = this.#metricById.get(Number(row.metric))
      if (known?.name !== metric) return []
      const series = {
        id: Number(row.id),
        subject: Number(row.subject),
        metric: Number(row.metric),
        firstMs: Number(row.first_ms),
      }
      return [{ series, unit: known.unit }]
    })
  }

  /** These were read until then; what was not for longer than anything is kept is forgotten. */
  prune(seen: ReadonlySet<number>, seenMs: number, keptSinceMs: number): void {
    const touch = this.#db.prepare('update subject set last_ms = max(last_ms, ?) where id = ?')
    for (const subject of seen) touch.run(seenMs, subject)
    const old = 'select id from subject where last_ms < ?'
    const gone = this.#db.prepare(`delete from series where subject in (${old})`).run(keptSinceMs)
    this.#db.prepare('delete from subject where last_ms < ?').run(keptSinceMs)
    this.#size -= Number(gone.changes)
  }

  #openMetric(name: string, unit: Unit): Metric {
    const known = this.#metrics.get(`${name} ${unit}`)
    if (known) return known
    const id = Number(this.#statements.addMetric.run(name, unit).lastInsertRowid)
    return this.#addMetric({ id, name, unit })
  }

  #addMetric(metric: Metric): Metric {
    this.#metrics.set(`${metric.name} ${metric.unit}`, metric)
    this.#metricById.set(metric.id, metric)
    return metric
  }
}

function prepare(db: DatabaseSync): Record<keyof typeof sql, StatementSync> {
  const entries = Object.entries(sql).map(([name, text]) => [name, db.prepare(text)])
  return Object.fromEntries(entries)
}

const sql = {
  addBroker: 'insert into broker (name, last_ms) values (?, 0)',
  touchBroker: 'update broker set last_ms = ? where id = ?',
  addMetric: 'insert into metric (name, unit) values (?, ?)',
  findLives: 'select id, incarnation from subject where broker = ? and scope = ? and key = ? order by id',
  nameLife: 'update subject set incarnation = ? where id = ?',
  addSubject: `insert into subject (broker, scope, key, incarnation, first_ms, last_ms)
    values (?, ?, ?, ?, ?, ?)`,
  brokerOf: 'select broker from subject where id = ?',
  findOne: 'select id from series where subject = ? and metric = ?',
  addSeries: 'insert into series (subject, metric, first_ms) values (?, ?, ?)',
  getSeries: 'select subject, metric from series where id = ?',
  beginEarlier: 'update series set first_ms = ? where id = ? and first_ms > ?',
  findSeries: `select series.id, series.subject, series.metric, series.first_ms from series
    join subject on subject.id = series.subject
    where subject.broker = ? and subject.scope = ? and subject.key = ? order by series.first_ms, series.id`,
} as const

function toLife(row: Record<string, unknown>): Life {
  return { id: Number(row.id), incarnation: String(row.incarnation) }
}
