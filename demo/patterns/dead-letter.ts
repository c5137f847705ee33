/** Headers travel with every replay, and a frame of AMQP is 128 kB. */
const maxStackChars = 8_000

/** The whole trace with its causes, as Node prints them; a reader takes the last `[cause]` for the root. */
export function traceOf(error: Error): string {
  const blocks: string[] = []
  let at: unknown = error
  for (; at instanceof Error && blocks.length < 5; at = at.cause)
    blocks.push(blocks.length === 0 ? (at.stack ?? String(at)) : `  [cause]: ${at.stack ?? String(at)}`)
  return blocks.join('\n').slice(0, maxStackChars)
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** Where a message failed, who gave up on it and after how many tries. */
export interface Giving {
  readonly queue: string
  readonly worker: string
  readonly attempts: number
}

/**
 * RabbitMQ: the broker notes only that a message was rejected (x-death). A worker that knows the error sends the
 * message to the dead-letter queue itself, with the cause in headers, and acks the original after the confirm.
 */
export function amqpFailureHeaders(error: Error, giving: Giving): Record<string, string | number> {
  return {
    // The queue, not the exchange: a replay must reach this worker only, the others had their copy.
    'x-original-queue': giving.queue,
    'x-failed-worker': giving.worker,
    'x-attempts': giving.attempts,
    'x-failed-at': new Date().toISOString(),
    'x-error-class': error.name,
    'x-error-message': error.message,
    'x-error-stack': traceOf(error),
  }
}

interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly group: string
  readonly attempts: number
}

/** Kafka has no dead letters of its own: the names Spring Kafka writes are the nearest to a standard. */
export function kafkaFailureHeaders(error: Error, place: RecordPlace): Record<string, string> {
  return {
    'kafka_dlt-original-topic': place.topic,
    'kafka_dlt-original-partition': String(place.partition),
    'kafka_dlt-original-offset': place.offset,
    'kafka_dlt-original-consumer-group': place.group,
    'kafka_dlt-exception-fqcn': error.name,
    'kafka_dlt-exception-message': error.message,
    'kafka_dlt-exception-stacktrace': traceOf(error),
    'retry_topic-attempts': String(place.attempts),
  }
}

/** Redis neither: fields beside the body, of a name everybody understands. */
export function redisFailureFields(
  error: Error,
  place: {
    readonly stream: string
    readonly id: string
    readonly consumer: string
    readonly attempts: number
  },
): string[] {
  const fields = {
    origin: place.stream,
    origin_id: place.id,
    consumer: place.consumer,
    attempts: String(place.attempts),
    failed_at: new Date().toISOString(),
    error: `${error.name}: ${error.message}`,
    stack: traceOf(error),
  }
  return Object.entries(fields).flat()
}
