import { Choices, Field, Input } from '@/components/ui/field'
import { useZone } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import type { LagRow } from '@/lib/schemas/group'
import type { Draft, TargetKind } from './words.ts'

const kinds: readonly { id: TargetKind; label: string }[] = [
  { id: 'earliest', label: 'Earliest' },
  { id: 'latest', label: 'Latest' },
  { id: 'time', label: 'A time' },
  { id: 'offset', label: 'An offset' },
  { id: 'shift', label: 'Shift by' },
]
const meanings: Record<TargetKind, string> = {
  earliest: 'Everything that is still kept is read again.',
  latest: 'Everything that waits is skipped; only what arrives from now on is read.',
  time: 'Each partition starts at its first message of that time or later.',
  offset: 'Each chosen partition starts at this offset; one that is not there is put to the nearest.',
  shift: 'Each partition moves by so many messages: negative reads again, positive skips.',
}

interface TargetFieldsProps {
  draft: Draft
  onDraft: (draft: Draft) => void
  error: string | null
}

/** Where the group is to go on. */
export function TargetFields({ draft, onDraft, error }: TargetFieldsProps) {
  const zone = useZone()
  const input = (name: 'time' | 'offset' | 'shift', label: string, type = 'text') => (
    <Field label={label} error={draft[name] !== '' && error ? error : undefined}>
      {(id) => (
        <Input
          id={id}
          type={type}
          step={type === 'datetime-local' ? 1 : undefined}
          className="w-60"
          value={draft[name]}
          onChange={(event) => onDraft({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <div className="flex flex-col gap-3">
      <Choices
        label="Where to go on"
        options={kinds}
        value={draft.kind}
        onChange={(kind) => onDraft({ ...draft, kind: kind as TargetKind })}
      />
      <p className="text-ink-2">{meanings[draft.kind]}</p>
      {draft.kind === 'time'
        ? input('time', zone === 'utc' ? 'Time (UTC)' : 'Time (local)', 'datetime-local')
        : null}
      {draft.kind === 'offset' ? input('offset', 'Offset') : null}
      {draft.kind === 'shift' ? input('shift', 'Messages, negative to read again') : null}
    </div>
  )
}

export const partKey = ({ destination, partition }: Pick<LagRow, 'destination' | 'partition'>) =>
  `${partition} ${destination}`

interface PartFieldsProps {
  rows: readonly LagRow[]
  part: 'partition' | 'stream'
  /** Null: all of them. */
  chosen: ReadonlySet<string> | null
  onChosen: (chosen: ReadonlySet<string> | null) => void
}

/** All partitions, or chosen ones. */
export function PartFields({ rows, part, chosen, onChosen }: PartFieldsProps) {
  if (rows.length < 2) return null
  const toggle = (key: string) => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    onChosen(next)
  }
  return (
    <div className="flex flex-col gap-2">
      <Choices
        label={`Which ${part}s`}
        options={[
          { id: 'all', label: `All ${countOf(rows.length, part)}` },
          { id: 'chosen', label: chosen ? `${chosen.size} chosen` : 'Choose' },
        ]}
        value={chosen ? 'chosen' : 'all'}
        onChange={(id) => onChosen(id === 'all' ? null : (chosen ?? new Set()))}
      />
      {chosen ? (
        <ul className="grid max-h-52 grid-cols-2 gap-x-4 overflow-y-auto rounded-control border px-3 py-2 max-md:grid-cols-1">
          {rows.map((row) => (
            <li key={partKey(row)}>
              <label className="flex h-7 min-w-0 items-center gap-2 max-md:h-9">
                <input
                  type="checkbox"
                  className="size-3.5 shrink-0 max-md:size-5"
                  checked={chosen.has(partKey(row))}
                  onChange={() => toggle(partKey(row))}
                />
                <span className="min-w-0 truncate">
                  {visibleText(row.destination)} / {row.partition}
                </span>
                <span className="ml-auto shrink-0 text-ink-3 tabular-nums">lag {measure(row.lag).text}</span>
              </label>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
