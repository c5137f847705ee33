/** One step of a saga and what takes it back. Both must bear being done twice: a crash repeats them. */
export interface Step<T> {
  readonly name: string
  run(subject: T): Promise<void>
  /** Missing where there is nothing to take back. */
  undo?(subject: T): Promise<void>
}

/** What happened, written down before the next thing is tried. */
export interface SagaEvent {
  readonly step: string
  readonly what: 'done' | 'failed' | 'undone'
  readonly error?: Error
}

export type SagaEnd =
  | { readonly ok: true }
  | { readonly ok: false; readonly step: string; readonly error: Error }

/** A step could not be taken back: what stands half done needs a person. */
export class CompensationError extends Error {
  override readonly name = 'CompensationError'
}

/**
 * Runs steps in order over several services that share no transaction. Where one fails, those before it are taken
 * back in reverse order: nothing is rolled back, each effect is answered by one that cancels it, and both stay in
 * the record.
 * @throws CompensationError when a step cannot be taken back
 */
export async function runSaga<T>(
  steps: readonly Step<T>[],
  subject: T,
  record: (event: SagaEvent) => Promise<void>,
): Promise<SagaEnd> {
  const done: Step<T>[] = []
  for (const step of steps) {
    try {
      await step.run(subject)
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      await record({ step: step.name, what: 'failed', error })
      await compensate(done, subject, record)
      return { ok: false, step: step.name, error }
    }
    done.push(step)
    await record({ step: step.name, what: 'done' })
  }
  return { ok: true }
}

async function compensate<T>(
  done: readonly Step<T>[],
  subject: T,
  record: (event: SagaEvent) => Promise<void>,
): Promise<void> {
  for (const step of done.toReversed()) {
    if (!step.undo) continue
    try {
      await step.undo(subject)
    } catch (cause) {
      throw new CompensationError(`${step.name} could not be taken back`, { cause })
    }
    await record({ step: step.name, what: 'undone' })
  }
}
