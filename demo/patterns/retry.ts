import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel'

/** Trying again cannot help: the message itself is wrong. Dead-lettered at once. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError'
}

interface CallOptions {
  /** Tries after the first one. */
  readonly retries: number
  /** Milliseconds before the first retry; each further one waits about twice as long, with jitter. */
  readonly firstDelayMs: number
  /** Failures in a row after which nobody is called for a while. */
  readonly breaksAfter: number
  /** Milliseconds until one call tries whether the other side is back. */
  readonly halfOpenMs: number
}

const defaults: CallOptions = { retries: 2, firstDelayMs: 50, breaksAfter: 8, halfOpenMs: 3_000 }

/**
 * Guards calls to a service that may be down. Retries with exponential backoff ride out a blip; jitter keeps a
 * hundred workers from coming back in step. Where it stays down the breaker opens and calls fail at once: retries
 * alone would be a load test of a service that is already on its knees. The breaker stands inside the retries, so
 * that each try counts for it.
 */
export function guardCalls(options: Partial<CallOptions> = {}): <T>(call: () => Promise<T>) => Promise<T> {
  const { retries, firstDelayMs, breaksAfter, halfOpenMs } = { ...defaults, ...options }
  const isTransient = handleWhen((error) => !(error instanceof PermanentError))
  const breaker = circuitBreaker(isTransient, {
    halfOpenAfter: halfOpenMs,
    breaker: new ConsecutiveBreaker(breaksAfter),
  })
  const again = retry(
    handleWhen((error) => !(error instanceof PermanentError || error instanceof BrokenCircuitError)),
    {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: firstDelayMs, maxDelay: 2_000 }),
    },
  )
  const policy = wrap(again, breaker)
  let lastError: unknown
  return async (call) => {
    try {
      return await policy.execute(() =>
        call().catch((error: unknown) => {
          lastError = error
          throw error
        }),
      )
    } catch (error) {
      // "The circuit is open" is no cause. Whoever reads the dead letter wants to know why it is.
      if (error instanceof BrokenCircuitError)
        throw new Error('not tried: the circuit is open', { cause: lastError })
      throw error
    }
  }
}

/**
 * Second line: waits that are longer than a worker should hold a message. Each has a queue of its own with one TTL
 * for all, and the broker gives the message back when it is over. One queue with a TTL a message would not do:
 * RabbitMQ expires only at the head, so a short wait would stand behind a long one.
 */
export const retryDelaysMs = [500, 1_000, 2_000] as const

/** @param tried how often it was given back already; null when it was often enough */
export function retryQueueOf(queue: string, tried: number): string | null {
  return tried < retryDelaysMs.length ? `${queue}.retry.${tried + 1}` : null
}
