import {
  type BackupSink,
  BrokerError,
  type Call,
  type ManageFacet,
  type PurgeFacet,
} from '../../contract/index.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { SandboxQueue } from '../engine/queue.ts'
import { type Gate, notFound, sourceOf } from './gate.ts'
import { showQueued, showRecord } from './views.ts'

const batchSize = 200

export function purgeOf(gate: Gate): PurgeFacet {
  return {
    async purge(ref, sink, call) {
      const { queue, log } = await gate.touch(call, () => sourceOf(gate.broker, ref))
      return {
        removed: queue ? await purgeQueue(gate, queue, sink, call) : await purgeLog(gate, log, sink, call),
      }
    },
  }
}

async function purgeQueue(gate: Gate, queue: SandboxQueue, sink: BackupSink, call: Call): Promise<number> {
  const last = queue.lastSequence
  let removed = 0
  for (;;) {
    const batch = await gate.touch(call, () => queue.holdHead(Math.min(batchSize, queue.indexOf(last + 1))))
    if (batch.length === 0) return removed
    try {
      await sink(batch.map((message) => showQueued(message, 0)))
      await gate.touch(call, () => undefined)
    } catch (error) {
      for (const { seq } of batch) queue.giveBack(seq, true)
      throw error
    }
    removed += batch.filter(({ seq }) => queue.acknowledge(seq)).length
  }
}

async function purgeLog(gate: Gate, log: SandboxLog, sink: BackupSink, call: Call): Promise<number> {
  const ends = log.partitions.map(({ end }) => end)
  let removed = 0
  for (const [index, partition] of log.partitions.entries()) {
    const end = ends[index] ?? 0
    while (partition.start < end) {
      const from = partition.start
      const to = Math.min(end, from + batchSize)
      const records = await gate.touch(call, () =>
        Array.from({ length: to - from }, (_, step) => partition.at(from + step)).flatMap(
          (record) => record ?? [],
        ),
      )
      await sink(records.map((record) => showRecord(index, record)))
      await gate.touch(call, () => partition.trim(to))
      removed += records.length
    }
  }
  return removed
}

export function manageOf(gate: Gate): ManageFacet {
  return {
    ensure: (ref, call) =>
      gate.touch(call, () => {
        if (gate.broker.has(ref)) return
        if (ref.namespace !== undefined) throw new BrokerError('bad_request', 'The sandbox has no namespaces')
        if (ref.type === 'queue') gate.broker.addQueue(ref.name)
        else if (ref.type === 'topic') gate.broker.addLog(ref.name, 1)
        else throw new BrokerError('unsupported', `The sandbox makes queues and topics, not a ${ref.type}`)
      }),
    removeEmpty: (ref, call) =>
      gate.touch(call, () => {
        const { queue, log } = sourceOf(gate.broker, ref)
        const depth = queue ? queue.depth : log.depth
        if (depth > 0) throw new BrokerError('conflict', `${ref.name} still holds ${depth} messages`)
        if (!gate.broker.remove(ref)) throw notFound(ref)
      }),
  }
}
