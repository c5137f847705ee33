import type { Call, DestinationRef } from '../contract/index.ts'
import type { Client } from './client.ts'
import type { Held } from './hold.ts'
import { messageOf } from './map.ts'
import { newPublishFacet } from './publish.ts'

/** Sends messages that would not survive another return to their own queue again; answers those confirmed. */
export async function republish(
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
