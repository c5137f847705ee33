import {
  BrokerError,
  type Call,
  decodeParts,
  encodeParts,
  type Outgoing,
  type PublishFacet,
  type PublishOutcome,
  textOfHeader,
} from '../../contract/index.ts'
import type { Content } from '../engine/content.ts'
import { contentOf } from '../engine/content.ts'
import { type Gate, notFound, sourceOf } from './gate.ts'
import { logId } from './views.ts'

/** Facts the broker tells of a message beside its properties; they are not published again. */
const told = new Set(['exchange', 'routingKey', 'redelivered', 'partition', 'offset'])

export function publishOf(gate: Gate): PublishFacet {
  return {
    openPublisher: (call) =>
      gate.touch(call, () => {
        let isClosed = false
        return {
          async send(batch, sendCall) {
            if (isClosed) throw new BrokerError('unreachable', 'This publisher is closed')
            return sendBatch(gate, batch, sendCall)
          },
          async close() {
            isClosed = true
          },
        }
      }),
    check: (target, call) =>
      gate.run(call, () => {
        if (!gate.broker.has(target.ref)) throw notFound(target.ref)
        if (target.partition === undefined) return
        const log = target.ref.type === 'topic' ? gate.broker.logs.get(target.ref.name) : undefined
        if (!log?.partition(target.partition))
          throw new BrokerError('bad_request', `${target.ref.name} has no partition ${target.partition}`)
      }),
    verify: {
      mark: (ref, call) =>
        gate.touch(call, () => encodeParts(logOf(gate, ref).partitions.map(({ end }) => String(end)))),
      findSince: (ref, mark, header, call) => findSince(gate, ref, mark, header, call),
    },
  }
}

async function sendBatch(gate: Gate, batch: readonly Outgoing[], call: Call): Promise<PublishOutcome[]> {
  try {
    return await gate.touch(call, () => batch.map((outgoing) => sendOne(gate, outgoing)))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const isForbidden = error instanceof BrokerError && error.code === 'forbidden'
    return batch.map(() =>
      isForbidden ? { state: 'refused', code: 'forbidden', reason } : { state: 'unknown', reason },
    )
  }
}

function sendOne(gate: Gate, { target, message }: Outgoing): PublishOutcome {
  const content: Content = {
    key: message.key && Buffer.from(message.key),
    body: message.body && Buffer.from(message.body),
    headers: structuredClone(message.headers),
    properties: Object.fromEntries(Object.entries(message.properties).filter(([name]) => !told.has(name))),
  }
  const sent = gate.broker.publish(target, content, message.timestampMs)
  if (sent.state === 'refused') return sent
  const names = sent.refs.map((ref) => ref.name).join(', ')
  return { state: 'confirmed', position: sent.position, detail: `Stored in ${names}` }
}

function logOf(gate: Gate, ref: Parameters<typeof sourceOf>[1]) {
  const { log } = sourceOf(gate.broker, ref)
  if (!log) throw new BrokerError('unsupported', 'What a queue handed to a worker cannot be found again')
  return log
}

async function* findSince(
  gate: Gate,
  ref: Parameters<typeof sourceOf>[1],
  mark: string,
  header: string,
  call: Call,
): AsyncGenerator<{ value: string; position: string }> {
  const log = await gate.touch(call, () => logOf(gate, ref))
  const from = decodeParts(mark)
  if (!from || from.length !== log.partitions.length)
    throw new BrokerError('bad_request', 'This mark is not of this topic')
  for (const [index, partition] of log.partitions.entries()) {
    const { end } = partition
    for (let offset = Math.max(Number(from[index]), partition.start); offset < end; offset += 1) {
      if (offset % 1_000 === 0) await gate.touch(call, () => undefined)
      const record = partition.at(offset)
      const found = record && contentOf(record).headers.find(({ name }) => name === header)
      const value = found ? textOfHeader(found) : null
      if (value !== null) yield { value, position: logId(index, offset) }
    }
  }
}
