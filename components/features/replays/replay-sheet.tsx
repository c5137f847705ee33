'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Sheet } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { replayPath } from '@/lib/format/paths'
import { measureFirst } from '@/lib/format/reading'
import { wordsOf } from '@/lib/queries/errors'
import { useCreateReplay, useReplayAct } from '@/lib/queries/replays'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import type { Replay, ReplayInput } from '@/lib/schemas/replay'
import { PlanView } from './plan-view.tsx'
import { SampleList } from './sample-list.tsx'
import { type TargetChoice, TargetPicker } from './target-picker.tsx'

interface ReplaySheetProps {
  broker: Broker
  row: DestinationDetail
  select: ReplayInput['select']
  samples: readonly Message[]
  origin: string | null
  onClose: () => void
}

/** What, where and how; a dry run beside the real one. Nothing is sent before the button that names count and target. */
export function ReplaySheet({ broker, row, select, samples, origin, onClose }: ReplaySheetProps) {
  const router = useRouter()
  const create = useCreateReplay()
  const act = useReplayAct()
  const [target, setTarget] = useState<TargetChoice>({ kind: 'origin' })
  const [rate, setRate] = useState('')
  const [plan, setPlan] = useState<Replay | null>(null)
  const depth = measureFirst([row.readings.ready, row.readings.depth], 'full')
  const count = 'ids' in select ? select.ids.length : depth.value
  const countWords = count === null ? 'all' : formatCount(count)
  const targetWords = target.kind === 'origin' ? (origin ?? 'their origin') : (target.name ?? 'the target')
  const rateNumber = rate === '' ? undefined : Number(rate)
  const rateWrong = rateNumber !== undefined && !(rateNumber > 0 && rateNumber <= 1_000_000)
  const wrong =
    target.kind === 'other' && !target.id
      ? 'Choose where the messages go'
      : rateWrong
        ? 'The rate must be a number above 0'
        : null
  const inputOf = (dryRun: boolean): ReplayInput => ({
    broker: broker.id,
    source: row.id,
    select,
    target:
      target.kind === 'origin'
        ? { origin: true }
        : {
            broker: target.broker,
            destination: target.id ?? '',
            ...(target.routingKey ? { routingKey: target.routingKey } : {}),
          },
    ...(rateNumber === undefined ? {} : { rate: rateNumber }),
    ...(dryRun ? { dryRun: true } : {}),
  })
  const change = (next: TargetChoice) => {
    setTarget(next)
    setPlan(null)
  }
  const run = () =>
    create.mutate(inputOf(false), {
      onSuccess: ({ id }) =>
        act.mutate({ replay: id, act: 'start' }, { onSuccess: () => router.push(replayPath(id) as Route) }),
    })
  const error = create.error ?? act.error
  return (
    <Sheet
      open
      onClose={onClose}
      title={`Replay ${count === null ? 'every message' : countOf(count, 'message')}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          from <Name name={row.name} namespace={row.namespace} mono className="text-[12px]" />
          on {visibleText(broker.label)} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        <>
          <Button
            className="mr-auto"
            blocked={wrong}
            busy={create.isPending && create.variables?.dryRun === true}
            onClick={() => create.mutate(inputOf(true), { onSuccess: setPlan })}
          >
            Dry run
          </Button>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            blocked={wrong}
            busy={(create.isPending && !create.variables?.dryRun) || act.isPending}
            onClick={run}
          >
            <span className="max-w-72 truncate">
              Replay {countWords} to {visibleText(targetWords)}
            </span>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        <Block title="What">
          <p>
            {'ids' in select
              ? `${countOf(select.ids.length, 'message')}, chosen one by one. The list is frozen when the run is planned.`
              : `Everything that lies in ${visibleText(row.name)} when the run is planned${depth.value === null ? '' : `: ${formatCount(depth.value)} now`}. What arrives later stays.`}
          </p>
          <SampleList samples={samples} isQueue={row.type === 'queue'} />
        </Block>
        <Block title="Where">
          <TargetPicker
            source={broker}
            origin={origin}
            originVia={originEvidence(row, samples)}
            target={target}
            onChange={change}
          />
        </Block>
        <Block title="How">
          <Field
            label="Messages per second"
            hint="Empty: as fast as both brokers confirm"
            error={rateWrong ? 'A number above 0' : undefined}
          >
            {(id) => (
              <Input
                id={id}
                inputMode="decimal"
                className="w-40"
                value={rate}
                onChange={(event) => setRate(event.target.value.trim())}
              />
            )}
          </Field>
          <p className="text-ink-2">
            Each message is written to the ledger before it is sent, sent with confirmation, and only then
            taken from {visibleText(row.name)}. Key, headers and body arrive byte for byte; failure headers
            are left out and signalbox-replay headers added.
          </p>
          {plan ? <PlanView plan={plan} /> : null}
        </Block>
        {error ? <Note tone="crit">{wordsOf(error)}</Note> : null}
      </div>
    </Sheet>
  )
}

function Block({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h3 className="border-b pb-1.5 text-[11.5px] font-[620] text-ink-3">{title}</h3>
      {children}
    </section>
  )
}

/** How we know where they came from: the header, else the topology. */
function originEvidence(row: DestinationDetail, samples: readonly Message[]): string | null {
  const headers = samples.flatMap(
    (message) =>
      message.deadLetter?.evidence
        .filter((item) => item.field.startsWith('origin'))
        .map((item) => item.header) ?? [],
  )
  if (headers.length > 0) return `from header ${[...new Set(headers)].slice(0, 2).join(', ')}`
  const [only] = row.deadLetter.origins
  return only ? `by ${only.via}` : null
}
