import type { Call, DestinationRef, Notes } from '../contract/index.ts'
import { shorten, within } from '../contract/index.ts'
import type { LookPlan } from './abilities.ts'
import { wouldDestroy } from './errors.ts'
import type { Held } from './hold.ts'
import { deliveryCountOf } from './map.ts'

/**
 * How often we looked at a quorum queue with a delivery limit. The count on a message is only seen once it is
 * in hand, when it may be too late, so the number of looks since the queue was last seen empty bounds it from
 * our side. It survives a restart of the console.
 */
export interface Looks {
  readonly count: number
  /** How many messages from the head a look has returned: a later look must reach as far to keep their order. */
  readonly reach: number
}

const keyOf = (ref: DestinationRef) => `look:${JSON.stringify([ref.namespace ?? '/', ref.name])}`

export async function readLooks(notes: Notes, ref: DestinationRef, call: Call): Promise<Looks> {
  const text = await within(shorten(call, 5_000), notes.get(keyOf(ref)))
  const [count = 0, reach = 0] = (text ?? '').split(' ').map(Number)
  return { count: Number.isFinite(count) ? count : 0, reach: Number.isFinite(reach) ? reach : 0 }
}

export async function writeLooks(notes: Notes, ref: DestinationRef, looks: Looks, call: Call): Promise<void> {
  await within(shorten(call, 5_000), notes.set(keyOf(ref), `${looks.count} ${looks.reach}`))
}

/**
 * With the whole queue in hand the broker's own counts say how often these messages were returned, which may be
 * less often than we looked: others have come since.
 */
export function countedReturns(held: readonly Held[]): number {
  return held.reduce((most, { delivery }) => Math.max(most, deliveryCountOf(delivery)), 0)
}

/** One short of the limit the next look is refused: the last return belongs to the queue's own consumer. */
export function assertMayLook(plan: LookPlan, looks: Looks): void {
  if (plan.limit === null || !plan.counts || looks.count < plan.limit - 1) return
  throw wouldDestroy(
    `The queue drops a message after ${plan.limit} returned deliveries and we have looked ${looks.count} times: another look could be the last`,
    { deliveryLimit: plan.limit, looks: looks.count },
  )
}

/**
 * A claim puts back as a look does, but sends on what would not survive: only a crash while holding returns
 * messages unasked, so it is refused where some may already stand at the limit.
 */
export function assertMayClaim(plan: LookPlan, looks: Looks): void {
  if (plan.limit === null || !plan.counts || looks.count < plan.limit) return
  throw wouldDestroy(
    `The queue drops a message after ${plan.limit} returned deliveries and ours used them up: raise its delivery-limit first`,
    { deliveryLimit: plan.limit, looks: looks.count },
  )
}
