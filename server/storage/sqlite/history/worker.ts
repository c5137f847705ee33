import { setImmediate as turn } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { HistoryRequest } from '../../contract/history.ts'
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts'
import { type DefineMessage, HistoryStore, type TickMessage } from './store.ts'

/**
 * The thread the store lives in. Started as a file of its own: it imports by relative names with their endings, and
 * nothing of the server beside the store.
 */
const maintainEveryMs = 60_000
const { folder, maxBytes } = workerData as WorkerOptions
const tell = (message: FromWorker) => parentPort?.postMessage(message)
const store = new HistoryStore({
  folder,
  maxBytes,
  onProblem: (sentence) => tell({ kind: 'problem', sentence }),
})
/** A sample of theirs was lost: until a full one comes, differences mean nothing. */
const broken = new Set<string>()
/** Why series of theirs could not be opened, until the sample that needs them is refused for it. */
const undefinedFor = new Map<string, unknown>()
let isClosing = false
let maintaining = Promise.resolve()

function append(tick: TickMessage): void {
  const reason = undefinedFor.get(tick.broker)
  undefinedFor.delete(tick.broker)
  if (broken.has(tick.broker) && !tick.isFull) throw new Error('the sample before was not written')
  broken.add(tick.broker)
  if (reason !== undefined) throw reason
  store.append(tick)
  broken.delete(tick.broker)
}

function define(message: DefineMessage): void {
  try {
    store.define(message)
  } catch (error) {
    undefinedFor.set(message.broker, error)
  }
}

async function maintain(): Promise<void> {
  try {
    // Between two steps whatever came meanwhile is read and written.
    for (const _ of store.maintain(Date.now())) {
      if (isClosing) return
      await turn()
    }
  } catch (error) {
    tell({ kind: 'problem', sentence: `The history could not be put in order: ${String(error)}` })
  }
  tell({ kind: 'figures', figures: store.figures })
}

function handle(message: ToWorker): void {
  if (message.kind === 'close') {
    isClosing = true
    void maintaining.then(() => {
      store.close()
      tell({ kind: 'done', id: message.id })
      parentPort?.close()
    })
    return
  }
  if (message.kind === 'define') {
    define(message.define)
    return
  }
  try {
    if (message.kind === 'read')
      tell({ kind: 'done', id: message.id, answer: store.read(message.request as HistoryRequest) })
    else {
      append(message.tick)
      tell({ kind: 'done', id: message.id })
    }
  } catch (error) {
    tell({ kind: 'failed', id: message.id, reason: String(error) })
  }
}

parentPort?.on('message', handle)
tell({ kind: 'opened', newest: store.newest(), figures: store.figures })
maintaining = maintain()
const timer = setInterval(() => {
  if (!isClosing) maintaining = maintaining.then(maintain)
}, maintainEveryMs)
timer.unref()
