import {
  BrokerError,
  type Call,
  type Claim,
  type ClaimSession,
  newCall,
  type Publisher,
  type PublishOutcome,
  remainingMs,
  throwIfOver,
} from './contract/index.ts'

/**
 * Limits on what a driver does, whatever it does: an answer comes in time, an error is a BrokerError, and what
 * is opened too late is closed again. A driver has a little longer than the call, so that its own ending (an
 * outcome, the last message) wins over ours; both stay within the 200 ms of the contract.
 */
const graceMs = 100
/** A close has no call of its own: it returns what is held, so it gets more time than most. */
const closeMs = 15_000

const over = (call: Call) =>
  call.signal.aborted
    ? new BrokerError('timeout', 'The request was abandoned', { detail: { aborted: true } })
    : new BrokerError('timeout', 'The broker did not answer in time')

interface Bounds<T> {
  /** Gets an answer that came when nobody waited any more. */
  readonly onLate?: ((late: T) => void) | undefined
  /** The answer instead of a `timeout`. */
  readonly instead?: ((error: BrokerError) => T) | undefined
}

/** The work's answer, or a `timeout` soon after the call is over. */
export function bound<T>(call: Call, work: Promise<T>, { onLate, instead }: Bounds<T> = {}): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false
    const end = (finish: () => void) => {
      clearTimeout(timer)
      call.signal.removeEventListener('abort', hurry)
      finish()
    }
    const stop = () => {
      isOver = true
      end(() => (instead ? resolve(instead(over(call))) : reject(over(call))))
    }
    const hurry = () => {
      clearTimeout(timer)
      timer = setTimeout(stop, graceMs)
    }
    let timer = setTimeout(stop, Math.min(remainingMs(call) + graceMs, 2_147_483_647))
    if (call.signal.aborted) hurry()
    else call.signal.addEventListener('abort', hurry, { once: true })
    work.then(
      (value) => (isOver ? onLate?.(value) : end(() => resolve(value))),
      (error: unknown) => (isOver ? undefined : end(() => reject(toBrokerError(error)))),
    )
  })
}

export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new BrokerError('protocol', message, { cause: error })
}

/** An iteration whose every step is bounded; left early, the driver's own iteration is ended too. */
export async function* boundIteration<T>(call: Call, source: AsyncIterable<T>): AsyncGenerator<T> {
  throwIfOver(call)
  const iterator = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const step = await bound(call, iterator.next())
      if (step.done) return
      yield step.value
    }
  } finally {
    // Not waited for: it queues behind a step that may hang.
    iterator.return?.().catch(() => undefined)
  }
}

const boundClose = async (opened: { close(): Promise<void> }) => bound(newCall(closeMs), opened.close())

const allUnknown = (batch: readonly unknown[]) => (error: BrokerError) =>
  batch.map((): PublishOutcome => ({ state: 'unknown', reason: error.message }))

/** A publisher whose sends end in time: what had no outcome by then is `unknown`, as it may have arrived. */
export function boundPublisher(publisher: Publisher): Publisher {
  return {
    async send(batch, call) {
      throwIfOver(call)
      return bound(call, publisher.send(batch, call), { instead: allUnknown(batch) })
    },
    close: () => boundClose(publisher),
  }
}

/** A claim session whose every step ends in time; claims that come too late are put back. */
export function boundSession(session: ClaimSession): ClaimSession {
  const release = (claims: readonly Claim[]) => {
    if (claims.length === 0) return
    session.settle(claims, 'release', newCall(closeMs)).catch(() => undefined)
  }
  const { move } = session
  return {
    async next(max, call) {
      throwIfOver(call)
      return bound(call, session.next(max, call), { onLate: release })
    },
    get ended() {
      return session.ended
    },
    async settle(claims, verdict, call) {
      throwIfOver(call)
      return bound(call, session.settle(claims, verdict, call))
    },
    ...(move && {
      async move(moves: Parameters<typeof move>[0], call: Call) {
        throwIfOver(call)
        return bound(call, move.call(session, moves, call), { instead: allUnknown(moves) })
      },
    }),
    close: () => boundClose(session),
    get effects() {
      return session.effects
    },
    ...(session.copiesSeen && { copiesSeen: (id: string) => session.copiesSeen?.(id) ?? 0 }),
  }
}
