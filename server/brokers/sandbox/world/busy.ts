import type { SandboxBroker } from '../engine/broker.ts'
import { contentOf } from '../engine/content.ts'
import { dealPartitions, type SandboxGroup } from '../engine/group.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { QueueConsumer } from '../engine/queue.ts'
import { createRandom } from '../engine/random.ts'
import { buryContent } from './failures.ts'
import { emailRequested, orderCreated } from './orders.ts'

const minuteMs = 60_000
const maxLength = 2_000
const deadLength = 5_000
/** The notifier holds each message so long; a little more comes than it gets done. */
const notifyMs = 30_000
const notifier: QueueConsumer = { tag: 'notifier-1', host: '10.0.3.31', prefetch: 20 }
const notificationsPerSecond = 0.75
const exportsPerSecond = 0.05
/** Every four minutes the indexer begins again where it was four minutes ago, or a little later. */
const rewindEveryMs = 4 * minuteMs
const indexedPerSecond = 0.8
const rewindBy = 190
const tooFarBehind = 3_000
/** Before its birth the scorer hung: it commits nothing until it is connected anew. */
const hungForMs = 10 * minuteMs
const restartEveryMs = 5 * minuteMs
const restartMs = 15_000

/**
 * What goes wrong beside the shop, from `sinceMs` on: `exports` is read by nobody, `notifications` is almost as long
 * as it may be, `search-index` goes back again and again, `fraud-scores` stopped, and a member of `billing` restarts.
 */
export function createBusy(
  broker: SandboxBroker,
  seed: number,
  sinceMs: number,
): { tick: (atMs: number, dtMs: number) => void } {
  const random = createRandom(seed ^ 0xb0b)
  const { bornMs } = broker
  const state = { n: 0, exportDue: 0, notifyDue: 0, indexDue: 0, rewoundMs: sinceMs, restartedMs: sinceMs }
  broker.nodes.names = ['sandbox-1', 'sandbox-2']
  const { exports, notifications } = layOut(broker)
  const index = join(broker, 'search-index', broker.logs.get('order-events'))
  const scores = join(broker, 'fraud-scores', broker.logs.get('payment-events'))

  const email = (n: number, atMs: number) => emailRequested(seed, n, atMs)
  const order = (n: number, atMs: number) => orderCreated(seed, n, atMs)
  const push = (queue: typeof exports, routingKey: string, content: typeof email, atMs: number) => {
    state.n += 1
    broker.push(queue, { timestampMs: atMs, content, n: state.n, exchange: 'shop', routingKey })
  }
  const notify = (atMs: number) => push(notifications, 'notification.sent', email, atMs)
  const exportOrder = (atMs: number) => push(exports, 'order.exported', order, atMs)

  for (let n = 0; n < 1_840; n += 1) notify(sinceMs - (1_840 - n) * 1_300)
  for (let n = 0; n < 400; n += 1) exportOrder(sinceMs - (400 - n) * 20_000)

  const workNotifications = (atMs: number) => {
    for (const { tag, prefetch } of notifications.consumers) {
      for (const seq of notifications.heldBy(tag))
        if (atMs - (notifications.heldSinceMs(seq) ?? atMs) >= notifyMs) notifications.acknowledge(seq)
      notifications.deliver({ ...notifier, tag, prefetch }, prefetch, atMs)
    }
  }
  const indexOrders = (atMs: number, dtMs: number) => {
    if (!index.isReadingAt(atMs)) return
    if (atMs - state.rewoundMs >= rewindEveryMs) {
      state.rewoundMs = atMs
      for (const [at, partition] of index.log.partitions.entries()) {
        const isLost = (index.lagOf(at) ?? 0) > tooFarBehind
        const from = isLost ? partition.end : (index.positionOf(at) ?? 0)
        index.move(at, Math.max(partition.start, from - rewindBy))
      }
      return
    }
    state.indexDue += (indexedPerSecond * dtMs) / 1_000
    const whole = Math.floor(state.indexDue)
    state.indexDue -= whole
    for (const at of index.log.partitions.keys()) index.advance(at, whole)
  }
  const score = (atMs: number) => {
    const isHung = scores.epoch === 1 && atMs > bornMs - hungForMs
    if (isHung || !scores.isReadingAt(atMs)) return
    for (const [at, partition] of scores.log.partitions.entries())
      scores.move(at, Math.max(scores.positionOf(at) ?? 0, partition.end))
  }
  const restart = (atMs: number) => {
    broker.clients.bringBack(atMs)
    if (atMs - state.restartedMs < restartEveryMs) return
    state.restartedMs = atMs
    const client = broker.clients.find('billing-3')
    if (client) broker.clients.cut(client, atMs, restartMs)
  }

  return {
    tick(atMs, dtMs) {
      state.exportDue += (exportsPerSecond * dtMs) / 1_000
      state.notifyDue += (notificationsPerSecond * (0.6 + random() * 0.8) * dtMs) / 1_000
      for (; state.exportDue >= 1; state.exportDue -= 1) exportOrder(atMs)
      for (; state.notifyDue >= 1; state.notifyDue -= 1) notify(atMs)
      workNotifications(atMs)
      indexOrders(atMs, dtMs)
      score(atMs)
      restart(atMs)
    },
  }
}

function layOut(broker: SandboxBroker) {
  const exports = broker.addQueue('exports', { maxLength: 50_000 })
  const deadLetter = { exchange: 'shop.dlx', key: 'notifications', to: 'notifications.dlq' }
  const notifications = broker.addQueue('notifications', { maxLength, deadLetter })
  const dead = broker.addQueue('notifications.dlq', { maxLength: deadLength })
  notifications.consumers = [notifier]
  broker.bindings.push(
    { exchange: 'shop', pattern: 'order.exported', queue: 'exports' },
    { exchange: 'shop', pattern: 'notification.*', queue: 'notifications' },
    { exchange: 'shop.dlx', pattern: 'notifications', queue: 'notifications.dlq' },
  )
  broker.onDrop = (queue, message, atMs) => {
    if (queue !== notifications) return
    const { exchange, routingKey } = message
    const cause = { reason: 'maxlen', attempts: 0 } as const
    const content = () =>
      buryContent(contentOf(message), { cause, queue: queue.name, exchange, routingKey, atMs })
    broker.push(dead, { timestampMs: atMs, content, exchange: 'shop.dlx', routingKey: queue.name })
  }
  return { exports, notifications }
}

/** One member, at the end of the log. */
function join(broker: SandboxBroker, name: string, log: SandboxLog | undefined): SandboxGroup {
  if (!log) throw new Error('the shop has no topics')
  const group = broker.addGroup(name, log)
  group.members = dealPartitions(log, [{ id: `${name}-1`, client: name, host: '10.0.4.31' }])
  for (const [index, partition] of log.partitions.entries()) group.committed[index] = partition.end
  return group
}
