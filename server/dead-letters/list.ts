import type { DeadLetterQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import { requireFilter } from '../../lib/domain/filter/require.ts'
import { deadLetterTable } from '../../lib/domain/filter/tables/dead-letters.ts'
import type { DeadLetterQueue } from '../../lib/schemas/dead-letter.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import {
  BrokerError,
  type Call,
  type Caller,
  decodeParts,
  encodeParts,
  unavailable,
} from '../brokers/contract/index.ts'
import { type Counts, countLog, countQueue } from './counts.ts'
import type { DeadLetterPorts, KnownBroker, KnownDestination } from './ports.ts'

export interface DeadLetterPage {
  readonly items: readonly DeadLetterQueue[]
  readonly nextCursor: string | null
  readonly total: number
  readonly problems: readonly Problem[]
}

interface Entry<Row extends KnownDestination> {
  readonly broker: KnownBroker<Row>
  readonly row: Row
  /** Total order: a page goes on behind it, whatever came or went meanwhile. */
  readonly key: readonly [string, string, string]
}

/** The dead-letter destinations of all brokers, from what is known; a broker that is down is a problem beside its last values. */
export async function listDeadLetters<Row extends KnownDestination>(
  ports: DeadLetterPorts<Row>,
  query: DeadLetterQuery,
  caller: Caller,
  call: Call,
): Promise<DeadLetterPage> {
  const after = readCursor(query.cursor)
  const matches = query.filter === undefined ? null : requireFilter(query.filter, deadLetterTable)
  if (query.broker !== undefined) ports.findBroker(query.broker)
  const isAsked = ({ id }: { readonly id: string }) => query.broker === undefined || id === query.broker
  await freshenAll(
    ports,
    ports
      .brokers()
      .filter(isAsked)
      .map((broker) => broker.id),
    call,
  )
  const brokers = ports.brokers().filter(isAsked)
  const [only] = brokers
  if (query.broker !== undefined && only?.rows === null) {
    throw new BrokerError(
      'unreachable',
      `${only.label} cannot be read: ${only.reason ?? 'it has not answered yet'}`,
    )
  }
  const show = (entry: Entry<Row>) => showEntry(ports, entry, caller)
  const named = brokers.flatMap((broker) => entriesOf(broker, query.q)).sort(compareEntries)
  const entries = matches ? await keepMatching(named, show, (row) => matches(row, ports.now())) : named
  const rest = after ? entries.filter((entry) => compareKeys(entry.key, after) > 0) : entries
  const page = rest.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: await Promise.all(page.map(show)),
    nextCursor: last && rest.length > page.length ? encodeParts(['dead-letters', ...last.key]) : null,
    total: entries.length,
    problems: brokers.flatMap(problemsOf),
  }
}

/** A filter may ask for counts, which only the whole entry has. */
async function keepMatching<E>(
  entries: readonly E[],
  show: (entry: E) => Promise<DeadLetterQueue>,
  matches: (row: DeadLetterQueue) => boolean,
): Promise<readonly E[]> {
  const shown = await Promise.all(entries.map(show))
  return entries.filter((_, index) => {
    const row = shown[index]
    return row !== undefined && matches(row)
  })
}

async function freshenAll<Row extends KnownDestination>(
  ports: DeadLetterPorts<Row>,
  ids: readonly string[],
  call: Call,
): Promise<void> {
  await Promise.all(
    ids.map((id) =>
      ports.freshen(id, call).catch((error: unknown) => {
        if (call.signal.aborted) throw error
      }),
    ),
  )
}

function entriesOf<Row extends KnownDestination>(
  broker: KnownBroker<Row>,
  q: string | undefined,
): Entry<Row>[] {
  const part = q?.toLowerCase() ?? ''
  return (broker.rows ?? [])
    .filter((row) => row.deadLetter.isDeadLetter && row.info.ref.name.toLowerCase().includes(part))
    .map((row) => ({ broker, row, key: [broker.id, row.info.ref.name, row.id] }))
}

async function showEntry<Row extends KnownDestination>(
  ports: DeadLetterPorts<Row>,
  { broker, row }: Entry<Row>,
  caller: Caller,
): Promise<DeadLetterQueue> {
  const destination = ports.present(broker.id, row, caller)
  return {
    ...destination,
    broker: broker.id,
    brokerLabel: broker.label,
    brokerKind: broker.kind,
    brokerState: broker.state,
    environment: broker.environment,
    mode: broker.mode,
    counts: await countsOf(ports, broker, row, caller, destination.readings.depth),
  }
}

/** Dead letters of one place that nobody has replayed yet, as far as is known; asks the broker nothing. */
export async function openOf<Row extends KnownDestination>(
  ports: Pick<DeadLetterPorts<Row>, 'findBroker' | 'replays' | 'now'>,
  broker: string,
  row: KnownDestination,
  caller: Caller,
): Promise<Counts['open']> {
  return (await countsOf(ports, { id: broker }, row, caller, row.readings.depth)).open
}

async function countsOf<Row extends KnownDestination>(
  ports: Pick<DeadLetterPorts<Row>, 'findBroker' | 'replays' | 'now'>,
  broker: Pick<KnownBroker<Row>, 'id'>,
  row: KnownDestination,
  caller: Caller,
  depth: Counts['messages'] | undefined,
): Promise<Counts> {
  const now = ports.now()
  const messages = depth ?? unavailable('Its depth was not read yet', now)
  const claim = ports.findBroker(broker.id).as(caller).claim
  if (claim?.settlesOf(row.info.ref) !== 'marks') return countQueue(messages)
  return countLog(messages, await ports.replays.countSettled(broker.id, row.id), now)
}

function problemsOf<Row extends KnownDestination>(broker: KnownBroker<Row>): Problem[] {
  const own = broker.problems.map((problem) => ({ ...problem, scope: `${broker.id}/${problem.scope}` }))
  const isDown = broker.state === 'down'
  if (!isDown && broker.rows !== null) return own
  const what = isDown ? 'is down' : 'cannot be read yet'
  const message = `${broker.label} ${what}: ${broker.reason ?? 'it has not answered'}`
  return [{ scope: broker.id, code: 'broker_unreachable', message }, ...own]
}

function readCursor(cursor: string | undefined): readonly string[] | null {
  if (cursor === undefined) return null
  const [word, ...key] = decodeParts(cursor) ?? []
  if (word !== 'dead-letters' || key.length !== 3)
    throw new AppError('bad_request', 'cursor: expected nextCursor of this list')
  return key
}

function compareEntries(a: { key: readonly string[] }, b: { key: readonly string[] }): number {
  return compareKeys(a.key, b.key)
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? ''
    if (part !== other) return part < other ? -1 : 1
  }
  return 0
}
