import type { Effect } from '../../../lib/schemas/ability.ts'
import type { Call, DestinationRef } from '../contract/index.ts'
import type { LookPlan } from './abilities.ts'
import type { Client } from './client.ts'
import type { Held, Hold } from './hold.ts'
import { deliveryCountOf, messageOf } from './map.ts'
import { newPublishFacet } from './publish.ts'

/** A message that another return would drop is sent to its own queue again, confirmed, and only then acknowledged. */
export async function saveThoseAtLimit(
  client: Client,
  ref: DestinationRef,
  plan: LookPlan,
  hold: Hold,
  call: Call,
): Promise<Effect[]> {
  const limit = plan.limit
  if (limit === null || !plan.counts) return []
  const endangered = hold.unacked.filter((held) => deliveryCountOf(held.delivery) >= limit)
  if (endangered.length === 0) return []
  const saved = await republish(client, ref, endangered, call)
  if (saved.length > 0) await hold.ack(saved, call)
  return [
    {
      code: 'moves-to-tail',
      detail: `${saved.length} messages at the delivery limit were sent to the queue again, to its tail`,
    },
  ]
}

/** Answers those the broker confirmed. */
async function republish(
  client: Client,
  ref: DestinationRef,
  endangered: readonly Held[],
  call: Call,
): Promise<Held[]> {
  const publisher = await newPublishFacet(client).openPublisher(call)
  try {
    const outcomes = await publisher.send(
      endangered.map((held) => {
        const { key, body, headers, properties, timestampMs } = messageOf(held.delivery, '', '')
        return {
          target: { ref },
          message: { key, body, headers, properties, timestampMs, from: 'rabbitmq' as const },
        }
      }),
      call,
    )
    return endangered.filter((_, index) => outcomes[index]?.state === 'confirmed')
  } finally {
    await publisher.close()
  }
}
