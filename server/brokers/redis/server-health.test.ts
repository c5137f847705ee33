import { describe, expect, it } from 'vitest'
import { sampleServer } from './node-sample.ts'
import { openServerBook } from './server-book.ts'
import { healthOf } from './server-health.ts'
import { parseInfo } from './server-info.ts'

const infoOf = (fields: Record<string, string | number>) =>
  parseInfo(
    Object.entries({ run_id: 'r1', role: 'master', ...fields })
      .map(([name, value]) => `${name}:${value}`)
      .join('\r\n'),
  )
const health = (fields: Record<string, string | number>, stops: boolean | null = null) =>
  healthOf('n1', infoOf(fields), stops, openServerBook())
const full = { used_memory: 101e6, maxmemory: 100e6 }

describe('what is wrong with a Redis server', () => {
  it.each([
    ['nothing', {}, null, [], false],
    [
      'near the limit',
      { ...full, used_memory: 92e6, maxmemory_policy: 'noeviction' },
      null,
      ['memory'],
      false,
    ],
    ['full', { ...full, maxmemory_policy: 'noeviction' }, null, ['memory'], true],
    [
      'full, but of what does not count',
      { ...full, mem_not_counted_for_evict: 2e6, maxmemory_policy: 'noeviction' },
      null,
      ['memory'],
      false,
    ],
    ['full and evicting', { ...full, maxmemory_policy: 'allkeys-lru' }, null, ['memory'], false],
    [
      'full with nothing that may go',
      { ...full, maxmemory_policy: 'volatile-lru', db0: 'keys=3,expires=0' },
      null,
      ['memory'],
      true,
    ],
    [
      'full with something that may go',
      { ...full, maxmemory_policy: 'volatile-lru', db0: 'keys=3,expires=1' },
      null,
      ['memory'],
      false,
    ],
    ['a failed save that stops writes', { rdb_last_bgsave_status: 'err' }, true, ['rdb'], true],
    ['a failed save that does not', { rdb_last_bgsave_status: 'err' }, false, ['rdb'], false],
    ['a failed append', { aof_enabled: 1, aof_last_write_status: 'err' }, null, ['aof'], true],
    [
      'a full replica refuses nothing of ours',
      { ...full, role: 'slave', maxmemory_policy: 'noeviction' },
      null,
      ['memory'],
      false,
    ],
    [
      'no link to the master',
      { role: 'slave', master_link_status: 'down', master_host: 'm', master_port: 1 },
      null,
      ['replica'],
      false,
    ],
    ['almost all connections', { connected_clients: 95, maxclients: 100 }, null, ['clients'], false],
  ] as [string, Record<string, string | number>, boolean | null, string[], boolean][])(
    '%s',
    (_, fields, stops, codes, refuses) => {
      const { problems, refusesWrites } = health(fields, stops)
      expect(problems.map(({ code }) => code)).toEqual(codes)
      expect(refusesWrites !== null).toBe(refuses)
      for (const { message } of problems) expect(message).toContain('n1')
    },
  )

  it('tells of rejected connections and evicted keys only since the look before, and not over a restart', () => {
    const book = openServerBook()
    const codes = (run: string, rejected: number, evicted: number) =>
      healthOf(
        'n1',
        infoOf({ run_id: run, rejected_connections: rejected, evicted_keys: evicted }),
        null,
        book,
      ).problems.map(({ message }) => message)
    expect(codes('a', 5, 5)).toEqual([])
    expect(codes('a', 5, 8)).toEqual(['n1 evicted 3 keys since the look before'])
    expect(codes('a', 6, 8)).toEqual(['n1 turned away 1 connection since the look before'])
    expect(codes('b', 9, 9)).toEqual([])
  })

  it('believes refusals a little below the limit, while they go on', () => {
    const book = openServerBook()
    const look = (fields: Record<string, string | number>) =>
      healthOf(
        'n1',
        infoOf({ ...full, used_memory: 99e6, maxmemory_policy: 'noeviction', ...fields }),
        null,
        book,
      )
    expect(look({}).refusesWrites).toBeNull()
    expect(look({ errorstat_OOM: 'count=3' }).refusesWrites).toContain('writes are refused')
    expect(look({ errorstat_OOM: 'count=3' }).refusesWrites).toBeNull()
  })

  it('keeps the time of a start while a server runs, whatever the clocks say', () => {
    const book = openServerBook()
    const startOf = (fields: Record<string, string | number>, nowMs: number) =>
      sampleServer('n1', infoOf(fields), [], book, nowMs)[0]?.startedAt
    const first = startOf({ run_id: 'a', uptime_in_seconds: 10 }, 1_000_000_900)
    expect(startOf({ run_id: 'a', uptime_in_seconds: 11 }, 1_000_003_100)).toBe(first)
    expect(startOf({ run_id: 'b', uptime_in_seconds: 1 }, 1_000_100_000)).not.toBe(first)
  })

  it('shows replicas as their master sees them', () => {
    const info = infoOf({
      slave0: 'ip=10.0.0.2,port=6379,state=online,offset=5,lag=1',
      slave1: 'ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0',
      slave2: 'ip=10.0.0.4,port=6379,state=online,offset=5,lag=40',
    })
    const nodes = sampleServer('n1', info, [], openServerBook(), 0).slice(1)
    expect(nodes.map(({ id, state, problems }) => [id, state, problems.length])).toEqual([
      ['10.0.0.2:6379', 'running', 0],
      ['10.0.0.3:6379', 'wait_bgsave', 1],
      ['10.0.0.4:6379', 'running', 1],
    ])
  })
})
