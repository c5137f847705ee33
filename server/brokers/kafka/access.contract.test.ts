import { randomBytes } from 'node:crypto'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import type { DestinationRef } from '../contract/index.ts'
import { call, eventually, expectBrokerError, facetOf, publishAll } from '../testing/suite/support.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import { addressOf, connectTo, saslOptions } from './testing/harness.ts'
import { openRaw, type Raw } from './testing/raw.ts'

const unique = (what: string) => `kafka-${what}-${randomBytes(4).toString('hex')}`
const topicRef = (name: string): DestinationRef => ({ type: 'topic', name })
const bodies = (...texts: string[]) =>
  texts.map((text) => ({ key: null, body: Buffer.from(text), headers: [] }))

describe('access to Kafka', { timeout: 60_000 }, () => {
  let instance: BrokerInstance
  let raw: Raw
  const password = () => instance.access.password ?? ''
  const caFile = () => instance.access.caFile ?? ''

  beforeAll(async () => {
    instance = await ownBroker('kafka')
    raw = await openRaw(addressOf(instance))
  }, 180_000)
  afterAll(async () => {
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
  }, 60_000)

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'signs in with %s, with and without TLS',
    async (mechanism) => {
      const plain = saslOptions(instance, password(), mechanism)
      const address = instance.urls.saslTls ?? ''
      const encrypted = { ...plain, bootstrap: [address], tls: { caFile: caFile() } }
      for (const options of [plain, encrypted]) {
        const signedIn = await connectTo(options)
        expect((await signedIn.probe(call())).user).toBe(instance.access.user)
        const ref = topicRef(unique('sasl'))
        // Creates and removes through kafkajs: its sign-in is tried as well.
        await facetOf(signedIn, 'manage').ensure(ref, call())
        const [outcome] = await publishAll(signedIn, ref, bodies('signed'))
        expect(outcome?.state).toBe('confirmed')
        await raw.deleteTopic(ref.name)
        await signedIn.close()
        const { sasl } = saslOptions(instance, 'wrong', mechanism)
        const wrong = await connectTo({ ...options, sasl })
        await expectBrokerError(wrong.probe(call()), ['auth_failed'])
        await wrong.close()
      }
    },
  )

  it('speaks TLS, and says what to set when it cannot', async () => {
    const address = instance.urls.tls ?? ''
    const tls = await connectTo({ bootstrap: [address], tls: { caFile: caFile() } })
    expect((await tls.probe(call())).identity).not.toBe('')
    await tls.close()
    const hints: [Parameters<typeof connectTo>[0], RegExp][] = [
      [{ bootstrap: [address], tls: true }, /tls\.caFile/],
      [{ bootstrap: [address] }, /TLS|tls/],
      [{ bootstrap: [addressOf(instance)], tls: true }, /TLS/],
      [{ bootstrap: [instance.urls.sasl ?? ''] }, /sasl/i],
      [{ bootstrap: [address], tls: { caFile: '/nowhere/ca.pem' } }, /nowhere/],
    ]
    for (const [options, hint] of hints) {
      const mistaken = await connectTo(options)
      const error = await expectBrokerError(mistaken.probe(call(8_000)), [
        'unreachable',
        'auth_failed',
        'bad_request',
      ])
      expect(error.message).toMatch(hint)
      await mistaken.close()
    }
  })

  it('says what these credentials may not do with the cluster', async () => {
    const acl = {
      resourceType: AclResourceTypes.CLUSTER,
      resourceName: 'kafka-cluster',
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      operation: AclOperationTypes.DESCRIBE,
      permissionType: AclPermissionTypes.DENY,
    }
    const alice = await connectTo(saslOptions(instance, password()))
    expect((await alice.probe(call())).problems).toEqual([])
    await raw.admin.createAcls({ acl: [acl] })
    await raw.createTopic(unique('unsized'), 1)
    const probe = await eventually(10_000, async () => {
      const found = await alice.probe(call())
      expect(found.problems.map((problem) => problem.code)).toEqual(['forbidden'])
      return found
    })
    expect(probe.abilities.manage?.level).toBe('partial')
    expect(probe.abilities.groups?.level).toBe('partial')
    const [row] = (await alice.sample([], call())).destinations
    expect(row?.readings.bytes).toMatchObject({ state: 'unavailable' })
    await raw.admin.deleteAcls({ filters: [acl] })
    await alice.close()
  })

  it('reads with READ alone and publishes with WRITE alone, as documented', async () => {
    const [source, target] = [unique('read-only'), unique('write-only')]
    for (const name of [source, target]) await raw.createTopic(name, 1)
    await raw.publish(source, bodies('one', 'two'))
    const rule = { resourcePatternType: ResourcePatternTypes.LITERAL, principal: 'User:alice', host: '*' }
    const allow = (resourceName: string, operation: AclOperationTypes) => ({
      ...rule,
      resourceType: AclResourceTypes.TOPIC,
      resourceName,
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    })
    const nothingElse = {
      ...rule,
      resourceType: AclResourceTypes.CLUSTER,
      resourceName: 'kafka-cluster',
      operation: AclOperationTypes.DESCRIBE,
      permissionType: AclPermissionTypes.DENY,
    }
    const rules = [allow(source, AclOperationTypes.READ), allow(target, AclOperationTypes.WRITE), nothingElse]
    await raw.admin.createAcls({ acl: rules })
    const alice = await connectTo(saslOptions(instance, password()))
    await eventually(10_000, async () => expect((await alice.probe(call())).problems).not.toEqual([]))
    const page = { limit: 5, maxBytes: 1 << 20 }
    const found = await facetOf(alice, 'browse').read(topicRef(source), page, call())
    expect(found.messages).toHaveLength(2)
    expect(await facetOf(alice, 'claim').count(topicRef(source), call())).toBe(2)
    const described = await alice.describeDestination(topicRef(source), call())
    expect(described.sample.readings.depth).toMatchObject({ value: 2, quality: 'approximate' })
    expect(described.problems?.map((problem) => problem.code)).toEqual(['forbidden'])
    expect(described.abilities.purge?.level).toBe('none')
    const [sent] = await publishAll(alice, topicRef(target), bodies('written'))
    expect(sent?.state).toBe('confirmed')
    const [refused] = await publishAll(alice, topicRef(source), bodies('not here'))
    expect(refused).toMatchObject({ state: 'refused', code: 'forbidden' })
    await raw.admin.deleteAcls({ filters: rules })
    await alice.close()
  })

  it('shows a refused topic as a badge on its row, and the rest as it is', async () => {
    const [refused, open] = [unique('refused'), unique('open')]
    for (const name of [refused, open]) await raw.createTopic(name, 1)
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: refused,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
    }
    const rules = [
      { ...acl, operation: AclOperationTypes.DESCRIBE, permissionType: AclPermissionTypes.ALLOW },
      { ...acl, operation: AclOperationTypes.READ, permissionType: AclPermissionTypes.DENY },
    ]
    await raw.admin.createAcls({ acl: rules })
    const alice = await connectTo(saslOptions(instance, password()))
    const rows = await eventually(10_000, async () => {
      const { items } = await alice.listDestinations({ limit: 1_000 }, call())
      const row = items.find((item) => item.ref.name === refused)
      expect(row?.problems?.[0]?.code).toBe('forbidden')
      return { row, other: items.find((item) => item.ref.name === open) }
    })
    for (const facet of ['browse', 'tail', 'claim', 'publish', 'purge'] as const)
      expect(rows.row?.abilities[facet]).toMatchObject({ level: 'none' })
    expect(rows.other?.problems).toBeUndefined()
    expect(rows.other?.abilities.publish).toEqual({ level: 'full' })
    const ref = topicRef(refused)
    const target = facetOf(alice, 'publish').check({ ref }, call())
    await expectBrokerError(target, ['forbidden'])
    const read = facetOf(alice, 'browse').read(ref, { limit: 1, maxBytes: 1 << 20 }, call())
    await raw.publish(refused, bodies('secret'))
    await read.catch(() => undefined)
    await expectBrokerError(facetOf(alice, 'browse').read(ref, { limit: 1, maxBytes: 1 << 20 }, call()), [
      'forbidden',
    ])
    const [outcome] = await publishAll(alice, ref, bodies('not for you'))
    expect(outcome).toMatchObject({ state: 'refused', code: 'forbidden' })
    // Without the right to see it, it is not there for alice at all, and nothing else suffers.
    await raw.admin.deleteAcls({ filters: rules })
    await raw.admin.createAcls({
      acl: [{ ...acl, operation: AclOperationTypes.DESCRIBE, permissionType: AclPermissionTypes.DENY }],
    })
    await eventually(10_000, async () => {
      const { items } = await alice.listDestinations({ limit: 1_000 }, call())
      expect(items.map((item) => item.ref.name)).not.toContain(refused)
    })
    await expectBrokerError(alice.describeDestination(ref, call()), ['forbidden'])
    expect((await alice.sample([], call())).destinations.length).toBeGreaterThan(0)
    await alice.close()
  })
})
