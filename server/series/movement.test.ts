import { describe, expect, it } from 'vitest'
import type { LagRow } from '../../lib/schemas/group.ts'
import { follow, type Movement, showMovement } from './movement.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const row = (committed: string, end: string, lag = Number(end) - Number(committed)): LagRow => ({
  destination: 'orders',
  partition: 0,
  committed,
  start: '0',
  end,
  lag: { state: 'ok', value: lag, unit: 'messages', at: iso(0), quality: 'exact' },
})
/** The looks one after the other, 10 s apart. */
const watch = (...rows: readonly LagRow[]): Movement => {
  let movement: Movement | null = null
  for (const [index, one] of rows.entries()) movement = follow(movement, one, index * 10_000)
  if (!movement) throw new Error('nothing was watched')
  return movement
}

describe('what waits', () => {
  it('waits since it was seen to begin to', () => {
    const { waitingAt } = showMovement(watch(row('5', '5'), row('5', '5'), row('5', '7'), row('5', '9')))
    expect(waitingAt).toBe(iso(20_000))
  })

  it('waits since nobody knows when, where it did from the start', () => {
    expect(showMovement(watch(row('5', '9'), row('6', '9'))).waitingAt).toBeUndefined()
  })

  it('begins to wait anew after nothing did', () => {
    const { waitingAt } = showMovement(watch(row('5', '9'), row('9', '9'), row('9', '9'), row('9', '12')))
    expect(waitingAt).toBe(iso(30_000))
  })

  it('waits by its reading, where positions do not count', () => {
    const seen = watch(row('5-0', '5-0', 0), row('5-0', '7-0', 2))
    expect(showMovement(seen).waitingAt).toBe(iso(10_000))
  })
})

describe('the pace of commits', () => {
  it('is not known before a second one', () => {
    expect(showMovement(watch(row('1', '9'), row('2', '9'))).commitSpanMs).toBeUndefined()
  })

  it('spans the last five', () => {
    const rows = ['1', '2', '3', '4', '5', '6', '7', '8'].map((committed) => row(committed, '9'))
    expect(showMovement(watch(row('1', '9'), row('2', '9'), row('3', '9'))).commitSpanMs).toBe(10_000)
    expect(showMovement(watch(...rows)).commitSpanMs).toBe(40_000)
  })
})

describe('a commit that is set back', () => {
  it('says from where, when and by how much', () => {
    expect(showMovement(watch(row('80', '90'), row('30', '90'))).rewound).toEqual({
      at: iso(10_000),
      from: '80',
      messages: 50,
    })
  })

  it('stays so until it is where it was', () => {
    const back = [row('80', '90'), row('30', '90'), row('79', '90')]
    expect(showMovement(watch(...back)).rewound?.from).toBe('80')
    expect(showMovement(watch(...back, row('80', '90'))).rewound).toBeUndefined()
  })

  it('counts the second time from the lowest it was', () => {
    const { rewound } = showMovement(
      watch(row('80', '90'), row('30', '90'), row('60', '90'), row('10', '90')),
    )
    expect(rewound).toEqual({ at: iso(10_000), from: '80', messages: 70 })
  })

  it('is seen of entry ids, which count nothing', () => {
    expect(showMovement(watch(row('8-1', '9-0', 1), row('8-0', '9-0', 2))).rewound).toEqual({
      at: iso(10_000),
      from: '8-1',
      messages: null,
    })
  })

  it('is none where the log itself began anew', () => {
    expect(showMovement(watch(row('80', '90'), row('3', '5'))).rewound).toBeUndefined()
  })
})
