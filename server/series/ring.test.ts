import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ring } from './ring.ts'

const length = 6
const open = () => new Ring({ stepMs: 10, length })

/** Steps forward, and what each of a few series is told in them; null is a reading that failed. */
const life = fc.array(
  fc.record({
    ahead: fc.integer({ min: 0, max: 9 }),
    values: fc.array(fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })), {
      minLength: 3,
      maxLength: 3,
    }),
  }),
  { maxLength: 60 },
)

test('reads back the last value put in each step of the window, and null everywhere else', () => {
  fc.assert(
    fc.property(life, fc.integer({ min: -3, max: 9 }), (steps, later) => {
      const ring = open()
      const slots = [ring.open(), ring.open(), ring.open()]
      const told = new Map<string, number>()
      let step = 100
      for (const { ahead, values } of steps) {
        step += ahead
        expect(ring.turnTo(step)).toBe(true)
        for (const [index, value] of values.entries()) {
          if (value === null) continue
          ring.put(slots[index] ?? 0, value)
          told.set(`${index} ${step}`, Math.fround(value))
        }
      }
      const last = step + later
      for (const [index, slot] of slots.entries()) {
        const expected = Array.from({ length }, (_, at) => {
          const own = last - length + 1 + at
          return own <= step - length ? null : (told.get(`${index} ${own}`) ?? null)
        })
        expect(ring.read(slot, last)).toEqual(expected)
      }
    }),
  )
})

test('a slot that was given back tells nothing of its series before', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 800 }), (acts) => {
      const ring = open()
      ring.turnTo(1)
      const held = new Set<number>()
      for (const isOpen of acts) {
        const [any] = held
        if (isOpen || any === undefined) {
          const slot = ring.open()
          expect(held.has(slot)).toBe(false)
          expect(ring.read(slot, 1)).toEqual(Array(length).fill(null))
          ring.put(slot, 7)
          held.add(slot)
        } else {
          ring.close(any)
          held.delete(any)
        }
      }
      expect(ring.size).toBe(held.size)
      for (const slot of held) expect(ring.read(slot, 1).at(-1)).toBe(7)
    }),
    { numRuns: 20 },
  )
})

test('what is open again and again takes no more room', () => {
  const ring = open()
  ring.turnTo(1)
  for (let turn = 0; turn < 5_000; turn += 1) ring.close(ring.open())
  expect(ring.bytes).toBe(256 * length * 4)
})

test('a time before the newest step changes nothing; a clock set back by more than the window begins anew', () => {
  const ring = open()
  const slot = ring.open()
  ring.turnTo(100)
  ring.put(slot, 1)
  expect(ring.turnTo(95)).toBe(false)
  expect(ring.read(slot, 100).at(-1)).toBe(1)
  expect(ring.turnTo(10)).toBe(true)
  expect(ring.read(slot, 10)).toEqual(Array(length).fill(null))
  ring.put(slot, 2)
  expect(ring.read(slot, 10)).toEqual([null, null, null, null, null, 2])
})
