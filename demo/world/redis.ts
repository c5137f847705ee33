import { Redis } from 'ioredis'
import type { Ledger } from '../patterns/idempotent.ts'

/** A connection named after its worker. Blocking reads need one of their own: they hold up all behind them. */
export function openRedis(url: string, name: string): Redis {
  const client = new Redis(url, { connectionName: name, maxRetriesPerRequest: 2 })
  // Without a listener ioredis prints each failed reconnect.
  client.on('error', () => undefined)
  return client
}

const windowMs = 10 * 60_000
/** Entries of the stream a person can look at; more are trimmed. */
export const ledgerStream = 'shop:ledger'
const ledgerLength = 10_000

/** Looks, adds and notes in one step: two workers with the same key cannot both pass between them. */
const enterScript = `
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 or redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], '*', 'book', ARGV[4], 'key', ARGV[1])
return 1`

/**
 * What was done survives a crash of the worker. Keys stand in one set for ten minutes of each book, and a look asks
 * this and the last one: two sets that expire, not a key for every order of the day.
 */
export class RedisLedger implements Ledger {
  readonly #redis: Redis

  constructor(redis: Redis) {
    this.#redis = redis
  }

  async has(book: string, key: string): Promise<boolean> {
    const [now, before] = windowsOf(book)
    const found = await Promise.all([this.#redis.sismember(now, key), this.#redis.sismember(before, key)])
    return found.includes(1)
  }

  async enter(book: string, key: string): Promise<boolean> {
    const keys = [...windowsOf(book), ledgerStream]
    const args = [key, 2 * windowMs, ledgerLength, book]
    return (await this.#redis.eval(enterScript, keys.length, ...keys, ...args)) === 1
  }
}

function windowsOf(book: string): [string, string] {
  const window = Math.floor(Date.now() / windowMs)
  return [`shop:done:${book}:${window}`, `shop:done:${book}:${window - 1}`]
}
