'use client'

import { Card } from '@/components/ui/card'
import { ListFoot } from '@/components/ui/list-foot'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Chip } from '@/components/ui/pill'
import { type Level, StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { measure } from '@/lib/format/reading'
import { useNodes } from '@/lib/queries/connections'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { Node } from '@/lib/schemas/node'
import { type Gauge, gaugesOf } from './gauges.ts'

const nearShare = 0.8

/** Every server of a broker: its state, what it uses against its limits, and each trouble in a sentence. */
export function NodeList({ broker }: { broker: Broker }) {
  const list = useNodes(broker.id)
  const ability = broker.abilities.nodes
  const nodes = list.data?.items ?? []
  return (
    <>
      {ability?.level === 'partial' && ability.reason ? <Note>{ability.reason}</Note> : null}
      <Card className="min-h-0 overflow-y-auto">
        {nodes.length > 0 ? (
          <ul aria-label={`Nodes of ${broker.label}`}>
            {nodes.map((node) => (
              <NodeRow key={node.id} node={node} />
            ))}
          </ul>
        ) : list.isPending ? (
          <LoadingRows label="Loading nodes" rows={3} />
        ) : list.isError ? (
          <Failed
            what={`Reading the nodes of ${broker.label} failed`}
            words={wordsOf(list.error)}
            forbidden={isForbidden(list.error)}
            onRetry={() => list.refetch()}
          />
        ) : (
          <Empty title="No nodes known">
            {broker.state === 'down' || broker.state === 'connecting'
              ? 'The broker was not read yet.'
              : 'The broker told of none.'}
          </Empty>
        )}
      </Card>
      <ListFoot
        matching={null}
        total={list.isSuccess ? nodes.length : null}
        filtered={false}
        problems={list.data?.problems ?? []}
        part="part"
      />
    </>
  )
}

function levelOf({ state, problems }: Node): Level {
  if (state === 'down') return 'crit'
  if (problems.length > 0) return 'warn'
  return state === 'unknown' ? 'unknown' : 'ok'
}

function NodeRow({ node }: { node: Node }) {
  const level = levelOf(node)
  return (
    <li className="flex flex-col gap-2 border-b px-3.5 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2.5">
        <div className="flex w-64 min-w-0 flex-col gap-0.5 max-md:w-full">
          <span className="flex min-w-0 items-center gap-2.5">
            <StateMark level={level} label={node.state} />
            <span className="flex min-w-0 font-[560]">
              <Name name={node.name} />
            </span>
            {node.role ? <Chip>{visibleText(node.role)}</Chip> : null}
          </span>
          <span className="flex flex-wrap gap-x-2 pl-5 text-[12px] text-ink-3">
            <span className={level === 'crit' ? 'font-[560] text-crit-ink' : undefined}>
              {visibleText(node.state)}
            </span>
            {node.version ? <span>{visibleText(node.version)}</span> : null}
            {node.startedAt ? (
              <span>
                started <Time at={node.startedAt} style="age" />
              </span>
            ) : null}
          </span>
        </div>
        <dl className="grid min-w-0 flex-1 grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-x-5 gap-y-2.5 max-md:w-full max-md:flex-none max-md:grid-cols-2">
          {gaugesOf(node.readings).map((gauge) => (
            <GaugeCell key={gauge.id} gauge={gauge} />
          ))}
        </dl>
      </div>
      {node.problems.length > 0 ? (
        <ul className="flex flex-col gap-0.5 pl-5 text-warn-ink max-md:pl-0">
          {node.problems.map(({ message }) => (
            <li key={message}>{visibleText(message)}</li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}

function GaugeCell({ gauge: { label, reading, limit, isFree, share } }: { gauge: Gauge }) {
  const isNear = share !== null && share >= nearShare
  const between = isFree ? ', at least' : ' of'
  return (
    <div className="min-w-0">
      <dt className="truncate text-[11.5px] text-ink-3">{label}</dt>
      <dd className="flex flex-col gap-1 tabular-nums">
        <span className="truncate">
          <MeasureText measure={measure(reading)} className="font-[560]" />
          {limit ? (
            <span className="text-ink-3">
              {between} <MeasureText measure={measure(limit)} />
            </span>
          ) : null}
        </span>
        {share === null ? null : (
          <span aria-hidden className="block h-1.5 rounded-full bg-line">
            <span
              className={`block h-1.5 rounded-full ${isNear ? 'bg-crit' : 'bg-s1'}`}
              style={{ width: `${Math.max(share * 100, share > 0 ? 2 : 0)}%` }}
            />
          </span>
        )}
      </dd>
    </div>
  )
}
