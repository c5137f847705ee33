import { describe, expect, it } from 'vitest'
import { neighbourOf } from './manage.ts'
import { releaseOf } from './probe.ts'
import type { TopicMeta } from './protocol/metadata.ts'

const topic = (name: string, partitions = 1): TopicMeta => ({
  error: 0,
  name,
  id: name,
  internal: false,
  operations: null,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    error: 0,
    partition,
    leader: 1,
    replicas: [1],
    inSync: [1],
  })),
})

describe('what a cluster is', () => {
  it.each([
    [20, '3.8'],
    [25, '4.0'],
    [29, '4.2'],
    [30, '4.3'],
    [99, '4.3 or newer'],
  ])('metadata level %i is release %s', (level, release) => {
    expect(releaseOf(new Map([['metadata.version', level]]))).toBe(release)
  })

  it('does not guess a release', () => {
    expect(releaseOf(new Map())).toContain('unknown')
  })

  it('finds the topic that another is named after', () => {
    const topics = [topic('orders', 6), topic('orders.eu', 3), topic('ord'), topic('orders-none', 0)]
    expect(neighbourOf('orders.eu.parked', topics)?.name).toBe('orders.eu')
    expect(neighbourOf('orders-none-parked', topics)?.name).toBe('orders')
    expect(neighbourOf('ordersparked', topics)).toBeUndefined()
  })
})
