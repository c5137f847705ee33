import { describe, expect, it } from 'vitest'
import type { Event } from '../../lib/schemas/event.ts'
import { systemCaller } from '../sampler/index.ts'
import { createEventLog } from './event-log.ts'

const nowMs = Date.parse('2026-11-27T12:00:00.000Z')
const caller = { ...systemCaller, actor: 'ci', via: 'token' as const }

function open(fails = false) {
  const heard: Event[] = []
  const errors: string[] = []
  const ignore = () => undefined
  const log = { debug: ignore, info: ignore, warn: ignore, error: (text: string) => errors.push(text) }
  const events = createEventLog({
    repository: {
      add: (event) =>
        fails ? Promise.reject(new Error('disk full')) : Promise.resolve({ ...event, id: 'e-1' }),
      list: () => Promise.resolve({ items: [], nextCursor: null }),
      close: () => Promise.reject(new Error('disk full')),
    },
    onEvent: (event) => heard.push(event),
    now: () => nowMs,
    log: { ...log, child: () => ({ ...log, child: () => log as never }) },
  })
  return { events, heard, errors }
}

describe('events from outside', () => {
  it('are of no broker, carry who told them, and are heard', async () => {
    const { events, heard } = open()
    const input = { kind: 'deploy', service: 'orders', version: '1.2', link: 'https://ci.example/7' }
    const event = await events.create(input, caller)
    expect(event).toEqual({
      id: 'e-1',
      at: '2026-11-27T12:00:00.000Z',
      kind: 'deploy',
      broker: null,
      text: 'orders 1.2 was deployed',
      actor: 'ci',
      service: 'orders',
      version: '1.2',
      link: 'https://ci.example/7',
    })
    expect(heard).toEqual([event])
  })

  it('never pass for what only the console tells', async () => {
    const { events } = open()
    expect(await events.create({ kind: 'broker-down', service: 'shop' }, caller)).toMatchObject({
      kind: 'other',
      text: 'broker-down: shop',
    })
  })

  it('are refused when they would not be kept, or have not come', async () => {
    const { events } = open()
    for (const at of ['2026-08-01T00:00:00Z', '2026-11-29T12:00:01Z'])
      await expect(events.create({ kind: 'deploy', service: 's', at }, caller)).rejects.toMatchObject({
        code: 'bad_request',
      })
  })
})

describe('events of engines', () => {
  it('stop nobody when they cannot be written, and say so', async () => {
    const { events, heard, errors } = open(true)
    expect(await events.record({ kind: 'purge', broker: 'a', text: 'x' })).toBeNull()
    await events.close('e-1')
    expect([heard, errors.length]).toEqual([[], 2])
  })
})
