import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../contract/index.ts'
import { type DriverHarness, type Flavour, isNone, type None } from './harness.ts'
import { describeBrowse } from './suite/browse.ts'
import { describeLogClaims } from './suite/claim-log.ts'
import { describeQueueClaims } from './suite/claim-queue.ts'
import { describeFaults } from './suite/faults.ts'
import { describeLimits } from './suite/limits.ts'
import { describeFlavourListing, describeListing } from './suite/listing.ts'
import { describePublish } from './suite/publish.ts'
import { type Context, call, withDestination } from './suite/support.ts'
import { describeGroups, describeManage, describePurge } from './suite/upkeep.ts'

/**
 * The suite every driver passes. Everything is seeded and checked by the harness's raw client, never by the
 * driver itself. What a kind does not have is declared `none(reason)`, and then the driver must declare it too.
 */
export function describeDriverContract(harness: DriverHarness): void {
  describe(`driver contract: ${harness.label}`, () => {
    let open: BrokerConnection | undefined
    const connection = () => {
      if (!open) throw new Error('not connected')
      return open
    }
    beforeAll(async () => {
      await harness.setUp()
      open = await harness.connect()
    }, 180_000)
    afterAll(async () => {
      await open?.close()
      await harness.tearDown()
    }, 60_000)

    describeListing(harness, connection)
    for (const flavour of harness.flavours) {
      describe(flavour.label, () => {
        const context: Context = { connection, flavour }
        describeFlavourListing(flavour, connection)
        describeBrowse(context)
        describePublish(context)
        describeClaims(context)
        describePurge(context)
        describeManage(context)
        describeGroups(context)
      })
    }
    describeLimits(harness, connection)
    describeFaults(harness)
  })
}

function describeClaims(context: Context): void {
  const { claim } = context.flavour
  if (claim === 'queue') describeQueueClaims(context)
  else if (claim === 'log') describeLogClaims(context)
  else describeNoClaims(context.flavour, claim, context.connection)
}

function describeNoClaims(flavour: Flavour, claim: None, connection: () => BrokerConnection): void {
  it(`declares that nothing can be claimed: ${claim.none}`, async () => {
    await withDestination(flavour, 'no-claim', async (ref) => {
      const { abilities } = await connection().describeDestination(ref, call())
      expect(abilities.claim?.level ?? 'none').toBe('none')
      expect(isNone(claim)).toBe(true)
    })
  })
}
