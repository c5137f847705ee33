import { expect, test } from 'vitest'
import type { Connection } from '../../lib/schemas/connection.ts'
import { encodeParts, newCall } from '../brokers/contract/index.ts'
import { callerWith } from '../messages/testing/fake-broker.ts'
import type { Storage } from '../storage/contract/index.ts'
import { createCommands } from './create-commands.ts'
import { FakeGroup } from './testing/fake-group.ts'

const groupId = encodeParts(['group', 'billing'])
const caller = callerWith()
const call = () => newCall(5_000)
const silent = () => undefined

function open() {
  const fake = new FakeGroup()
  fake.connections = ['a', 'b', 'c', 'own'].map(
    (name): Connection => ({
      id: name,
      client: `worker ${name}`,
      host: `10.0.0.${name}`,
      state: 'running',
      readings: {},
      consumers: [{ tag: 't', destination: { name: 'orders' } }],
      isOwn: name === 'own',
    }),
  )
  const touched: string[] = []
  const commands = createCommands({
    findBroker: fake.find,
    storage: {} as Storage,
    touched: (broker) => void touched.push(broker),
    destinationId: (_, name) => (name === 'orders' ? 'id-of-orders' : undefined),
    now: () => 0,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  return { fake, commands, touched }
}

test('connections come page by page, and what they read from by its id', async () => {
  const { commands } = open()
  const first = await commands.listConnections('fake', { limit: 2 }, caller, call())
  expect(first.items.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(first.items[0]?.consumers[0]?.destination).toEqual({ name: 'orders', id: 'id-of-orders' })
  const cursor = first.nextCursor ?? ''
  const rest = await commands.listConnections('fake', { limit: 2, cursor }, caller, call())
  expect(rest).toMatchObject({ nextCursor: null, items: [{ id: 'c' }, { id: 'own' }] })
  const query = { limit: 2, destination: 'nothing' }
  await expect(commands.listConnections('fake', query, caller, call())).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('one is closed by its client or its host, typed; never another, never our own', async () => {
  const { commands, fake, touched } = open()
  const close = (id: string, confirm: string, reason?: string) =>
    commands.closeConnection('fake', id, { confirm, reason }, caller, call())
  for (const confirm of ['worker a', 'worker', 'c'])
    await expect(close('c', confirm)).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field: 'confirm' },
    })
  await expect(close('own', 'worker own')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(close('nobody', 'worker c')).rejects.toMatchObject({ code: 'not_found' })
  expect(fake.closed).toEqual([])
  expect(await close('c', 'worker c', 'leaks channels')).toEqual({ done: 1, detail: 'closed' })
  await close('a', '10.0.0.a')
  expect(fake.closed).toEqual(['c: leaks channels', 'a: Closed from the Signalbox console'])
  expect(touched).toEqual(['fake', 'fake'])
  fake.mode = 'read-only'
  await expect(close('b', 'worker b')).rejects.toMatchObject({
    code: 'forbidden',
    detail: { reason: 'read-only' },
  })
})

test('what a broker has not is unsupported, with its reason', async () => {
  const { commands, fake } = open()
  fake.without = ['connections']
  await expect(commands.listConnections('fake', { limit: 2 }, caller, call())).rejects.toMatchObject({
    code: 'unsupported',
    message: 'the fake lists none',
  })
  const claim = { destination: encodeParts(['stream', 's']), ids: ['1-0'], consumer: 'b', minIdleMs: 0 }
  await expect(commands.claimPending('fake', groupId, claim, caller, call())).rejects.toMatchObject({
    code: 'unsupported',
    message: 'the fake has no pending entries',
  })
  const part = { destination: 'orders', partition: 0, limit: 5 }
  await expect(commands.countLag('fake', groupId, part, caller, call())).rejects.toMatchObject({
    code: 'unsupported',
  })
})

test('a member is taken out after its effect was asked for; a group is planned without a change', async () => {
  const { commands, fake } = open()
  fake.join(2)
  expect(await commands.removalEffect('fake', groupId, 'm-1', caller, call())).toEqual({
    effect: 'm-1 leaves',
  })
  expect(fake.members).toHaveLength(2)
  await commands.removeMember('fake', groupId, { member: 'm-1' }, caller, call())
  expect(fake.members.map(({ id }) => id)).toEqual(['m-2'])
  const plan = await commands.planOffsets('fake', groupId, { target: { kind: 'earliest' } }, caller, call())
  expect(plan).toMatchObject({ sentence: 'planned', members: [{ id: 'm-2' }] })
  await expect(
    commands.planOffsets('fake', groupId, { target: { kind: 'skip-one' } }, caller, call()),
  ).rejects.toMatchObject({ code: 'bad_request' })
  await expect(
    commands.planOffsets('fake', 'nothing', { target: { kind: 'latest' } }, caller, call()),
  ).rejects.toMatchObject({ code: 'not_found' })
  const blind = callerWith(['brokers.read'])
  await expect(
    commands.removeMember('fake', groupId, { member: 'm-2' }, blind, call()),
  ).rejects.toMatchObject({ code: 'forbidden', detail: { permission: 'groups.manage' } })
})
