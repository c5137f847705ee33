import type { SandboxBroker } from '../engine/broker.ts'
import { bytesEach } from '../engine/nodes.ts'
import { orderCreated } from './orders.ts'

const queueName = 'exports'
const messages = 60_000
const minuteMs = 60_000
/** So long before its birth the queue began to grow; then it had filled the memory. */
const growsForMs = 14 * minuteMs

/** A queue nobody reads takes all the memory there is: from then on nobody may publish, until it is purged. */
export function createGlutton(
  broker: SandboxBroker,
  seed: number,
): { tick: (atMs: number, dtMs: number) => void } {
  const queue = broker.addQueue(queueName)
  const [node = ''] = broker.nodes.names
  const { bornMs } = broker
  broker.nodes.memoryLimitBytes = broker.nodes.memoryOf(node) + messages * bytesEach
  let made = 0
  const content = (n: number, atMs: number) => orderCreated(seed, n, atMs)
  const pushUpTo = (share: number, atMs: number) => {
    for (; made < messages * Math.min(1, share); made += 1)
      broker.push(queue, {
        timestampMs: atMs,
        content,
        n: made,
        exchange: 'shop',
        routingKey: 'order.exported',
      })
  }
  broker.bindings.push({ exchange: 'shop', pattern: 'order.exported', queue: queueName })
  return {
    tick(atMs) {
      if (atMs <= bornMs) pushUpTo(1 - (bornMs - atMs) / growsForMs, atMs)
    },
  }
}
