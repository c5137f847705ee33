import { describe, expect, it } from 'vitest'
import { newCall } from '../../contract/index.ts'
import { createClock, openSandbox } from '../testing/clock.ts'
import { hostileNames } from './hostile.ts'

const call = () => newCall(2_000)
const dlq = { type: 'queue', name: 'payments.dlq' } as const

describe('scenarios', () => {
  it('stale: answers for a while, then no more', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { scenario: 'stale' })
    await expect(connection.sample([], call())).resolves.toMatchObject({ atMs: clock.now() })
    clock.pass(7_000)
    await expect(connection.sample([], newCall(80))).rejects.toMatchObject({ code: 'timeout' })
    await expect(connection.probe(newCall(80))).rejects.toMatchObject({ code: 'timeout' })
  })

  it('failed: every call answers an error of the broker’s own', async () => {
    const connection = await openSandbox(createClock(), { scenario: 'failed' })
    for (const asked of [connection.probe(call()), connection.sample([], call())])
      await expect(asked).rejects.toMatchObject({ code: 'protocol', message: /unexpected frame/ })
  })

  it('hostile: every name is listed, and every message read, as it is', async () => {
    const connection = await openSandbox(createClock(), { scenario: 'hostile' })
    const { items } = await connection.listDestinations({ limit: 100 }, call())
    const names = items.map(({ ref }) => ref.name)
    for (const name of hostileNames) expect(names).toContain(name)
    expect(names.filter((name) => name.length === 255)).toHaveLength(1)
    const letters = items.find(({ ref }) => ref.name.endsWith('</script>.dlq'))
    const page = letters && (await connection.browse?.read(letters.ref, { limit: 50, maxBytes: 1e7 }, call()))
    expect(page?.messages).toHaveLength(24)
  })

  it('still: nothing moves by itself, and what people send stays', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { traffic: 'still' })
    const depths = async () => {
      const { destinations } = await connection.sample([], call())
      return destinations.map(({ ref, readings }) => [ref.name, readings.depth])
    }
    const valuesOf = async () => JSON.stringify(await depths()).replace(/"at":"[^"]*"/g, '')
    const before = await valuesOf()
    clock.pass(600_000)
    expect(await valuesOf()).toBe(before)
    await connection.purge?.purge(dlq, async () => undefined, call())
    expect(await valuesOf()).not.toBe(before)
  })
})
