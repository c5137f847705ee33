import { describe, expect, it } from 'vitest'
import { redis } from './index.ts'
import { readAccess, redisOptionsSchema } from './options.ts'

describe('options of Redis', () => {
  it('reads a URL with encoded credentials and a database', () => {
    const access = readAccess(redisOptionsSchema.parse({ url: 'rediss://me:p%40ss%2Fw@cache.local:7000/3' }))
    expect(access).toEqual({
      seeds: [{ host: 'cache.local', port: 7000 }],
      isCluster: false,
      db: 3,
      username: 'me',
      password: 'p@ss/w',
      tls: true,
    })
    expect(readAccess({ url: 'redis://:secret@[::1]' })).toMatchObject({
      seeds: [{ host: '::1', port: 6379 }],
      username: undefined,
      password: 'secret',
    })
  })

  it('reads a cluster', () => {
    const access = readAccess(
      redisOptionsSchema.parse({ cluster: ['a:7000', '[::1]:7001'], password: 'x', tls: true }),
    )
    expect(access).toMatchObject({
      isCluster: true,
      db: 0,
      seeds: [
        { host: 'a', port: 7000 },
        { host: '::1', port: 7001 },
      ],
    })
  })

  it.each([
    [{}],
    [{ url: 'redis://a', cluster: ['a:1'] }],
    [{ url: 'http://a' }],
    [{ url: 'redis://a/x' }],
    [{ cluster: [] }],
    [{ cluster: ['a:99999'] }],
    [{ url: 'redis://a', user: 'x' }],
    [{ url: 'redis://a', deadLetters: [{ stream: 'x' }] }],
  ])('refuses %j', (options) => {
    expect(redisOptionsSchema.safeParse(options).success).toBe(false)
  })

  it('shows an address without secrets', () => {
    expect(redis.addressOf({ url: 'redis://me:secret@host:1/2' })).toBe('host:1')
    expect(redis.addressOf({ cluster: ['a:1', 'b:2'] })).toBe('a:1, b:2')
  })
})
