'use client'

import { useState } from 'react'
import { byTrouble } from '@/components/features/brokers'
import { SandboxStrip } from '@/components/features/sandbox'
import { Card } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { addBrokerPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { useDeadLetters } from '@/lib/queries/dead-letters'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useNeeds } from '@/lib/queries/needs'
import type { Broker } from '@/lib/schemas/broker'
import type { NeedPage } from '@/lib/schemas/need'
import { BrokersTable } from './brokers-table.tsx'
import { ChangesList } from './changes-list.tsx'
import { NeedsList } from './needs-list.tsx'
import { findUnchecked } from './unchecked.ts'

/** What needs a person, in sentences, with what changed beside it; then every broker's health. */
export function OverviewPage() {
  const [showsAcknowledged, setShowsAcknowledged] = useState(false)
  const brokers = useBrokers()
  const deadLetters = useDeadLetters()
  const needs = useNeeds(true)
  const list = brokers.data
  const page = needs.data
  const open = page?.items.filter((need) => !need.acknowledged) ?? []
  const taken = page?.items.filter((need) => need.acknowledged) ?? []
  const shown = showsAcknowledged ? [...open, ...taken] : open
  const openCount = (page?.total ?? 0) - taken.length
  const playable = list?.find((broker) => broker.abilities.sandbox?.level === 'full')
  const labelOf = (id: string) => list?.find((broker) => broker.id === id)?.label ?? id
  const unchecked = findUnchecked(page?.problems ?? [], list ?? [], [
    ...(needs.isError ? [`What needs you: ${wordsOf(needs.error)}`] : []),
    ...(deadLetters.isError ? [`Dead letters: ${wordsOf(deadLetters.error)}`] : []),
  ])
  return (
    <Page crumbs={[{ label: 'Overview' }]}>
      <div>
        <h1 className={titleClass}>
          {!list || !page
            ? brokers.isError
              ? 'The brokers could not be read'
              : needs.isError
                ? 'Not everything could be checked'
                : 'Looking around'
            : openCount === 0
              ? 'Nothing needs you'
              : `${countOf(openCount, 'thing')} ${openCount === 1 ? 'needs' : 'need'} you`}
        </h1>
        <p className="text-ink-3">
          {list && page ? (
            <Checked brokers={list} checked={page.checked} unchecked={unchecked.count} />
          ) : (
            'Reading every broker once'
          )}
          {taken.length > 0 ? (
            <>
              ;{' '}
              <button
                type="button"
                className="underline underline-offset-3"
                aria-pressed={showsAcknowledged}
                onClick={() => setShowsAcknowledged(!showsAcknowledged)}
              >
                {showsAcknowledged ? 'hide' : 'show'} {formatCount(taken.length)} acknowledged
              </button>
            </>
          ) : null}
        </p>
      </div>
      {playable ? <SandboxStrip broker={playable} /> : null}
      {list && list.length > 0 ? (
        <div
          className={
            shown.length > 0
              ? 'grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]'
              : 'flex flex-col gap-4'
          }
        >
          {shown.length > 0 ? (
            <NeedsList
              needs={shown}
              total={showsAcknowledged ? (page?.total ?? 0) : openCount}
              labelOf={labelOf}
            />
          ) : null}
          <ChangesList labelOf={labelOf} />
        </div>
      ) : null}
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

function Checked({
  brokers,
  checked,
  unchecked,
}: {
  brokers: readonly Broker[]
  checked: NeedPage['checked']
  unchecked: number
}) {
  const found = brokers.filter((broker) => broker.state === 'found').length
  return (
    <>
      {countOf(checked.brokers, 'broker')}
      {checked.groups > 0 ? <>, {countOf(checked.groups, 'group')}</> : null},{' '}
      {countOf(checked.deadLetterQueues, 'dead-letter queue')} checked
      {checked.at ? (
        <>
          {' '}
          <Time at={checked.at} style="age" />
        </>
      ) : null}
      {unchecked > 0 ? <>; {countOf(unchecked, 'thing')} could not be checked</> : null}
      {found > 0 ? <>; {found} found on this machine, not connected</> : null}
    </>
  )
}
