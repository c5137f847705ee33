import type { Admin } from 'kafkajs'
import requestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { BrokerError, type Call, within } from '../contract/index.ts'
import { errorOfCode } from './errors.ts'
import type { KafkaOptions } from './options.ts'
import { loadTls } from './protocol/socket.ts'

const pollMs = 10

/**
 * kafkajs 2.2.4 starts a timer after every answer, also when nothing waits and nothing is throttled, and
 * then for a negative time (`-1 - Date.now()`), which Node 24 warns about and fires at once (tulios/kafkajs
 * #1751). A wake-up is only needed while requests wait: then it is due when the throttling ends.
 */
export function cureRequestTimer(): void {
  requestQueue.prototype.scheduleCheckPendingRequests = function schedule() {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const waitMs = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      waitMs > 0 ? waitMs : pollMs,
    )
  }
}

/** Runs `work` on a short-lived kafkajs admin client and closes it, whatever happens. */
export async function withAdmin<T>(
  options: KafkaOptions,
  clientId: string,
  call: Call,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const { Kafka, logLevel } = await import('kafkajs')
  cureRequestTimer()
  const tls = loadTls(options.tls)
  const client = new Kafka({
    clientId,
    brokers: [...options.bootstrap],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 5_000,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
    ...(tls ? { ssl: tls } : {}),
    // kafkajs keeps its authenticator in this very object: always a fresh one.
    ...(options.sasl
      ? {
          sasl: {
            mechanism: options.sasl.mechanism,
            username: options.sasl.username,
            password: options.sasl.password,
          } as import('kafkajs').SASLOptions,
        }
      : {}),
  })
  const admin = client.admin()
  const running = (async () => {
    await admin.connect()
    return work(admin)
  })()
  const closed = () => admin.disconnect().catch(() => undefined)
  running.then(closed, closed)
  try {
    return await within(call, running)
  } catch (error) {
    throw asBrokerError(error)
  }
}

/** kafkajs's errors as ours; several of one call are told by the first. */
export function asBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const known = error as { name?: string; code?: unknown; message?: string; errors?: readonly unknown[] }
  const [first] = known.errors ?? []
  if (first) return asBrokerError(first)
  const words = known.message ?? String(error)
  if (typeof known.code === 'number') return errorOfCode(known.code, 'topic administration', words)
  if (known.name === 'KafkaJSSASLAuthenticationError') return new BrokerError('auth_failed', words)
  if (/Connection|Broker|NumberOfRetries/.test(known.name ?? '')) return new BrokerError('unreachable', words)
  return new BrokerError('protocol', words)
}
