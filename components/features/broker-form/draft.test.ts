import { expect, it } from 'vitest'
import type { BrokerSettings, FormField } from '@/lib/schemas/broker-form'
import { draftOf, emptyDraft, findGaps, isShown, modeOf, slugOf, withFirstChoices } from './draft.ts'

it.each([
  ['Shop RabbitMQ', 'shop-rabbitmq'],
  ['  Müller & Söhne: "eu" ', 'muller-sohne-eu'],
  ['x'.repeat(60), 'x'.repeat(40)],
  [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
  ['日本', ''],
])('the id of %s is %s', (label, id) => expect(slugOf(label)).toBe(id))

it('production is read-only by itself, and nothing is read-write before the environment is known', () => {
  expect(modeOf({ mode: null, environment: null })).toBe('read-only')
  expect(modeOf({ mode: null, environment: 'production' })).toBe('read-only')
  expect(modeOf({ mode: null, environment: 'staging' })).toBe('read-write')
  expect(modeOf({ mode: 'read-write', environment: 'production' })).toBe('read-write')
})

it('no environment is assumed, and an empty form says all that is missing', () => {
  expect([...findGaps(emptyDraft, '').keys()]).toEqual(['label', 'id', 'environment'])
  expect(findGaps({ ...emptyDraft, label: 'x', environment: 'staging' }, 'x').size).toBe(0)
})

const settings: BrokerSettings = {
  id: 'found-redis',
  kind: 'redis',
  label: 'Redis on this machine',
  environment: 'unknown',
  mode: 'read-only',
  source: 'found',
  locked: 'It is not connected yet',
  values: { url: '127.0.0.1:6379' },
  secrets: [],
  yaml: null,
}

it('a found broker brings its address and nothing that a person must choose', () => {
  expect(draftOf(settings)).toEqual({ ...emptyDraft, kind: 'redis', values: settings.values })
  const connected = draftOf({ ...settings, locked: null, environment: 'staging' })
  expect(connected).toMatchObject({
    id: 'found-redis',
    label: 'Redis on this machine',
    environment: 'staging',
  })
})

const field = (more: Partial<FormField> & { name: string }): FormField => ({
  label: more.name,
  control: 'text',
  required: false,
  advanced: false,
  secret: false,
  target: false,
  ...more,
})

it('a field that hangs on a switch or a choice is shown while it is so', () => {
  const byToggle = field({ name: 'caFile', when: { field: 'tls', is: ['true'] } })
  expect(isShown(byToggle, {})).toBe(false)
  expect(isShown(byToggle, { tls: true })).toBe(true)
  expect(isShown(field({ name: 'x' }), {})).toBe(true)
})

it('a choice stands at its first until another is made', () => {
  const choices = [
    { value: 'single', label: 'One server' },
    { value: 'cluster', label: 'Cluster' },
  ]
  const fields = [field({ name: 'layout', control: 'choice', choices }), field({ name: 'url' })]
  expect(withFirstChoices(fields, { url: 'r' })).toEqual({ layout: 'single', url: 'r' })
  expect(withFirstChoices(fields, { layout: 'cluster' })).toEqual({ layout: 'cluster' })
})
