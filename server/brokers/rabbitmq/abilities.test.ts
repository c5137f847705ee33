import { describe, expect, it } from 'vitest'
import { newCall } from '../contract/index.ts'
import { claimEffects, deliveryLimit, planLook, refuseWhileFull } from './abilities.ts'
import { readQueueFacts } from './facts.ts'
import { assertMayClaim, assertMayLook, readLooks, writeLooks } from './looks.ts'

const queue = (type: string, args: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  readQueueFacts({ name: 'q', vhost: '/', type, arguments: args, ...more }, null)

describe('how a queue is looked at', () => {
  it.each([
    ['classic', {}, 310, 'nack', null, false],
    ['quorum', {}, 310, 'close', null, true],
    ['quorum', { 'x-delivery-limit': 5 }, 310, 'close', 5, true],
    ['quorum', { 'x-delivery-limit': 5 }, 313, 'close', 5, true],
    ['quorum', {}, 400, 'nack', 20, true],
    ['quorum', { 'x-delivery-limit': -1 }, 402, 'close', null, true],
    ['quorum', {}, 403, 'nack', 20, false],
    ['quorum', { 'x-delivery-limit': -1 }, 403, 'nack', null, false],
  ] as const)('%s %o on version %d returns by %s', (type, args, version, returnBy, limit, counts) => {
    expect(planLook(queue(type, args), version)).toMatchObject({ returnBy, limit, counts, refusal: null })
  })

  it.each([
    ['one look could drop', queue('quorum', { 'x-delivery-limit': 1 }), 310],
    ['single active consumer', queue('quorum', { 'x-single-active-consumer': true }), 310],
    ['exclusive', queue('classic', {}, { exclusive: true }), 310],
    ['deletes itself', queue('quorum', {}, { auto_delete: true }), 310],
    ['delayed-retry-type', queue('quorum', { 'x-delayed-retry-type': 'all' }), 403],
    ['cannot be looked at', queue('x-jms-topic'), 403],
  ])('is refused: %s', (words, facts, version) => {
    expect(planLook(facts, version).refusal).toContain(words)
  })

  it('is allowed at a limit of 1 where a nack does not count', () => {
    expect(planLook(queue('quorum', { 'x-delivery-limit': 1 }), 403).refusal).toBeNull()
  })

  it('says which of the effects apply', () => {
    const codes = planLook(queue('quorum', { 'x-message-ttl': 5 }), 310).effects.map(({ code }) => code)
    expect(codes).toEqual(['sets-redelivered', 'counts-delivery', 'hides', 'may-expire'])
    const limited = claimEffects(planLook(queue('quorum', { 'x-delivery-limit': 3 }), 310))
    expect(limited.map(({ code }) => code)).toContain('moves-to-tail')
  })

  it('takes the limit the broker reports, and the default of 4.0', () => {
    expect(deliveryLimit(queue('quorum', {}, { delivery_limit: 7 }), 402)).toBe(7)
    expect(deliveryLimit(queue('quorum'), 313)).toBeNull()
    expect(deliveryLimit(queue('quorum'), 400)).toBe(20)
  })

  it('is refused while a queue is full and would drop what is put back', () => {
    expect(refuseWhileFull(queue('classic', { 'x-max-length': 5 }), 5)).toContain('5 of 5')
    expect(refuseWhileFull(queue('classic', { 'x-max-length': 5 }), 4)).toBeNull()
    const rejecting = { 'x-max-length': 5, 'x-overflow': 'reject-publish' }
    expect(refuseWhileFull(queue('classic', rejecting), 5)).toBeNull()
    const bytes = queue('classic', { 'x-max-length-bytes': 10 }, { message_bytes_ready: 11 })
    expect(refuseWhileFull(bytes, 1)).toContain('11 of 10 bytes')
  })
})

describe('the number of looks', () => {
  const plan = planLook(queue('quorum', { 'x-delivery-limit': 3 }), 310)
  const code = (work: () => void) => {
    try {
      work()
      return 'allowed'
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error
    }
  }

  it('leaves the last return to the consumer, and the last but one to a claim', () => {
    const looks = [0, 1, 2, 3].map((count) => code(() => assertMayLook(plan, { count, reach: 0 })))
    expect(looks).toEqual(['allowed', 'allowed', 'conflict', 'conflict'])
    const claims = [0, 1, 2, 3].map((count) => code(() => assertMayClaim(plan, { count, reach: 0 })))
    expect(claims).toEqual(['allowed', 'allowed', 'allowed', 'conflict'])
  })

  it('does not matter without a limit', () => {
    const free = planLook(queue('quorum'), 310)
    expect(code(() => assertMayLook(free, { count: 99, reach: 0 }))).toBe('allowed')
  })

  it('is kept in the notes, and unreadable notes are none', async () => {
    const kept = new Map<string, string>()
    const notes = {
      get: async (key: string) => kept.get(key) ?? null,
      set: async (key: string, value: string) => void kept.set(key, value),
    }
    const ref = { type: 'queue' as const, name: 'a "b"', namespace: 'v' }
    await writeLooks(notes, ref, { count: 2, reach: 40 }, newCall(1_000))
    expect(await readLooks(notes, ref, newCall(1_000))).toEqual({ count: 2, reach: 40 })
    for (const key of kept.keys()) kept.set(key, 'nonsense')
    expect(await readLooks(notes, ref, newCall(1_000))).toEqual({ count: 0, reach: 0 })
  })
})
