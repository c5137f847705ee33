import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Desk, Stop, Worker } from '../desk.ts'
import { errorOf, redisFailureFields } from '../patterns/dead-letter.ts'
import { openRedis } from '../world/redis.ts'
import { arrivals, arrivalsDead, deadLength, forkliftGroup } from '../world/topology-redis.ts'

const drivers = ['forklift-1', 'forklift-2', 'forklift-3']
const maxDeliveries = 3
/** An entry that lies unacknowledged for so long is taken over, from a driver who failed or who is gone. */
const claimAfterMs = 2_000

class DamagedPalletError extends Error {
  override readonly name = 'DamagedPalletError'
}
class FlatBatteryError extends Error {
  override readonly name = 'FlatBatteryError'
}
type Entry = [id: string, fields: string[]]

/**
 * A consumer group on a stream: each entry goes to one driver and stays in its pending list until acknowledged.
 * Redis gives nothing back by itself: a failed entry waits there until somebody claims it, and counting to three
 * and moving it to a dead stream is the consumer's own work too.
 */
export const forklifts: Worker = {
  name: 'forklifts',
  about:
    'Three consumers of the group forklifts; after three deliveries a pallet goes to warehouse:arrivals:dead.',
  needs: ['redis'],
  role: 'consumer',
  async start(desk) {
    const stops = drivers.map((driver) => drive(desk, driver))
    return async () => {
      await Promise.all(stops.map((stop) => stop()))
    }
  },
}

function drive(desk: Desk, driver: string): Stop {
  const redis = openRedis(desk.at('redis'), driver)
  let goesOn = true
  const loop = async () => {
    while (goesOn) {
      try {
        for (const { entry, deliveries } of await claimStale(redis, driver))
          await putAway(desk, redis, driver, entry, deliveries)
        for (const entry of await readNew(redis, driver)) await putAway(desk, redis, driver, entry, 1)
      } catch {
        // Redis is away, or refuses: ioredis reconnects, this only must not spin meanwhile.
        await sleep(500)
      }
    }
  }
  const work = loop()
  return async () => {
    goesOn = false
    await work
    redis.disconnect()
  }
}

async function putAway(
  desk: Desk,
  redis: Redis,
  driver: string,
  [id, fields]: Entry,
  deliveries: number,
): Promise<void> {
  try {
    await desk.mishap(() => new FlatBatteryError(`${driver} does not start`))
    const pallet = JSON.parse(fields[fields.indexOf('body') + 1] ?? '') as {
      pallet: number
      damaged: boolean
    }
    if (pallet.damaged) throw new DamagedPalletError(`pallet ${pallet.pallet} is broken`)
    await redis.xack(arrivals, forkliftGroup, id)
    desk.count('done')
  } catch (thrown) {
    desk.count('failed')
    if (deliveries < maxDeliveries) return
    const place = { stream: arrivals, id, consumer: driver, attempts: deliveries }
    const failure = redisFailureFields(errorOf(thrown), place)
    // Both or neither: an entry is in the dead stream exactly when it is no longer pending.
    await redis
      .multi()
      .xadd(arrivalsDead, 'MAXLEN', '~', deadLength, '*', ...fields, ...failure)
      .xack(arrivals, forkliftGroup, id)
      .exec()
    desk.count('dead')
  }
}

async function readNew(redis: Redis, driver: string): Promise<Entry[]> {
  const answer = (await redis.xreadgroup(
    'GROUP',
    forkliftGroup,
    driver,
    'COUNT',
    20,
    'BLOCK',
    500,
    'STREAMS',
    arrivals,
    '>',
  )) as [stream: string, entries: Entry[]][] | null
  return answer?.[0]?.[1] ?? []
}

/** Takes over what lay too long, each with how often it was delivered by then. */
async function claimStale(redis: Redis, driver: string): Promise<{ entry: Entry; deliveries: number }[]> {
  const pending = (await redis.xpending(arrivals, forkliftGroup, 'IDLE', claimAfterMs, '-', '+', 20)) as [
    id: string,
    consumer: string,
    idleMs: number,
    deliveries: number,
  ][]
  const counts = new Map(pending.map(([id, , , deliveries]) => [id, deliveries + 1]))
  if (counts.size === 0) return []
  const claimed = (await redis.xclaim(
    arrivals,
    forkliftGroup,
    driver,
    claimAfterMs,
    ...counts.keys(),
  )) as (Entry | null)[]
  return claimed.flatMap((entry) => (entry ? [{ entry, deliveries: counts.get(entry[0]) ?? 1 }] : []))
}
