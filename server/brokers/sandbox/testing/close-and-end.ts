import { newCall } from '../../contract/index.ts'
import { createClock, openSandbox } from './clock.ts'

/** Run as a process of its own: opens everything, closes the connection, and must then end by itself. */
const orders = { type: 'queue', name: 'orders.dlq' } as const
const clock = createClock()
const connection = await openSandbox(clock)
const silent = await openSandbox(clock, { scenario: 'silent' })
const call = newCall(600_000)
const follow = async () => {
  for await (const _ of connection.tail?.follow(orders, call) ?? []) clock.pass(1)
}
const open = [follow(), silent.probe(call)]
await connection.publish?.openPublisher(call)
const select = { kind: 'head', count: 5 } as const
const session = await connection.claim?.open(orders, { select, window: 2 }, call)
await session?.next(2, call)
const waiting = session?.next(2, call)
await connection.sample([], call)
await Promise.all([connection.close(), silent.close()])
await Promise.allSettled([...open, waiting])
process.stdout.write('closed\n')
