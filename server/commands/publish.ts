import type { PublishInput, PublishResult } from '../../lib/schemas/message.ts'
import type { Call, Outgoing, PublishTarget } from '../brokers/contract/index.ts'
import { type Located, needFacet } from '../messages/locate.ts'
import { bytesOfInput } from './bytes-of-input.ts'
import { errorOfOutcome, outcomeAt } from './outcome-error.ts'

/** Sends one message and waits for the broker's word. What a broker of this kind has no place for, its driver refuses. */
export async function publishOne(located: Located, input: PublishInput, call: Call): Promise<PublishResult> {
  const outgoing = outgoingOf(located, input)
  const publish = await needFacet(located, 'publish', call)
  await publish.check(outgoing.target, call)
  const publisher = await publish.openPublisher(call)
  try {
    const outcome = outcomeAt(await publisher.send([outgoing], call), 0)
    if (outcome.state !== 'confirmed') throw errorOfOutcome(outcome)
    const { position, detail } = outcome
    return { routed: true, detail, ...(position === undefined ? {} : { position }) }
  } finally {
    await publisher.close()
  }
}

function outgoingOf({ ref }: Located, input: PublishInput): Outgoing {
  const { routingKey, partition, timestamp } = input
  const target: PublishTarget = {
    ref,
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(partition === undefined ? {} : { partition }),
  }
  return {
    target,
    message: {
      key: bytesOfInput(input.key, 'key'),
      body: bytesOfInput(input.body, 'body'),
      headers: input.headers ?? [],
      properties: input.properties ?? {},
      timestampMs: timestamp === undefined ? null : Date.parse(timestamp),
      from: null,
    },
  }
}
