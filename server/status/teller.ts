import { countOf } from '../../lib/format/number.ts'
import { replayPath } from '../../lib/format/paths.ts'
import type { Event } from '../../lib/schemas/event.ts'
import type { OffsetReset } from '../../lib/schemas/offset.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import type { News, StatusPorts } from './ports.ts'
import type { Rebalance } from './watch-groups.ts'

/** The same of the same is told so often in so long: gone and back again is news. What comes more often flaps, and is counted. */
const freely = 3
const quietMs = 60_000
const forgetMs = 10 * 60_000

interface Told {
  /** When the first of these minute's was told. */
  atMs: number
  times: number
  /** How often it came again since. */
  again: number
}

/** Tells events once a change, and what lasts with its end. What flaps is told three times a minute, then with how often. */
export class Teller {
  readonly #ports: Pick<StatusPorts, 'tell' | 'endEvent' | 'now'>
  readonly #told = new Map<string, Told>()
  /** What is under way, by its own name. */
  readonly #open = new Map<string, Promise<Event | null>>()
  readonly #resets = new Set<string>()
  readonly #runs = new Map<string, Replay['state']>()

  constructor(ports: Pick<StatusPorts, 'tell' | 'endEvent' | 'now'>) {
    this.#ports = ports
  }

  /** Null: the same was told three times within this minute. */
  tell(news: News): Promise<Event | null> {
    const nowMs = this.#ports.now()
    const key = `${news.kind} ${news.broker} ${news.destination?.id ?? news.group?.id ?? news.node ?? ''}`
    const told = this.#told.get(key)
    if (told && nowMs - told.atMs < quietMs) {
      if (told.times >= freely) {
        told.again += 1
        return Promise.resolve(null)
      }
      told.times += 1
      return this.#ports.tell(news)
    }
    const again = told && told.again > 0 ? ` (${countOf(told.again, 'time')} more in between)` : ''
    this.#told.set(key, { atMs: nowMs, times: 1, again: 0 })
    for (const [one, { atMs }] of this.#told) if (nowMs - atMs > forgetMs) this.#told.delete(one)
    return this.#ports.tell({ ...news, text: `${news.text}${again}` })
  }

  /** It lasts until `end` of the same name. */
  begin(name: string, news: News): void {
    this.#open.set(name, this.tell(news))
  }

  end(name: string): void {
    const open = this.#open.get(name)
    this.#open.delete(name)
    const untilMs = this.#ports.now()
    void open?.then((event) => event && this.#ports.endEvent(event.id, untilMs))
  }

  rebalances(broker: string, changes: readonly Rebalance[]): void {
    for (const { id, name, kind } of changes) {
      const key = `rebalance ${broker} ${id}`
      if (kind === 'ended') this.end(key)
      else this.begin(key, { broker, group: { id, name }, kind: 'rebalance', text: `${name} was rebalanced` })
    }
  }

  /** A position was moved: asked for just now, or armed before. */
  reset({ id, broker, group, state, rows, createdBy }: OffsetReset): void {
    if (state !== 'applied' || this.#resets.has(id)) return
    this.#resets.add(id)
    void this.tell({
      broker,
      group,
      kind: 'offset-reset',
      text: `The position of ${group.name} was reset on ${countOf(rows.length, 'partition')}`,
      actor: createdBy,
    })
  }

  /** A run began, or ended, since it was told of last. */
  replay(run: Replay): void {
    const was = this.#runs.get(run.id)
    if (was === run.state || run.dryRun) return
    const isOver = run.state === 'completed' || run.state === 'cancelled' || run.state === 'failed'
    const key = `replay ${run.id}`
    if (isOver) {
      this.#runs.delete(run.id)
      if (was !== undefined) this.end(key)
      return
    }
    this.#runs.set(run.id, run.state)
    if (run.state !== 'running' || this.#open.has(key)) return
    this.begin(key, {
      broker: run.broker,
      destination: { id: run.source.id, name: run.source.name },
      kind: 'replay',
      text: `A replay of ${run.source.name} was started: ${countOf(run.counts.total, 'message')}`,
      actor: run.createdBy,
      link: replayPath(run.id),
    })
  }
}
