'use client'

import { byTrouble } from '@/components/features/brokers'
import { SandboxStrip } from '@/components/features/sandbox'
import { Card } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { useNow } from '@/components/ui/use-now'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { addBrokerPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useGroupsOf } from '@/lib/queries/groups'
import { useReplays } from '@/lib/queries/replays'
import type { Broker } from '@/lib/schemas/broker'
import { BrokersTable } from './brokers-table.tsx'
import { findNeeds } from './needs.ts'
import { NeedsList } from './needs-list.tsx'
import { findUnchecked } from './unchecked.ts'

/** What needs a person, in sentences; then every broker's health. */
export function OverviewPage() {
  const now = useNow()
  const brokers = useBrokers()
  const deadLetters = useDeadLetters()
  const replays = useReplays()
  const list = brokers.data
  const { groups, failures } = useGroupsOf(
    (list ?? [])
      .filter(({ state, abilities }) => canBeRead(state) && (abilities.groups?.level ?? 'none') !== 'none')
      .map(({ id }) => id),
  )
  const needs =
    list && deadLetters.data && groups
      ? findNeeds(list, deadLetters.data.items, replays.data?.items ?? [], groups, now)
      : null
  const playable = list?.find((broker) => broker.abilities.sandbox?.level === 'full')
  const labelOf = (id: string) => list?.find((broker) => broker.id === id)?.label ?? id
  const unchecked = findUnchecked(deadLetters.data?.problems ?? [], list ?? [], [
    ...(deadLetters.isError ? [`Dead letters: ${wordsOf(deadLetters.error)}`] : []),
    ...(replays.isError ? [`Replays: ${wordsOf(replays.error)}`] : []),
    ...failures.map(({ broker, words }) => `Groups of ${labelOf(broker)}: ${words}`),
  ])
  return (
    <Page crumbs={[{ label: 'Overview' }]}>
      <div>
        <h1 className={titleClass}>
          {needs === null
            ? brokers.isError
              ? 'The brokers could not be read'
              : deadLetters.isError
                ? 'Not everything could be checked'
                : 'Looking around'
            : needs.length === 0
              ? 'Nothing needs you'
              : `${countOf(needs.length, 'thing')} ${needs.length === 1 ? 'needs' : 'need'} you`}
        </h1>
        <p className="text-ink-3">
          {list ? (
            <Checked
              brokers={list}
              groups={groups?.length}
              queues={deadLetters.data?.items.length}
              unchecked={unchecked.count}
            />
          ) : (
            'Reading every broker once'
          )}
        </p>
      </div>
      {playable ? <SandboxStrip broker={playable} /> : null}
      {needs && needs.length > 0 ? <NeedsList needs={needs} /> : null}
      {unchecked.lines.length > 0 ? (
        <Note tone="warn">
          {unchecked.lines.slice(0, 5).map((line) => (
            <p key={line}>{visibleText(line)}</p>
          ))}
          {unchecked.lines.length > 5 ? <p>and {unchecked.lines.length - 5} more</p> : null}
        </Note>
      ) : null}
      {list && list.length > 0 ? (
        <BrokersTable
          brokers={[...list].sort(byTrouble)}
          deadLetters={deadLetters.data?.items ?? (deadLetters.isError ? null : undefined)}
        />
      ) : (
        <Card>
          {brokers.isPending ? <LoadingRows rows={5} label="Loading brokers" /> : null}
          {brokers.isError ? (
            <Failed
              what="Listing the brokers failed"
              words={wordsOf(brokers.error)}
              forbidden={isForbidden(brokers.error)}
              onRetry={() => brokers.refetch()}
            />
          ) : null}
          {list?.length === 0 ? (
            <Empty title="No broker is configured">
              <AppLink href={addBrokerPath()} className="underline underline-offset-3">
                Add one by form
              </AppLink>
              , or write it into signalbox.yaml and start Signalbox again. Nothing was found on this machine's
              standard ports, and the sandbox is off.
            </Empty>
          ) : null}
        </Card>
      )}
    </Page>
  )
}

function canBeRead(state: Broker['state']): boolean {
  return state === 'up' || state === 'degraded'
}

function Checked({
  brokers,
  groups,
  queues,
  unchecked,
}: {
  brokers: readonly Broker[]
  groups: number | undefined
  queues: number | undefined
  unchecked: number
}) {
  const connected = brokers.filter((broker) => broker.state !== 'found')
  const found = brokers.length - connected.length
  const sampled = connected.map((broker) => broker.sampledAt).filter((at) => at !== null)
  const oldest = sampled.sort()[0]
  return (
    <>
      {countOf(connected.length, 'broker')}
      {groups ? <>, {countOf(groups, 'group')}</> : null}
      {queues === undefined ? null : <>, {countOf(queues, 'dead-letter queue')}</>} checked
      {oldest ? (
        <>
          {' '}
          <Time at={oldest} style="age" />
        </>
      ) : null}
      {unchecked > 0 ? <>; {countOf(unchecked, 'thing')} could not be checked</> : null}
      {found > 0 ? <>; {found} found on this machine, not connected</> : null}
    </>
  )
}
