import { type EachBatchPayload, Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import type { Stop } from '../desk.ts'

/** A client named after its worker. kafkajs tells each retry as an error; what fails for good is thrown. */
export function openKafka(address: string, clientId: string): Kafka {
  return new Kafka({ clientId, brokers: [address], logLevel: logLevel.NOTHING })
}

export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

interface Reader {
  readonly name: string
  readonly group: string
  readonly topics: readonly string[]
  /** Milliseconds a partition rests before the record that failed is tried again. */
  readonly restMs?: number
  /**
   * What one fetch brings of a partition. A slow reader wants little: kafkajs turns to another partition when it has
   * handled all of it, and at 300 ms a record a whole megabyte is half an hour.
   */
  readonly maxBytesPerPartition?: number
}

interface RecordReader extends Reader {
  /** Throws when the record could not be handled: its partition waits there, the others go on. */
  handle(message: KafkaMessage, place: Place): Promise<void>
}

interface BatchReader extends Reader {
  /** Handles all of a fetched batch, or throws and gets it again. */
  handleBatch(messages: readonly KafkaMessage[], topic: string, partition: number): Promise<void>
}

/**
 * Reads as a member of a group, record by record. The offset moves behind a record when it is handled, never
 * before: at least once. A record that fails holds up its own partition only, as order is promised there; throwing
 * into kafkajs instead would restart the whole member and rebalance the group each time.
 */
export function readRecords(address: string, reader: RecordReader): Promise<Stop> {
  return join(address, reader, async (payload, rest) => {
    const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale } = payload
    for (const message of batch.messages) {
      // Between two records is the moment to stop: what is in hand is finished, the next was not begun.
      if (!isRunning() || isStale()) return
      const place = { topic: batch.topic, partition: batch.partition, offset: message.offset }
      try {
        await reader.handle(message, place)
      } catch {
        return rest()
      }
      resolveOffset(message.offset)
      await heartbeat()
      await commitOffsetsIfNecessary()
    }
  })
}

/** The same, a fetched batch at a time. */
export function readBatches(address: string, reader: BatchReader): Promise<Stop> {
  return join(address, reader, async ({ batch, resolveOffset }, rest) => {
    try {
      await reader.handleBatch(batch.messages, batch.topic, batch.partition)
    } catch {
      return rest()
    }
    resolveOffset(batch.lastOffset())
  })
}

async function join(
  address: string,
  reader: Reader,
  eachBatch: (payload: EachBatchPayload, rest: () => void) => Promise<void>,
): Promise<Stop> {
  const { name, group, topics, restMs = 2_000, maxBytesPerPartition = 256 * 1024 } = reader
  const consumer = openKafka(address, name).consumer({
    groupId: group,
    maxWaitTimeInMs: 500,
    // A member that was killed is missed after this; until then its partitions wait for it.
    sessionTimeout: 10_000,
    maxBytesPerPartition,
  })
  const resting = new Set<NodeJS.Timeout>()
  let isStopping = false
  const run = () =>
    consumer.run({
      eachBatchAutoResolve: false,
      // Each commit is a record in __consumer_offsets: once a second is enough, and is what comes again at most.
      autoCommitInterval: 1_000,
      partitionsConsumedConcurrently: 6,
      eachBatch: (payload) =>
        eachBatch(payload, () => {
          const resume = payload.pause()
          const timer = setTimeout(() => {
            resting.delete(timer)
            resume()
          }, restMs)
          resting.add(timer)
        }),
    })
  // Not awaited: joining takes as long as the group's other members need, and a killed one is waited for.
  const begin = () => void run().catch(() => undefined)
  // kafkajs restarts itself after most errors; after the rest it would be silent for ever.
  consumer.on('consumer.crash', ({ payload }) => {
    if (payload.restart || isStopping) return
    const timer = setTimeout(() => {
      resting.delete(timer)
      begin()
    }, restMs)
    resting.add(timer)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  begin()
  return async () => {
    isStopping = true
    for (const timer of resting) clearTimeout(timer)
    await consumer.disconnect()
  }
}
