import { AppError } from '../../lib/domain/app-error.ts'
import type { Backup } from '../../lib/schemas/record.ts'
import type { BrokerMessage, Call, Caller, Outgoing, Publisher } from '../brokers/contract/index.ts'
import { type Located, locate, needFacet } from '../messages/locate.ts'
import { errorOfOutcome, outcomeAt } from './outcome-error.ts'
import type { CommandPorts } from './ports.ts'
import { openJournal, type RestoreJournal, type RestoreState, type RestoreWindow } from './restore-journal.ts'

const windowMessages = 100
const windowBytes = 4 * 1024 * 1024

/**
 * Puts the messages of a backup back where they were: same key, headers, properties and body, in the order of the
 * backup, at the end of the destination (a Kafka record in its own partition). Nothing is added to them.
 *
 * A backup is restored once; again is `conflict`. It goes in windows of at most 100 messages, and a window stands
 * in a journal before it is sent. So after a crash or a failure the next call carries on: what was confirmed is
 * never sent again. What was on its way is in doubt, since a message that must come back unchanged can carry no
 * mark to find it by: whoever asks is told once (`conflict`, `detail.reason` "in-doubt") and sends those again by
 * asking again. Nothing is lost; at most the messages named there can stand twice.
 */
export async function restoreBackup(
  ports: CommandPorts,
  backup: Backup,
  caller: Caller,
  call: Call,
): Promise<{ restored: number }> {
  const located = locate(ports.findBroker, backup.broker, backup.destination, caller)
  const publish = await needFacet(located, 'publish', call)
  await publish.check({ ref: located.ref }, call)
  const journal = openJournal(ports.storage.settings, backup.id)
  const state = await journal.read()
  await assertNoDoubt(state, journal)
  // Read to its end first: a backup that was damaged says so only there.
  for await (const _message of ports.storage.backups.read(backup.id));
  const publisher = await publish.openPublisher(call)
  let restored = 0
  try {
    for await (const window of windowsOf(ports.storage.backups.read(backup.id), state)) {
      await sendWindow(publisher, located, window, journal, call)
      restored = window.from + window.messages.length
    }
  } finally {
    await publisher.close()
  }
  await ports.storage.backups.markRestored(backup.id, ports.now())
  return { restored: Math.max(restored, state.done) }
}

async function assertNoDoubt({ done, window }: RestoreState, journal: RestoreJournal): Promise<void> {
  if (!window || window.isTold || window.doubtful.length === 0) return
  await journal.write({ done, window: { ...window, isTold: true } })
  throw new AppError(
    'conflict',
    `An earlier restore broke off: ${done + window.confirmed.length} messages were put back, and of ${window.doubtful.length} more nobody knows. Restore again to send those once more and carry on`,
    {
      detail: {
        reason: 'in-doubt',
        confirmed: done + window.confirmed.length,
        inDoubt: window.doubtful.length,
      },
    },
  )
}

interface Window {
  /** Number of the first message, counted from the start of the backup. */
  readonly from: number
  readonly messages: readonly BrokerMessage[]
  readonly confirmed: readonly number[]
}

/** The windows that are left; the first is the one that was open, as large as it was. */
async function* windowsOf(
  messages: AsyncIterable<BrokerMessage>,
  state: RestoreState,
): AsyncGenerator<Window> {
  let open = state.window
  let from = state.done
  let held: BrokerMessage[] = []
  let bytes = 0
  let number = 0
  for await (const message of messages) {
    number += 1
    if (number <= state.done) continue
    held.push(message)
    bytes += message.sizeBytes
    const isFull = open ? held.length >= open.size : held.length >= windowMessages || bytes >= windowBytes
    if (!isFull) continue
    yield { from, messages: held, confirmed: open?.confirmed ?? [] }
    from += held.length
    ;[open, held, bytes] = [null, [], 0]
  }
  if (held.length > 0) yield { from, messages: held, confirmed: open?.confirmed ?? [] }
}

async function sendWindow(
  publisher: Publisher,
  located: Located,
  { from, messages, confirmed: before }: Window,
  journal: RestoreJournal,
  call: Call,
): Promise<void> {
  const left = [...messages.keys()].filter((index) => !before.includes(index))
  const window: RestoreWindow = {
    size: messages.length,
    confirmed: [...before],
    doubtful: left,
    isTold: false,
  }
  await journal.write({ done: from, window })
  const batch = left.flatMap((index) => {
    const message = messages[index]
    return message ? [outgoingOf(located, message)] : []
  })
  const outcomes = await publisher.send(batch, call)
  let failure: AppError | null = null
  const confirmed = [...before]
  const doubtful: number[] = []
  for (const [at, index] of left.entries()) {
    const outcome = outcomeAt(outcomes, at)
    if (outcome.state === 'confirmed') {
      confirmed.push(index)
      continue
    }
    if (outcome.state === 'unknown') doubtful.push(index)
    failure ??= errorOfOutcome(outcome)
  }
  if (!failure) return journal.write({ done: from + messages.length, window: null })
  // The answer tells of the doubt, if there is still somebody to hear it.
  await journal.write({
    done: from,
    window: { ...window, confirmed, doubtful, isTold: !call.signal.aborted },
  })
  throw brokenOff(failure, from + confirmed.length, doubtful.length)
}

function brokenOff(failure: AppError, confirmed: number, inDoubt: number): AppError {
  const doubt =
    inDoubt === 0 ? '' : `; of ${inDoubt} more nobody knows, and restoring again sends those once more`
  return new AppError(failure.code, `${failure.message} (${confirmed} messages were put back${doubt})`, {
    cause: failure,
    detail: { ...failure.detail, confirmed, inDoubt },
  })
}

function outgoingOf({ ref, broker }: Located, message: BrokerMessage): Outgoing {
  const { key, body, headers, properties, timestampMs } = message
  const { partition } = properties
  const target = typeof partition === 'number' ? { ref, partition } : { ref }
  return { target, message: { key, body, headers, properties, timestampMs, from: broker.kind } }
}
