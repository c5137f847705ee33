import { describe, expect, it } from 'vitest'
import type { Broker, BrokerState, Environment } from '@/lib/schemas/broker'
import { groupBrokers } from './rail-groups.ts'

const broker = (id: string, environment: Environment = 'production', state: BrokerState = 'up') =>
  ({ id, label: `Label ${id}`, environment, state }) as Broker
const shapeOf = (brokers: readonly Broker[], words = '', open: string | null = null) =>
  groupBrokers(brokers, { words, open }).map(({ label, shown, folded }) => [
    label,
    shown.map(({ id }) => id).join(' '),
    folded.length,
  ])
const many = Array.from({ length: 14 }, (_, i) => broker(`b${String(i).padStart(2, '0')}`))

describe('the brokers of the rail', () => {
  it('stand in one list without a heading where all are of one environment, unhealthy first', () => {
    expect(
      shapeOf([broker('a'), broker('b', 'production', 'down'), broker('c', 'production', 'degraded')]),
    ).toEqual([[null, 'b c a', 0]])
  })

  it('stand by environment where there are several, production first, found ones last', () => {
    const brokers = [
      broker('f', 'unknown', 'found'),
      broker('d', 'development'),
      broker('p'),
      broker('u', 'unknown'),
      broker('s', 'staging', 'down'),
    ]
    expect(shapeOf(brokers)).toEqual([
      ['Production', 'p', 0],
      ['Staging', 's', 0],
      ['Development', 'd', 0],
      ['Environment unknown', 'u', 0],
      ['Found, not connected', 'f', 0],
    ])
  })

  it('fold healthy ones away above twelve, but neither the open one nor one in trouble', () => {
    expect(shapeOf([...many, broker('x', 'production', 'down')], '', 'b03')).toEqual([[null, 'x b03', 13]])
    expect(shapeOf(many.slice(0, 12))[0]?.[2]).toBe(0)
  })

  it('unfold what a filter finds, by label or id', () => {
    expect(shapeOf(many, 'B03')).toEqual([[null, 'b03', 0]])
    expect(shapeOf(many, 'label b1')).toEqual([[null, 'b10 b11 b12 b13', 0]])
    expect(shapeOf(many, 'nothing')).toEqual([])
  })

  it('are none where there are none, and found ones alone need no heading', () => {
    expect(shapeOf([])).toEqual([])
    expect(shapeOf([broker('f', 'unknown', 'found')])).toEqual([[null, 'f', 0]])
  })
})
