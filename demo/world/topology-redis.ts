import { openRedis } from './redis.ts'

export const arrivals = 'warehouse:arrivals'
export const arrivalsDead = 'warehouse:arrivals:dead'
export const forkliftGroup = 'forklifts'
/** Entries; `~` trims whole nodes at a time, which costs next to nothing. */
export const arrivalsLength = 5_000
export const deadLength = 2_000

/** The group makes the stream. From `0`: what came before the first worker is work too. */
export async function declareRedis(url: string): Promise<void> {
  const redis = openRedis(url, 'demo-setup')
  try {
    await redis.xgroup('CREATE', arrivals, forkliftGroup, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error
    })
  } finally {
    redis.disconnect()
  }
}
