import type { SandboxBroker } from '../engine/broker.ts'
import { contentOf } from '../engine/content.ts'
import { dealPartitions, type SandboxGroup } from '../engine/group.ts'
import type { SandboxLog } from '../engine/log.ts'
import { createRandom, hashAscii } from '../engine/random.ts'
import { buryRecord } from './failures.ts'
import { buryConnectRecord } from './foreign-failures.ts'
import { stockChanged, stockKeyOf } from './orders.ts'

const hourMs = 3_600_000
const changesPerSecond = 0.2
const stuckForMs = 5 * hourMs
/** Where the slow group gives up and catches up, and where it is slow again. */
const tooFarBehind = 12_000
const caughtUp = 60

/** What a group reads in a second, at most, of each partition. */
const readPerSecond = 500
/** What the slow group reads in a second: less than is written, or more. */
const slowPerSecond = 0.8
const fastPerSecond = 6

/**
 * The consumer groups: one keeps up, one falls behind, one is stuck on a partition behind a record it cannot
 * process until somebody takes that off, one has nobody.
 */
export function createReaders(
  broker: SandboxBroker,
  seed: number,
): { tick: (atMs: number, dtMs: number) => void } {
  const events = broker.logs.get('order-events')
  const stock = broker.logs.get('stock-changes')
  const dead = broker.logs.get('stock-changes.DLT')
  if (!events || !stock || !dead) throw new Error('the shop has no topics')
  const random = createRandom(seed ^ 0x5eed)
  const { bornMs } = broker
  const billing = join(broker, 'billing', events, 3)
  const analytics = join(broker, 'analytics', events, 1)
  const inventory = join(broker, 'inventory', stock, 2)
  const stuckPartition = hashAscii('gooseneck-kettle') % stock.partitions.length
  const archive = join(broker, 'audit-archive', stock, 0)
  const state = { due: 0, changes: 0, dead: 0, nextDeadMs: 0, isCatchingUp: false, budget: 0, isStuck: false }
  const makeChange = (n: number, atMs: number) => stockChanged(seed, n, atMs)

  const write = (atMs: number, dtMs: number) => {
    state.due += (changesPerSecond * (0.5 + random()) * dtMs) / 1_000
    for (; state.due >= 1; state.due -= 1) {
      state.changes += 1
      const n = state.changes
      const partition = hashAscii(stockKeyOf(seed, n)) % stock.partitions.length
      broker.append(stock, partition, atMs, makeChange, n)
    }
    if (atMs < state.nextDeadMs) return
    const offset = Math.max(0, (stock.partition(1)?.end ?? 1) - 1)
    const record = stock.partition(1)?.at(offset)
    if (record) {
      const origin = {
        topic: stock.name,
        partition: 1,
        offset,
        timestampMs: record.timestampMs,
        group: 'inventory',
      }
      state.dead += 1
      const bury = state.dead % 3 === 0 ? buryConnectRecord : buryRecord
      broker.append(dead, 0, atMs, () => bury(contentOf(record), origin))
    }
    state.nextDeadMs = atMs + (atMs > bornMs ? 180_000 : 1_500_000) * (0.7 + random() * 0.6)
  }

  const readSlowly = (atMs: number, dtMs: number) => {
    const lag = sumLag(analytics)
    if (atMs < bornMs - 3 * hourMs) return catchUp(analytics, random, 3, dtMs)
    if (!analytics.isReadingAt(atMs)) return
    if (lag > tooFarBehind) state.isCatchingUp = true
    if (lag < caughtUp) state.isCatchingUp = false
    state.budget += ((state.isCatchingUp ? fastPerSecond : slowPerSecond) * dtMs) / 1_000
    for (; state.budget >= 1; state.budget -= 1) {
      const index = analytics.committed.reduce<number>(
        (worst, _, at) =>
          (analytics.lagOf(at) ?? Number.POSITIVE_INFINITY) >
          (analytics.lagOf(worst) ?? Number.POSITIVE_INFINITY)
            ? at
            : worst,
        0,
      )
      analytics.advance(index, 1)
    }
  }

  return {
    tick(atMs, dtMs) {
      write(atMs, dtMs)
      if (billing.isReadingAt(atMs)) catchUp(billing, random, 3, dtMs)
      readSlowly(atMs, dtMs)
      if (!state.isStuck && atMs > bornMs - stuckForMs) {
        state.isStuck = true
        const offset = inventory.committed[stuckPartition] ?? 0
        const member = inventory.ownerAt(stuckPartition, atMs)?.id ?? ''
        inventory.pending = [{ partition: stuckPartition, offset, member, sinceMs: atMs, deliveries: 1 }]
      }
      if (inventory.isReadingAt(atMs)) catchUp(inventory, random, 2, dtMs)
      // Somebody archived two of the three partitions once, for an afternoon.
      if (atMs < bornMs - 20 * hourMs) catchUp(archive, random, 1, dtMs, 2)
    },
  }
}

function join(broker: SandboxBroker, name: string, log: SandboxLog, members: number): SandboxGroup {
  const group = broker.addGroup(name, log)
  const joining = Array.from({ length: members }, (_, member) => ({
    id: `${name}-${member + 1}`,
    client: name,
    host: `10.0.4.${20 + member}`,
  }))
  group.members = dealPartitions(log, joining)
  return group
}

function sumLag(group: SandboxGroup): number {
  return group.committed.reduce<number>((sum, _, index) => sum + (group.lagOf(index) ?? 0), 0)
}

/** Commits up to a few messages before the end, as fast as it can read, and no further than a record it is stuck behind. */
function catchUp(
  group: SandboxGroup,
  random: () => number,
  jitter: number,
  dtMs: number,
  except?: number,
): void {
  for (const [index, partition] of group.log.partitions.entries()) {
    if (index === except) continue
    const stuck = group.pending.find((record) => record.partition === index)
    const target = stuck
      ? stuck.offset
      : Math.max(partition.start, partition.end - Math.floor(random() * jitter))
    const from = group.positionOf(index)
    const reach = from === null ? target : Math.min(target, from + (readPerSecond * dtMs) / 1_000)
    group.committed[index] = Math.max(group.committed[index] ?? 0, reach)
  }
}
