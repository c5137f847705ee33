'use client'

import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Choices, Field, Input, Select } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { useDebounced } from '@/components/ui/use-debounced'
import { blockedReason } from '@/lib/domain/ability-words'
import { nameOf, visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import { useBrokers } from '@/lib/queries/brokers'
import { useDestinationSearch } from '@/lib/queries/destinations'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { Destination } from '@/lib/schemas/destination'

export type TargetChoice =
  | { readonly kind: 'origin' }
  | {
      readonly kind: 'other'
      readonly broker: string
      readonly id?: string
      readonly name?: string
      readonly type?: Destination['type']
      readonly routingKey?: string
    }

/** Back to where they came from, or to a chosen destination on this or another broker. */
export function TargetPicker({
  source,
  origin,
  originVia,
  target,
  onChange,
}: {
  source: Broker
  origin: string | null
  originVia: string | null
  target: TargetChoice
  onChange: (target: TargetChoice) => void
}) {
  return (
    <>
      <Choices
        label="Where the messages go"
        value={target.kind}
        onChange={(kind) =>
          onChange(kind === 'origin' ? { kind: 'origin' } : { kind: 'other', broker: source.id })
        }
        options={[
          { id: 'origin', label: 'Back to the origin' },
          { id: 'other', label: 'Another destination' },
        ]}
      />
      {target.kind === 'origin' ? (
        <OriginLine source={source} origin={origin} via={originVia} />
      ) : (
        <OtherTarget target={target} onChange={onChange} />
      )}
    </>
  )
}

function OriginLine({ source, origin, via }: { source: Broker; origin: string | null; via: string | null }) {
  const found = useDestinationSearch(origin ? source.id : null, origin ?? '')
  const row = found.data?.items.find((item) => item.name === origin && item.type !== 'exchange')
  if (!origin)
    return (
      <p className="text-ink-2">
        Each to the origin its own headers name. A message that names none is skipped and says so.
      </p>
    )
  return (
    <div className="rounded-control border px-3 py-2">
      <p className="flex flex-wrap items-center gap-2">
        <Name name={origin} mono className="text-[12.5px] font-[560]" />
        <EnvTag environment={source.environment} />
        {via ? <span className="text-ink-3">{visibleText(via)}</span> : null}
      </p>
      {row ? <TargetFacts row={row} /> : null}
    </div>
  )
}

function OtherTarget({
  target,
  onChange,
}: {
  target: Extract<TargetChoice, { kind: 'other' }>
  onChange: (target: TargetChoice) => void
}) {
  const brokers = useBrokers()
  const [q, setQ] = useState('')
  const settledQ = useDebounced(q, 150)
  const found = useDestinationSearch(target.broker, settledQ)
  const usable = (brokers.data ?? []).filter((broker) => broker.state !== 'found')
  const chosen = usable.find((broker) => broker.id === target.broker)
  const rows = (found.data?.items ?? []).filter((row) => blockedReason(row.abilities, 'publish') === null)
  const picked = rows.find((row) => row.id === target.id)
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Field label="Broker">
          {(id) => (
            <span className="flex items-center gap-2">
              <Select
                id={id}
                value={target.broker}
                onChange={(event) => onChange({ kind: 'other', broker: event.target.value })}
              >
                {usable.map((broker) => (
                  <option key={broker.id} value={broker.id}>
                    {visibleText(broker.label)}
                  </option>
                ))}
              </Select>
              {chosen ? <EnvTag environment={chosen.environment} /> : null}
            </span>
          )}
        </Field>
        <Field label="Find a destination">
          {(id) => (
            <Input
              id={id}
              value={q}
              placeholder="Part of its name"
              onChange={(event) => setQ(event.target.value)}
            />
          )}
        </Field>
      </div>
      <fieldset aria-label="Destination" className="max-h-52 min-w-0 overflow-y-auto rounded-control border">
        {found.isError ? <p className="p-3 text-crit-ink">{wordsOf(found.error)}</p> : null}
        {found.isSuccess && rows.length === 0 ? (
          <p className="p-3 text-ink-3">Nothing to publish to matches</p>
        ) : null}
        {rows.map((row) => (
          <label
            key={row.id}
            className="flex cursor-pointer items-center gap-2.5 border-b px-3 py-1.5 last:border-b-0 hover:bg-sunken"
          >
            <input
              type="radio"
              name="replay-target"
              checked={row.id === target.id}
              onChange={() =>
                onChange({
                  kind: 'other',
                  broker: target.broker,
                  id: row.id,
                  name: nameOf(row),
                  type: row.type,
                })
              }
            />
            <Name name={nameOf(row)} namespace={row.namespace} />
            <span className="ml-auto shrink-0 text-ink-3">{row.type}</span>
          </label>
        ))}
      </fieldset>
      {target.type === 'exchange' ? (
        <Field label="Routing key" hint="Empty: each message keeps its own">
          {(id) => (
            <Input
              id={id}
              value={target.routingKey ?? ''}
              onChange={(event) => onChange({ ...target, routingKey: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {picked ? <TargetFacts row={picked} /> : null}
    </div>
  )
}

/** Who takes from the target and what waits there already, before anything is added. */
function TargetFacts({ row }: { row: Destination }) {
  const depth = measure(row.readings.depth, 'full')
  const consumers = measure(row.readings.consumers, 'full')
  return (
    <p className="mt-1 text-ink-2">
      {depth.value === null ? `How many wait there is unknown` : `${formatCount(depth.value)} there now`},{' '}
      {consumers.value === null
        ? 'consumers unknown'
        : consumers.value === 0
          ? 'nobody consumes it'
          : `${formatCount(consumers.value)} consume it`}
      {row.deadLetter.target ? `; what it rejects goes to ${visibleText(row.deadLetter.target.name)}` : ''}.
    </p>
  )
}
