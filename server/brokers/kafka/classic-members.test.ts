import { Writer } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { readClassic } from './classic-members.ts'

const assignment = Writer.create()
  .appendInt16(1)
  .appendArray(
    ['orders'],
    (w, topic) => w.appendString(topic, false).appendArray([2, 0], (p, n) => p.appendInt32(n), false, false),
    false,
    false,
  )
  .appendInt32(-1)
const subscription = Writer.create()
  .appendInt16(0)
  .appendArray(['orders', 'returns'], (w, topic) => w.appendString(topic, false), false, false)
  .appendInt32(-1)
const member = { id: 'm', instance: null, client: 'c', host: '/h' }
const group = { id: 'g', error: 0, message: null, state: 'Stable' }

describe('members of a classic group', () => {
  it('have what their client wrote', () => {
    const members = [{ ...member, metadata: subscription.buffer, assignment: assignment.buffer }]
    expect(readClassic({ ...group, protocolType: 'consumer', members }).members[0]).toMatchObject({
      assigned: [{ topic: 'orders', partitions: [2, 0] }],
      subscribed: ['orders', 'returns'],
    })
  })

  it('are shown without it when it cannot be read', () => {
    const damaged = assignment.buffer.subarray(0, 9)
    const members = [{ ...member, metadata: Buffer.alloc(0), assignment: damaged }]
    for (const protocolType of ['consumer', 'connect'])
      expect(readClassic({ ...group, protocolType, members }).members).toEqual([
        { ...member, assigned: [], subscribed: [] },
      ])
  })
})
