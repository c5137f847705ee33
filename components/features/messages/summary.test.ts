import { describe, expect, it } from 'vitest'
import type { Message } from '@/lib/schemas/message'
import { linesOf } from './export.ts'
import { summaryOf } from './summary.ts'

const message: Message = {
  id: 'q-7',
  position: '2',
  key: null,
  headers: [],
  properties: {},
  timestamp: '2026-03-03T10:00:00.000Z',
  size: 12,
  body: { bytes: 12, base64: 'eyJuIjoxfQ==', text: '{"n":1}', decoded: ['json'], truncated: false },
  deadLetter: {
    origin: { destination: 'orders' },
    reason: 'rejected',
    errorClass: 'com.shop.CardDeclinedError',
    message: 'declined\n by nova',
    attempts: 3,
    firstAt: '2026-03-03T10:00:00.000Z',
    lastAt: '2026-03-03T10:01:00.000Z',
    reader: 'rabbitmq',
    evidence: [{ field: 'origin', header: 'x-death[0]', rule: 'queue' }],
  },
  links: {},
}
const broker = { label: 'Shop', environment: 'production' } as const
const row = { name: 'orders.dlq', type: 'queue' } as const
const place = { link: 'http://localhost/x?message=q-7', at: new Date('2026-03-03T11:00:00.000Z') }

describe('the summary of a message', () => {
  it('says what, since when, by what evidence, what was done, and where', () => {
    expect(summaryOf(broker, row, message, place)).toBe(
      [
        '**Message #2 of orders.dlq** on Shop (production)',
        '- what: CardDeclinedError: declined by nova',
        '- came from: orders',
        '- tried: 3 attempts',
        '- failed: 2026-03-03T10:00:00.000Z, last 2026-03-03T10:01:00.000Z',
        '- evidence: header x-death[0]',
        '- done: nothing yet',
        '- http://localhost/x?message=q-7 (as of 2026-03-03T11:00:00.000Z)',
      ].join('\n'),
    )
  })

  it('leaves out what the message does not say', () => {
    const { deadLetter: _, ...plain } = message
    const replayed = { run: 'r-1', row: 0, state: 'done', at: '2026-03-03T10:30:00.000Z' }
    const text = summaryOf(broker, row, { ...plain, replayed }, place)
    expect(text).toContain('- written: 2026-03-03T10:00:00.000Z')
    expect(text).toContain('- done: replayed by run r-1, delivered')
    expect(text).not.toMatch(/undefined|null|evidence/)
  })
})

it('exports the messages as they came, one a line', () => {
  const lines = linesOf([message, { ...message, id: 'q-8' }])
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line) as Message)).toEqual([message, { ...message, id: 'q-8' }])
})
