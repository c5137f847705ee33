import { describe, expect, it } from 'vitest'
import type { BrokerConnection, DestinationInfo } from '../../contract/index.ts'
import { decodeRef, encodeRef, sameRef } from '../../contract/index.ts'
import { type DriverHarness, type EmptyPlace, type Flavour, hostileNames, isNone } from '../harness.ts'
import {
  call,
  expectBrokerError,
  facetOf,
  rawMessage,
  readAll,
  uniqueName,
  withDestination,
} from './support.ts'

/** Every page, checked: sorted by name, none twice, none larger than asked for. */
export async function listAll(connection: BrokerConnection, limit: number): Promise<DestinationInfo[]> {
  const items: DestinationInfo[] = []
  let cursor: string | undefined
  do {
    const page = await connection.listDestinations(
      cursor === undefined ? { limit } : { limit, cursor },
      call(),
    )
    expect(page.items.length).toBeLessThanOrEqual(limit)
    expect(page.problems).toEqual([])
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  expect(new Set(items.map((item) => encodeRef(item.ref))).size).toBe(items.length)
  return items
}

async function withPlace(
  open: () => Promise<EmptyPlace>,
  work: (place: EmptyPlace, c: BrokerConnection) => Promise<void>,
) {
  const place = await open()
  try {
    const connection = await place.connect()
    try {
      await work(place, connection)
    } finally {
      await connection.close()
    }
  } finally {
    await place.dispose()
  }
}

const own = (items: readonly DestinationInfo[]) => items.filter((item) => !item.internal)

export function describeListing(harness: DriverHarness, connection: () => BrokerConnection): void {
  describe('listing', () => {
    it('says its version, identity and abilities', async () => {
      const probe = await connection().probe(call())
      expect(probe.version).toMatch(/\d/)
      expect(probe.identity).not.toBe('')
      for (const [name, ability] of Object.entries(probe.abilities)) {
        if (ability.level !== 'full')
          expect(ability.reason, `${name} is ${ability.level} without a reason`).toBeTruthy()
      }
      for (const facet of [
        'browse',
        'tail',
        'publish',
        'claim',
        'purge',
        'manage',
        'groups',
        'deadLetters',
      ] as const) {
        const has = connection()[facet] !== undefined
        const level = probe.abilities[facet]?.level
        expect(level, `probe says nothing of ${facet}`).toBeDefined()
        if (!has) expect(level, `${facet} is missing but not declared none`).toBe('none')
        if (has) expect(level, `${facet} is there but declared none`).not.toBe('none')
      }
    })
    const { openEmpty } = harness
    if (isNone(openEmpty)) it('has no empty place', () => expect(openEmpty.none).not.toBe(''))
    else {
      it('answers an empty broker, one destination, and a thousand in pages', {
        timeout: 180_000,
      }, async () => {
        await withPlace(openEmpty, async (place, fresh) => {
          expect(own(await listAll(fresh, 100))).toEqual([])
          const first = await fresh.sample([], call())
          expect(first.groups).toEqual([])
          await place.createMany(['only'])
          expect(own(await listAll(fresh, 100)).map((item) => item.ref.name)).toEqual(['only'])
          const many = Array.from({ length: 1_050 }, (_, index) => `many-${String(index).padStart(5, '0')}`)
          await place.createMany(many)
          const names = own(await listAll(fresh, 300)).map((item) => item.ref.name)
          expect(names.filter((name) => name.startsWith('many-'))).toEqual(many)
          const sample = await fresh.sample([], call())
          const sampled = new Set(sample.destinations.map((destination) => destination.ref.name))
          expect(many.filter((name) => !sampled.has(name))).toEqual([])
        })
      })
    }
    it('refuses a cursor it did not write', async () => {
      await expectBrokerError(connection().listDestinations({ limit: 10, cursor: '%%nonsense%%' }, call()), [
        'bad_request',
      ])
    })
  })
}

export function describeFlavourListing(flavour: Flavour, connection: () => BrokerConnection): void {
  const hostile = hostileNames.filter((name) => flavour.accepts(name))

  it('lists, samples and describes what the raw client made', async () => {
    await withDestination(flavour, 'list', async (ref) => {
      await flavour.publish(ref, [rawMessage('one', flavour), rawMessage('two', flavour)])
      const info = (await listAll(connection(), 1000)).find((item) => sameRef(item.ref, ref))
      expect(info).toBeDefined()
      expect(info?.internal).toBe(false)
      const description = await connection().describeDestination(ref, call())
      expect(description.ref).toEqual(ref)
      expect(description.abilities).toEqual(info?.abilities)
      const sample = await connection().sample([ref], call())
      const row = sample.destinations.find((destination) => sameRef(destination.ref, ref))
      expect(row?.readings.depth).toMatchObject({ state: 'ok', value: 2, unit: 'messages' })
      for (const reading of Object.values(row?.readings ?? {})) {
        if (reading.state === 'ok') expect(Date.parse(reading.at)).toBeLessThanOrEqual(Date.now() + 1_000)
        else expect(reading.reason).not.toBe('')
      }
    })
  })

  it(`takes hostile names (${hostile.length} of ${hostileNames.length} are legal here) for what they are`, async () => {
    expect(hostile.length).toBeGreaterThan(0)
    for (const name of hostile) {
      const ref = await flavour.create(name)
      try {
        expect(decodeRef(encodeRef(ref))).toEqual(ref)
        await flavour.publish(ref, [rawMessage('hostile', flavour)])
        const listed = (await listAll(connection(), 1000)).filter((item) => sameRef(item.ref, ref))
        expect(listed.map((item) => item.ref.name)).toEqual([name])
        expect((await connection().describeDestination(ref, call())).ref.name).toBe(name)
        expect(await readAll(connection(), ref)).toHaveLength(1)
      } finally {
        await flavour.destroy(ref)
      }
    }
  })

  it('answers not_found for what is not there', async () => {
    const made = await flavour.create(uniqueName('gone'))
    await flavour.destroy(made)
    await expectBrokerError(connection().describeDestination(made, call()), ['not_found'])
    const read = facetOf(connection(), 'browse').read(made, { limit: 5, maxBytes: 1 << 20 }, call())
    await expectBrokerError(read, ['not_found'])
  })
}
