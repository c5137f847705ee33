import { BrokerError } from './errors.ts'

/** Travels with every call to a broker. The call settles within 200 ms of either running out. */
export interface Call {
  readonly signal: AbortSignal
  /** Epoch milliseconds after which the answer is worth nothing. */
  readonly deadlineAt: number
}

export function newCall(timeoutMs: number, signal?: AbortSignal): Call {
  return { signal: signal ?? new AbortController().signal, deadlineAt: Date.now() + timeoutMs }
}

/** The same call with at most `timeoutMs` left. */
export function shorten(call: Call, timeoutMs: number): Call {
  return { signal: call.signal, deadlineAt: Math.min(call.deadlineAt, Date.now() + timeoutMs) }
}

export function remainingMs(call: Call): number {
  return Math.max(0, call.deadlineAt - Date.now())
}

export function throwIfOver(call: Call): void {
  if (call.signal.aborted)
    throw new BrokerError('timeout', 'The request was abandoned', { detail: { aborted: true } })
  if (Date.now() >= call.deadlineAt) throw new BrokerError('timeout', 'The broker did not answer in time')
}

/**
 * Waits for `work`, no longer than the call lasts: rejects with `timeout` on abort or deadline, and then
 * runs `abandon` so that the driver can drop what it had open. `work` itself may finish later, unheard.
 */
export async function within<T>(call: Call, work: Promise<T>, abandon?: () => void): Promise<T> {
  work.catch(() => undefined)
  if (call.signal.aborted || Date.now() >= call.deadlineAt) {
    abandon?.()
    throwIfOver(call)
  }
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const over = new Promise<never>((_, reject) => {
    const stop = () => {
      abandon?.()
      reject(
        call.signal.aborted
          ? new BrokerError('timeout', 'The request was abandoned', { detail: { aborted: true } })
          : new BrokerError('timeout', 'The broker did not answer in time'),
      )
    }
    timer = setTimeout(stop, Math.min(remainingMs(call), 2_147_483_647))
    onAbort = stop
    call.signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
    if (onAbort) call.signal.removeEventListener('abort', onAbort)
  }
}

/** Sleeps, or rejects as `within` does when the call is over first. */
export function pause(call: Call, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  return within(call, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), () =>
    clearTimeout(timer),
  )
}
