import { expect, it } from 'vitest'
import { MemoryLedger, once } from './idempotent.ts'

it('does the work once for a key, however often the message comes', async () => {
  const ledger = new MemoryLedger()
  const sent: string[] = []
  const send = (key: string) => once(ledger, 'mail', key, async () => void sent.push(key))
  expect([await send('a'), await send('a'), await send('b'), await send('a')]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(sent).toEqual(['a', 'b'])
})

it('does it again after it failed: a failure is not entered', async () => {
  const ledger = new MemoryLedger()
  const fail = once(ledger, 'mail', 'a', () => Promise.reject(new Error('smtp')))
  await expect(fail).rejects.toThrow('smtp')
  expect(await once(ledger, 'mail', 'a', async () => undefined)).toBe(true)
})

it('lets one of two who do the same at once count', async () => {
  const ledger = new MemoryLedger()
  const both = await Promise.all([1, 2].map(() => once(ledger, 'pay', 'a', async () => undefined)))
  expect(both.toSorted()).toEqual([false, true])
})

it('keeps the books apart', async () => {
  const ledger = new MemoryLedger()
  expect(await ledger.enter('mail', 'a')).toBe(true)
  expect(await ledger.has('payments', 'a')).toBe(false)
})

it('stays within its bounds: the oldest keys go first, and all after their time', async () => {
  let now = 0
  const ledger = new MemoryLedger({ maxKeys: 3, ttlMs: 1_000, now: () => now })
  for (const key of ['a', 'b', 'c', 'd']) await ledger.enter('mail', key)
  expect(ledger.size).toBe(3)
  expect([await ledger.has('mail', 'a'), await ledger.has('mail', 'd')]).toEqual([false, true])
  now = 1_000
  expect(await ledger.has('mail', 'd')).toBe(false)
  await ledger.enter('mail', 'e')
  expect(ledger.size).toBe(1)
})
