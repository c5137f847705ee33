import { describe, expect, it } from 'vitest'
import { BrokerError, type Call, newCall, type PublishOutcome } from '../contract/index.ts'
import { Cluster } from './cluster.ts'
import { kafkaErrors } from './errors.ts'
import { ProduceLane } from './produce-lane.ts'
import { ProducerIdentity } from './producer-identity.ts'
import type { Api } from './protocol/api.ts'
import type { Metadata } from './protocol/metadata.ts'

type Answer = { error: number; baseOffset?: bigint } | 'lost' | 'silent'

/** A broker that answers by a script; it keeps the sequence numbers it was sent. */
class ScriptedCluster extends Cluster {
  readonly sent: { producer: bigint; sequence: number; count: number }[] = []
  readonly #answers: Answer[]
  #producers = 0n
  readonly #first = Promise.withResolvers<void>()
  readonly asked = this.#first.promise

  constructor(answers: readonly Answer[]) {
    super({ bootstrap: ['nowhere:1'] }, 'test')
    this.#answers = [...answers]
  }

  override async any<Q, R>(_api: Api<Q, R>, _request: Q, _call: Call): Promise<R> {
    this.#first.resolve()
    await new Promise((resolve) => setTimeout(resolve, 5))
    return { error: 0, producerId: ++this.#producers, epoch: 0 } as R
  }

  override async metadata(): Promise<Metadata> {
    const partitions = [{ error: 0, partition: 0, leader: 1, replicas: [1], inSync: [1] }]
    const topic = { error: 0, name: 't', id: 't', internal: false, operations: null, partitions }
    return { brokers: [], clusterId: null, controller: 1, topics: [topic] }
  }

  override async node<Q, R>(
    _id: number,
    _api: Api<Q, R>,
    request: Q,
    _call: Call,
    _lane?: unknown,
    onSend?: () => void,
  ): Promise<R> {
    const { batch } = request as { batch: Buffer }
    onSend?.()
    this.sent.push({
      producer: batch.readBigInt64BE(43),
      sequence: batch.readInt32BE(53),
      count: batch.readInt32BE(57),
    })
    const answer = this.#answers.shift() ?? { error: 0 }
    if (answer === 'lost') throw new BrokerError('unreachable', 'lost', { detail: { lost: true } })
    if (answer === 'silent') throw new BrokerError('timeout', 'silent')
    return { baseOffset: 0n, message: null, recordErrors: [], ...answer } as R
  }
}

async function send(answers: readonly Answer[], batches: readonly number[], timeoutMs = 2_000) {
  const cluster = new ScriptedCluster(answers)
  const identity = new ProducerIdentity(cluster)
  const lane = new ProduceLane(cluster, 'own-1', identity, { topic: 't', partition: 0, leader: 1 })
  const outcomes: PublishOutcome[] = []
  for (const count of batches) {
    const found = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const record = { key: null, value: Buffer.from(`${index}`), headers: [], timestampMs: 1 }
        return new Promise<PublishOutcome>((settle) =>
          lane.push([{ record, call: newCall(timeoutMs), sent: false, withdrawn: false, settle }]),
        )
      }),
    )
    outcomes.push(...found)
  }
  return { cluster, outcomes, states: outcomes.map((outcome) => outcome.state) }
}

describe('a produce lane', () => {
  it('sends what came together as one batch, and counts on', async () => {
    const { cluster, states } = await send([], [3, 2])
    expect(states).toEqual(Array(5).fill('confirmed'))
    expect(cluster.sent).toEqual([
      { producer: 1n, sequence: 0, count: 3 },
      { producer: 1n, sequence: 3, count: 2 },
    ])
  })

  it('repeats a batch whose answer was lost under its own number, so that it is stored once', async () => {
    const { cluster, outcomes } = await send(
      ['lost', { error: kafkaErrors.duplicateSequence, baseOffset: -1n }],
      [1],
    )
    expect(outcomes[0]).toEqual({ state: 'confirmed', detail: 't, partition 0' })
    expect(cluster.sent.map((row) => [row.producer, row.sequence])).toEqual([
      [1n, 0],
      [1n, 0],
    ])
  })

  it('does not send a batch in doubt under another number', async () => {
    const { cluster, states } = await send(['lost', { error: kafkaErrors.unknownProducerId }], [1])
    expect(states).toEqual(['unknown'])
    expect(cluster.sent).toHaveLength(2)
  })

  it.each([kafkaErrors.requestTimedOut, kafkaErrors.notEnoughReplicasAfterAppend, kafkaErrors.notLeader])(
    'holds a batch answered with %i for one that may be written',
    async (error) => {
      const { states } = await send([{ error }, { error: kafkaErrors.outOfOrderSequence }], [1])
      expect(states).toEqual(['unknown'])
    },
  )

  it('begins anew with another producer when nothing is in doubt', async () => {
    const { cluster, states } = await send([{ error: kafkaErrors.unknownProducerId }], [1])
    expect(states).toEqual(['confirmed'])
    expect(cluster.sent.map((row) => row.producer)).toEqual([1n, 2n])
  })

  it('is sure that nothing was written when the broker refused each time until the end', async () => {
    const answers = Array.from({ length: 50 }, () => ({ error: kafkaErrors.notEnoughReplicas }))
    const { outcomes } = await send(answers, [1], 200)
    expect(outcomes[0]).toMatchObject({ state: 'refused' })
  })

  it('doubts what the broker never answered, and goes on with a new producer', async () => {
    const { cluster, states } = await send(['silent'], [1, 1])
    expect(states).toEqual(['unknown', 'confirmed'])
    expect(cluster.sent.map((row) => [row.producer, row.sequence])).toEqual([
      [1n, 0],
      [2n, 0],
    ])
  })

  it('leaves out what its sender withdrew while the connection was opened', async () => {
    const cluster = new ScriptedCluster([])
    const lane = new ProduceLane(cluster, 'own-1', new ProducerIdentity(cluster), {
      topic: 't',
      partition: 0,
      leader: 1,
    })
    const record = { key: null, value: Buffer.from('x'), headers: [], timestampMs: 1 }
    const states = await Promise.all(
      [false, true].map(
        (isGone) =>
          new Promise<string>((resolve) => {
            const settle = (outcome: PublishOutcome) => resolve(outcome.state)
            const job = { record, call: newCall(2_000), sent: false, withdrawn: false, settle }
            lane.push([job])
            // The batch is cut by then, and waits for its producer id.
            if (isGone) void cluster.asked.then(() => Object.assign(job, { withdrawn: true }))
          }),
      ),
    )
    expect(states).toEqual(['confirmed', 'refused'])
    expect(cluster.sent.at(-1)).toMatchObject({ count: 1 })
  })

  it('finds the one message a batch is refused for', async () => {
    const invalid = { error: kafkaErrors.invalidRecord }
    const { outcomes, cluster } = await send([invalid, invalid, invalid], [4])
    expect(outcomes.map((outcome) => outcome.state)).toEqual([
      'refused',
      'confirmed',
      'confirmed',
      'confirmed',
    ])
    expect(cluster.sent.map((row) => [row.sequence, row.count])).toEqual([
      [0, 4],
      [0, 2],
      [0, 1],
      [0, 1],
      [1, 2],
    ])
  })
})
