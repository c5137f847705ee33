import type { Column } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Pill } from '@/components/ui/pill'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { measure, sortValue } from '@/lib/format/reading'
import type { Connection } from '@/lib/schemas/connection'
import { connectionLevel, prefetchWords, readsWords } from './words.ts'

const none = <span className="text-ink-3">—</span>
const text = (value: string | undefined) => (value ? visibleText(value) : none)

export const connectionColumns: readonly Column<Connection>[] = [
  {
    id: 'client',
    header: 'Client',
    sort: 'client',
    narrow: 'title',
    cell: (one) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <StateMark level={connectionLevel(one)} label={one.state} />
        <span className="flex min-w-0 font-[560]">
          <Name name={one.client || (one.host ?? one.id)} />
        </span>
        {one.isOwn ? <Pill title="The console’s own connection">this console</Pill> : null}
      </span>
    ),
  },
  {
    id: 'user',
    header: 'User',
    sort: 'user',
    width: '110px',
    narrow: 'hidden',
    cell: (one) => text(one.user),
  },
  { id: 'host', header: 'Host', sort: 'host', width: '170px', cell: (one) => text(one.host) },
  {
    id: 'tls',
    header: 'TLS',
    width: '70px',
    narrow: 'hidden',
    cell: (one) => (one.tls === undefined ? none : one.tls ? 'yes' : <span className="text-ink-3">no</span>),
  },
  {
    id: 'state',
    header: 'State',
    sort: 'state',
    width: '100px',
    narrow: 'aside',
    cell: (one) => (
      <span className={connectionLevel(one) === 'warn' ? 'font-[560] text-warn-ink' : 'text-ink-2'}>
        {visibleText(one.state)}
      </span>
    ),
  },
  {
    id: 'channels',
    header: 'Channels',
    sort: 'channels',
    align: 'right',
    width: '90px',
    narrow: 'hidden',
    cell: (one) => (one.readings.channels ? <MeasureText measure={measure(one.readings.channels)} /> : none),
  },
  {
    id: 'prefetch',
    header: 'Prefetch',
    align: 'right',
    width: '90px',
    narrow: 'hidden',
    cell: (one) => prefetchWords(one) ?? none,
  },
  {
    id: 'unacked',
    header: 'Holds',
    sort: 'unacked',
    align: 'right',
    width: '80px',
    narrowLabel: 'holds',
    cell: (one) => <MeasureText measure={measure(one.readings.unacked)} />,
  },
  {
    id: 'reads',
    header: 'Consumes',
    width: '190px',
    narrow: 'hidden',
    cell: (one) => {
      const words = readsWords(one)
      return words ? <span title={visibleText(allReads(one))}>{words}</span> : none
    },
  },
  {
    id: 'idle',
    header: 'Idle',
    sort: 'idle',
    align: 'right',
    width: '80px',
    narrow: 'hidden',
    cell: (one) => (one.readings.idle ? <MeasureText measure={measure(one.readings.idle)} /> : none),
  },
  {
    id: 'since',
    header: 'Since',
    sort: 'since',
    align: 'right',
    width: '100px',
    narrow: 'hidden',
    cell: (one) => (one.since ? <Time at={one.since} style="age" /> : none),
  },
]

function allReads({ consumers }: Connection): string {
  return [...new Set(consumers.map(({ destination }) => destination.name))].join('\n')
}

const byText = (read: (one: Connection) => string | undefined) => (a: Connection, b: Connection) =>
  (read(a) ?? '').localeCompare(read(b) ?? '')
const byReading = (name: string) => (a: Connection, b: Connection) => {
  const [left, right] = [sortValue(a.readings[name]), sortValue(b.readings[name])]
  return left === right ? 0 : left < right ? -1 : 1
}

export const connectionSorters: Readonly<Record<string, (a: Connection, b: Connection) => number>> = {
  client: byText((one) => one.client),
  user: byText((one) => one.user),
  host: byText((one) => one.host),
  state: byText((one) => one.state),
  since: byText((one) => one.since),
  channels: byReading('channels'),
  unacked: byReading('unacked'),
  idle: byReading('idle'),
}
