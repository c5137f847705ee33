import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../../../lib/domain/app-error.ts'
import type {
  HistoryAnswer,
  HistoryFigures,
  HistoryRepository,
  HistorySample,
} from '../../contract/history.ts'
import { ChangeBook } from './change-book.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import type { StoreFigures } from './store.ts'
import { segmentMs } from './times.ts'

export interface HistoryOptions {
  readonly dataDir: string
  readonly maxBytes: number
  readonly maxSeries?: number
  /** Something is wrong, in a sentence: damage, a full disk, a store that died. */
  readonly onProblem: (sentence: string) => void
}

/** What waits for the thread; beyond it samples are dropped and counted, so that a hung disk fills no memory. */
const maxWaitingValues = 4_000_000
const restartMs = 5_000
/** New series are told so many subjects at a time: ten thousand at once would stand in memory three times over. */
const subjectsAMessage = 500

interface Waiting {
  readonly resolve: (answer?: HistoryAnswer) => void
  readonly reject: (error: Error) => void
  readonly weight: number
}

/**
 * Opens `<dataDir>/history` in a thread of its own; resolves when it can be read. One that cannot be opened is told and
 * tried again: the console works without it.
 */
export async function openHistory(options: HistoryOptions): Promise<HistoryRepository> {
  const client = new HistoryClient(options)
  await client.start().catch(() => undefined)
  return client
}

class HistoryClient implements HistoryRepository {
  readonly #options: Required<HistoryOptions>
  readonly #book: ChangeBook
  readonly #waiting = new Map<number, Waiting>()
  readonly #newest = new Map<string, number>()
  #worker: Worker | null = null
  #restart: NodeJS.Timeout | undefined
  #isClosed = false
  #nextId = 0
  #waitingValues = 0
  #figures: StoreFigures = { knownSeries: 0, bytes: 0, isOverCap: false }
  #dropped = 0
  #written = 0
  #trouble: string | null = null

  constructor(options: HistoryOptions) {
    this.#options = { maxSeries: 200_000, ...options }
    this.#book = new ChangeBook(segmentMs, this.#options.maxSeries)
  }

  start(): Promise<void> {
    const workerData = { folder: join(this.#options.dataDir, 'history'), maxBytes: this.#options.maxBytes }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData,
      // What is read and written is typed arrays, which stand outside: a small heap is collected sooner.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    this.#worker = worker
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'opened') {
          for (const [broker, ms] of message.newest) this.#newest.set(broker, ms)
          this.#figures = message.figures
          resolve()
        } else this.#hear(message)
      })
      worker.on('error', (error) => {
        reject(error)
        this.#died(error)
      })
      worker.on('exit', () => this.#died(new Error('its thread ended')))
    })
  }

  async append(sample: HistorySample): Promise<void> {
    const { broker, atMs, everyMs, isPast } = sample
    if (this.#isClosed || (isPast && atMs <= (this.#newest.get(broker) ?? 0))) return
    if (!this.#worker || this.#waitingValues > maxWaitingValues) {
      this.#dropped += 1
      this.#book.lost(broker)
      return
    }
    const { isFull, defines, changes } = this.#book.take(sample)
    this.#newest.set(broker, Math.max(atMs, this.#newest.get(broker) ?? 0))
    for (let at = 0; at < defines.length; at += subjectsAMessage) {
      const subjects = defines.slice(at, at + subjectsAMessage)
      this.#post({ kind: 'define', define: { broker, atMs, subjects } })
    }
    const tick = { broker, atMs, everyMs: Math.round(everyMs), isFull, changes }
    const parts = [changes.series.buffer, changes.values.buffer, changes.qualities.buffer] as ArrayBuffer[]
    try {
      await this.#ask({ kind: 'tick', tick }, changes.series.length + 1, parts)
      this.#written += 1
      this.#trouble = null
    } catch (error) {
      this.#dropped += 1
      this.#book.reset()
      this.#complain(`Readings are not kept: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async read(request: Parameters<HistoryRepository['read']>[0]): Promise<HistoryAnswer> {
    if (!this.#worker) throw new AppError('internal', 'The history is not open')
    const answer = await this.#ask({ kind: 'read', request }, 0)
    if (!answer) throw new AppError('internal', 'The history gave no answer')
    return answer
  }

  forget(broker: string): void {
    this.#book.forget(broker)
  }

  figures(): HistoryFigures {
    const { maxBytes, maxSeries } = this.#options
    const { knownSeries, bytes, isOverCap } = this.#figures
    const refused = this.#book.refused
    const problems = [
      ...(this.#trouble === null ? [] : [this.#trouble]),
      ...(refused > 0 ? [`${refused} series find no room: at most ${maxSeries} are kept`] : []),
      ...(isOverCap ? [`The newest days alone take ${bytes} bytes, more than the ${maxBytes} allowed`] : []),
    ]
    return {
      liveSeries: this.#book.live,
      maxSeries,
      knownSeries,
      bytes,
      maxBytes,
      droppedSeries: refused,
      droppedSamples: this.#dropped,
      writtenSamples: this.#written,
      problems,
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#restart)
    if (!this.#worker) return
    await this.#ask({ kind: 'close' }, 0).catch(() => undefined)
    await this.#worker?.terminate()
  }

  #ask(
    message:
      | { kind: 'close' }
      | Omit<Extract<ToWorker, { kind: 'tick' }>, 'id'>
      | Omit<Extract<ToWorker, { kind: 'read' }>, 'id'>,
    weight: number,
    parts: ArrayBuffer[] = [],
  ): Promise<HistoryAnswer | undefined> {
    const id = this.#nextId++
    this.#waitingValues += weight
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, weight })
      this.#post({ ...message, id }, parts)
    })
  }

  #post(message: ToWorker, parts: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, parts)
  }

  #hear(message: Exclude<FromWorker, { kind: 'opened' }>): void {
    if (message.kind === 'figures') this.#figures = message.figures
    else if (message.kind === 'problem') this.#options.onProblem(message.sentence)
    else {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      this.#waitingValues -= waiting?.weight ?? 0
      if (message.kind === 'done') waiting?.resolve(message.answer)
      else waiting?.reject(new Error(message.reason))
    }
  }

  /** What was told is in the journal or lost; a new thread is told everything again. */
  #died(error: Error): void {
    if (!this.#worker) return
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    this.#waitingValues = 0
    if (this.#isClosed) return
    this.#book.reset()
    this.#complain(`The history stopped and is started again: ${error.message}`)
    this.#restart = setTimeout(() => void this.start().catch(() => undefined), restartMs)
    this.#restart.unref()
  }

  /** Told once, not every few seconds for as long as it lasts. */
  #complain(sentence: string): void {
    if (this.#trouble !== sentence) this.#options.onProblem(sentence)
    this.#trouble = sentence
  }
}
