import { RecentHead, RecentLine } from '@/components/features/series'
import { CopyName } from '@/components/ui/copy-name'
import type { Column } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { StateMark } from '@/components/ui/state-mark'
import { destinationLevel } from '@/lib/domain/destination-level'
import { nameOf, visibleText } from '@/lib/format/name'
import { destinationPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import type { Broker } from '@/lib/schemas/broker'
import type { Destination } from '@/lib/schemas/destination'
import type { Reading } from '@/lib/schemas/reading'
import { RejectsCell } from './rejects-cell.tsx'
import { noteOf } from './words.ts'

export function destinationColumns(broker: Pick<Broker, 'id' | 'abilities'>): Column<Destination>[] {
  const knowsTopology = broker.abilities.deadLetters?.level === 'full'
  return [
    {
      id: 'name',
      header: 'Name',
      sort: 'name',
      narrow: 'title',
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <StateMark level={destinationLevel(row)} label={row.state || 'state unknown'} />
          <AppLink href={destinationPath(broker.id, row.id)} className="flex min-w-0 font-[560]">
            <Name name={nameOf(row)} namespace={row.namespace} />
          </AppLink>
          <CopyName name={row.name} />
        </span>
      ),
    },
    {
      id: 'type',
      header: 'Type',
      sort: 'type',
      width: '96px',
      narrow: 'aside',
      cell: (row) => <span className="text-ink-3">{row.variant ?? row.type}</span>,
    },
    reading('depth', 'Depth', '104px'),
    {
      id: 'recent',
      header: <RecentHead />,
      width: '120px',
      narrow: 'hidden',
      cell: (row) =>
        row.readings.depth?.state === 'unsupported' ||
        (row.type === 'exchange' && !row.readings.depth) ? null : (
          <RecentLine
            broker={broker.id}
            of="destinations"
            metric="depth"
            id={row.id}
            tone={row.deadLetter.isDeadLetter ? 'crit' : 's1'}
          />
        ),
    },
    reading('inRate', 'In /s', '84px', 'in/s'),
    reading('outRate', 'Out /s', '84px', 'out/s'),
    reading('consumers', 'Consumers', '100px'),
    { ...reading('ready', 'Ready', '96px'), initial: 'hidden' },
    { ...reading('unacked', 'Unacked', '96px'), initial: 'hidden' },
    { ...reading('bytes', 'Size', '92px'), initial: 'hidden' },
    {
      id: 'state',
      header: 'State',
      sort: 'state',
      width: '110px',
      initial: 'hidden',
      cell: (row) => <span className="text-ink-2">{visibleText(row.state || 'unknown')}</span>,
    },
    {
      id: 'rejects',
      header: 'Rejects go to',
      width: '164px',
      narrow: 'hidden',
      cell: (row) => <RejectsCell broker={broker.id} row={row} knowsTopology={knowsTopology} />,
    },
    {
      id: 'note',
      header: 'Note',
      width: '170px',
      narrow: 'hidden',
      cell: (row) => {
        const note = noteOf(row)
        if (!note) return null
        const text = visibleText(note.text)
        return (
          <span title={text} className={note.isProblem ? 'text-warn-ink' : 'text-ink-3'}>
            {text}
          </span>
        )
      },
    },
  ]
}

const passesOn: Reading = { state: 'unsupported', reason: 'An exchange passes messages on and keeps none' }

function reading(id: string, header: string, width: string, narrowLabel = header.toLowerCase()) {
  return {
    id,
    header,
    sort: id,
    align: 'right',
    width,
    narrow: id === 'outRate' ? 'hidden' : 'meta',
    narrowLabel,
    cell: (row) => (
      <MeasureText
        measure={measure(row.readings[id] ?? (row.type === 'exchange' ? passesOn : undefined))}
        tone={id === 'depth' && row.deadLetter.isDeadLetter ? 'crit' : undefined}
      />
    ),
  } satisfies Column<Destination>
}
