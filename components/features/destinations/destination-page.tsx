'use client'

import { MailX } from 'lucide-react'
import { useEffect } from 'react'
import { BlockedNote, EnvTag } from '@/components/features/brokers'
import { DestinationCharts } from '@/components/features/charts'
import { ConnectionDrawer, HeldBy } from '@/components/features/connections'
import { MessageDrawer, MessagesTab, ReplayAll } from '@/components/features/messages'
import { PublishTab } from '@/components/features/publish'
import { noteStep, SandboxGuide } from '@/components/features/sandbox'
import { VerdictLine } from '@/components/features/status'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { Chip } from '@/components/ui/pill'
import { Tabs } from '@/components/ui/tabs'
import { useUrlState } from '@/components/ui/use-url-state'
import { nameOf, visibleText } from '@/lib/format/name'
import { brokerPath, destinationPath } from '@/lib/format/paths'
import { useBroker } from '@/lib/queries/brokers'
import { useDestination } from '@/lib/queries/destinations'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import { BindingsTable } from './bindings-table.tsx'
import { ConsumersTable } from './consumers-table.tsx'
import { DestinationActs } from './destination-acts.tsx'
import { DestinationFacts } from './destination-facts.tsx'
import { PartitionsTable } from './partitions-table.tsx'
import { SettingsTable } from './settings-table.tsx'
import { tabsOf } from './tabs.ts'
import { pluralType, typeWords } from './words.ts'

/** One destination: six facts, then its messages and parts. */
export function DestinationPage({
  broker: brokerId,
  destination: id,
}: {
  broker: string
  destination: string
}) {
  const broker = useBroker(brokerId)
  const query = useDestination(brokerId, id)
  const { get } = useUrlState()
  const row = query.data
  const crumbs = [
    { label: broker.data?.label ?? brokerId, href: brokerPath(brokerId) },
    ...(row
      ? [
          {
            label: pluralType(row.type).toLowerCase(),
            href: brokerPath(brokerId, { filter: `type=${row.type}` }),
          },
        ]
      : []),
    row ? { label: nameOf(row) } : { label: 'destination', isPlaceholder: true },
  ]
  if (!row || !broker.data) {
    const failed = query.isError ? query : broker.isError ? broker : null
    return (
      <Page crumbs={crumbs}>
        <h1 className="sr-only">Destination</h1>
        <Card>
          {failed ? (
            <Failed
              what="Reading the destination failed"
              words={wordsOf(failed.error)}
              forbidden={isForbidden(failed.error)}
              onRetry={() => failed.refetch()}
            />
          ) : (
            <LoadingRows label="Loading the destination" />
          )}
        </Card>
      </Page>
    )
  }
  const tabs = tabsOf(row)
  const tab = tabs.find((one) => one.id === get('tab'))?.id ?? tabs[0]?.id ?? 'settings'
  const message = get('message')
  const connection = get('connection')
  const drawer =
    tab === 'messages' && message ? (
      <MessageDrawer broker={broker.data} row={row} id={message} />
    ) : tab === 'consumers' && connection ? (
      <ConnectionDrawer broker={broker.data} id={connection} destination={row.id} />
    ) : null
  return (
    <Page crumbs={crumbs} fill={tab === 'messages'} drawer={drawer}>
      <DestinationTitle broker={broker.data} row={row} />
      {broker.data.abilities.sandbox?.level === 'full' && row.deadLetter.isDeadLetter ? (
        <SandboxGuide broker={broker.data} source={row.id} />
      ) : null}
      <BlockedNote broker={broker.data} />
      {broker.data.state === 'down' ? (
        <Note tone="crit">
          {visibleText(broker.data.label)} is unreachable: {visibleText(broker.data.reason ?? 'no answer')}.
          What stands here was read before.
        </Note>
      ) : query.isError ? (
        <Note tone="warn">Not refreshed: {wordsOf(query.error)}. What stands here was read before.</Note>
      ) : null}
      {[...new Set((row.problems ?? []).map(({ message }) => message))].slice(0, 3).map((message) => (
        <Note key={message} tone="warn">
          {visibleText(message)}
        </Note>
      ))}
      {row.verdict ? (
        <VerdictLine verdict={row.verdict} of={`${nameOf(row)} on ${broker.data.label}`} />
      ) : null}
      <DestinationFacts broker={brokerId} row={row} />
      {/* Beside a drawer there is room for the list or for charts, and the list is what one came for. */}
      {row.type === 'exchange' || drawer ? null : <DestinationCharts broker={brokerId} row={row} />}
      <Tabs
        label="Parts of this destination"
        current={tab}
        tabs={tabs.map((one) => ({
          ...one,
          href: destinationPath(brokerId, id, { tab: one.id === tabs[0]?.id ? null : one.id }),
        }))}
      />
      <TabBody tab={tab} broker={broker.data} row={row} />
      <ReplayAll broker={broker.data} row={row} />
    </Page>
  )
}

function TabBody({ tab, broker, row }: { tab: string; broker: Broker; row: DestinationDetail }) {
  if (tab === 'messages') return <MessagesTab broker={broker} row={row} />
  if (tab === 'publish') return <PublishTab broker={broker} row={row} />
  if (tab === 'bindings') return <BindingsTable broker={broker.id} row={row} />
  if (tab === 'partitions') return <PartitionsTable row={row} />
  if (tab === 'consumers')
    return (
      <>
        <ConsumersTable row={row} />
        <HeldBy broker={broker} destination={row.id} />
      </>
    )
  return <SettingsTable row={row} />
}

function DestinationTitle({ broker, row }: { broker: Broker; row: DestinationDetail }) {
  const { isDeadLetter, role, origins, evidence } = row.deadLetter
  const playable = broker.abilities.sandbox?.level === 'full'
  useEffect(() => {
    if (playable && isDeadLetter) noteStep('opened')
  }, [playable, isDeadLetter])
  const why = evidence.map((item) => `${item.rule}: ${item.detail}`).join('\n')
  return (
    <PageTitle acts={<DestinationActs broker={broker} row={row} />}>
      <h1 className={titleClass}>
        <Name name={nameOf(row)} namespace={row.namespace} />
      </h1>
      <CopyButton compact label="Copy the name" text={row.name} />
      <EnvTag environment={broker.environment} />
      <Chip>{typeWords(row)}</Chip>
      {isDeadLetter ? (
        <span title={visibleText(why)}>
          <Chip tone="crit">
            <MailX className="size-3.5 shrink-0" aria-hidden />
            {origins.length === 0 ? 'dead letters' : 'dead letters of'}
            {origins.slice(0, 2).map((origin) =>
              origin.id ? (
                <AppLink
                  key={origin.id}
                  href={destinationPath(broker.id, origin.id)}
                  title={origin.via}
                  className="truncate underline underline-offset-2"
                >
                  {visibleText(origin.name)}
                </AppLink>
              ) : (
                <span key={origin.name} title={origin.via} className="truncate">
                  {visibleText(origin.name)}
                </span>
              ),
            )}
            {origins.length > 2 ? `and ${origins.length - 2} more` : ''}
          </Chip>
        </span>
      ) : role ? (
        <Chip>{role === 'retry' ? 'retry: waits, then goes back' : 'parked messages'}</Chip>
      ) : null}
    </PageTitle>
  )
}
