'use client'

import { BlockedNote, EnvTag } from '@/components/features/brokers'
import { DerivedFacts, GroupCharts } from '@/components/features/charts'
import { ResetButton, ResetNotes } from '@/components/features/offsets'
import { SeriesLine } from '@/components/features/series'
import { VerdictLine } from '@/components/features/status'
import { Card, CardHead, Fact, Facts } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { Chip } from '@/components/ui/pill'
import { useUrlState } from '@/components/ui/use-url-state'
import { drainOfGroup } from '@/lib/domain/drain'
import { membersOf } from '@/lib/domain/members'
import { partWord, summarize } from '@/lib/domain/status'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount, formatRate } from '@/lib/format/number'
import { brokerPath } from '@/lib/format/paths'
import { type Measure, measure } from '@/lib/format/reading'
import { formatDuration } from '@/lib/format/time'
import { useBroker } from '@/lib/queries/brokers'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useGroup } from '@/lib/queries/groups'
import { useRecent } from '@/lib/queries/recent'
import type { Broker } from '@/lib/schemas/broker'
import type { Group } from '@/lib/schemas/group'
import { groupType, membersWord } from './group-words.ts'
import { LagPicture } from './lag-picture.tsx'
import { LagTable } from './lag-table.tsx'
import { MembersTable } from './members-table.tsx'
import { PendingTable } from './pending-table.tsx'
import { useLagActs, useMemberActs, usePendingActs } from './row-acts.tsx'

/** One consumer group: a verdict with its evidence, then the lag of every partition. */
export function GroupPage({ broker: brokerId, group: groupId }: { broker: string; group: string }) {
  const broker = useBroker(brokerId)
  const query = useGroup(brokerId, groupId)
  const { set } = useUrlState()
  const group = query.data
  const lag = useRecent(brokerId, 'groups', 'lag', groupId)
  const crumbs = [
    { label: broker.data?.label ?? brokerId, href: brokerPath(brokerId) },
    { label: 'groups', href: brokerPath(brokerId, { tab: 'groups' }) },
    group ? { label: group.name } : { label: 'group', isPlaceholder: true },
  ]
  if (!group)
    return (
      <Page crumbs={crumbs}>
        <h1 className="sr-only">Consumer group</h1>
        <Card>
          {query.isPending ? <LoadingRows label="Loading the group" /> : null}
          {query.isError ? (
            <Failed
              what="Reading the group failed"
              words={wordsOf(query.error)}
              forbidden={isForbidden(query.error)}
              onRetry={() => query.refetch()}
            />
          ) : null}
        </Card>
      </Page>
    )
  return (
    <Page crumbs={crumbs}>
      <div className="flex flex-col gap-1">
        <PageTitle
          acts={
            <>
              {broker.data ? <ResetButton broker={broker.data} group={group} part={partWord(group)} /> : null}
              <CopyButton label="Copy summary" shortcut="c" text={() => summaryOf(group, brokerId)} />
            </>
          }
        >
          <h1 className={titleClass}>
            <Name name={group.name} />
          </h1>
          {broker.data ? <EnvTag environment={broker.data.environment} /> : null}
          <Chip>{groupType(group)}</Chip>
        </PageTitle>
        {group.verdict ? <VerdictLine verdict={group.verdict} /> : null}
      </div>
      <BlockedNote broker={broker.data} />
      {broker.data?.state === 'down' ? (
        <Note tone="crit">
          {visibleText(broker.data.label)} is unreachable: {visibleText(broker.data.reason ?? 'no answer')}.
          What stands here was read before.
        </Note>
      ) : query.isError ? (
        <Note tone="warn">Not refreshed: {wordsOf(query.error)}. What stands below was read before.</Note>
      ) : null}
      <ResetNotes broker={brokerId} group={groupId} onPlan={() => set({ offsets: 'plan' })} />
      <GroupNumbers
        group={group}
        line={<SeriesLine series={lag.data} isPending={lag.isPending} metric="lag" tone="s1" />}
      />
      <GroupCharts broker={brokerId} group={group} />
      <LagPicture broker={brokerId} group={group} />
      <Card className="overflow-hidden">
        <CardHead title={`Lag by ${partWord(group)}`} hint={countOf(group.lag.length, partWord(group))} />
        {group.lag.length === 0 ? (
          <Empty title="No partitions">This group has committed nothing and reads nothing.</Empty>
        ) : (
          <LagCard broker={broker.data} group={group} />
        )}
      </Card>
      <Card className="overflow-hidden">
        <CardHead title="Members" hint={membersWord(group)} />
        {group.members.length === 0 ? (
          membersOf(group) === null ? (
            <Empty title="Members not known">What of this group could not be read is said above.</Empty>
          ) : (
            <Empty title="No members">Nobody is reading with this group now.</Empty>
          )
        ) : (
          <MembersCard broker={broker.data} group={group} />
        )}
      </Card>
      {group.pending ? <PendingCard broker={broker.data} group={group} /> : null}
    </Page>
  )
}

interface CardProps {
  broker: Broker | undefined
  group: Group
}

function LagCard({ broker, group }: CardProps) {
  const { act, dialog } = useLagActs(broker, group)
  return (
    <>
      <LagTable rows={group.lag} part={partWord(group)} act={act} />
      {dialog}
    </>
  )
}

function MembersCard({ broker, group }: CardProps) {
  const { act, dialog } = useMemberActs(broker, group)
  return (
    <>
      <MembersTable members={group.members} act={act} />
      {dialog}
    </>
  )
}

function PendingCard({ broker, group }: CardProps) {
  const { selection, button, dialog } = usePendingActs(broker, group)
  return (
    <Card className="overflow-hidden">
      <CardHead
        title="Delivered, not acknowledged"
        hint="most deliveries first: what comes back again and again stands on top"
      >
        {button}
      </CardHead>
      {group.pending?.length ? (
        <PendingTable rows={group.pending} selection={selection} />
      ) : (
        <Empty title="Nothing pending">Everything delivered was acknowledged.</Empty>
      )}
      {dialog}
    </Card>
  )
}

function GroupNumbers({ group, line }: { group: Group; line: React.ReactNode }) {
  const unknown = group.lag.filter((row) => row.lag.state !== 'ok').length
  const worst = group.lag.reduce<number | null>((most, row) => {
    const { value } = measure(row.lag)
    return value === null ? most : Math.max(most ?? 0, value)
  }, null)
  const topics = new Set(group.lag.map((row) => row.destination)).size
  return (
    <Facts>
      <Fact label="Lag">
        <span className="flex items-center gap-2.5">
          <MeasureText measure={measure(group.total, 'full')} />
          <span className="font-[450] text-[12px] leading-4 max-md:hidden">{line}</span>
        </span>
      </Fact>
      <Fact label={`Worst ${partWord(group)}`}>
        {worst === null ? <span className="text-ink-3">unknown</span> : formatCount(worst)}
      </Fact>
      <Fact label="Arriving" hint="Messages a second, over the last 5 minutes">
        <Rate measure={measure(group.pace?.arriving)} />
      </Fact>
      <Fact label="Reading" hint="Messages committed a second, over the last 5 minutes">
        <Rate measure={measure(group.pace?.reading)} />
      </Fact>
      <Fact label="Catches up in" hint="At the rates of the last 5 minutes">
        <Drain group={group} />
      </Fact>
      <DerivedFacts readings={derivedOf(group)} names={derived} />
      <Fact label="Members">{membersWord(group)}</Fact>
      <Fact label="State">{visibleText(group.state)}</Fact>
      {topics > 1 ? <Fact label="Reads">{countOf(topics, 'destination')}</Fact> : null}
      {unknown > 0 ? (
        <Fact label="Not counted" hint="Partitions without a commit, or that could not be read">
          {formatCount(unknown)} <Small>of {group.lag.length}</Small>
        </Fact>
      ) : null}
    </Facts>
  )
}

const derived = ['lagSeconds', 'retentionUsed', 'timeToLoss', 'processingTime', 'errorRate', 'lost']

function derivedOf(group: Group) {
  return { ...group.readings, ...(group.totalSeconds ? { lagSeconds: group.totalSeconds } : {}) }
}

function Small({ children }: { children: React.ReactNode }) {
  return <span className="text-[12px] font-[450] text-ink-3">{children}</span>
}

function Rate({ measure: { value, title } }: { measure: Measure }) {
  if (value === null)
    return (
      <span className="text-ink-3" title={title}>
        unknown
      </span>
    )
  return (
    <>
      {formatRate(value)} <Small>/s</Small>
    </>
  )
}

function Drain({ group }: { group: Group }) {
  const drain = drainOfGroup(group)
  if (drain === 0) return <span className="text-ink-3">caught up</span>
  if (drain === null) return <span className="text-ink-3">unknown</span>
  if (drain !== 'never') return formatDuration(drain)
  return (
    <span className="text-ink-2">
      never{' '}
      <span className="max-md:hidden">
        <Small>at this rate</Small>
      </span>
    </span>
  )
}

function summaryOf(group: Group, broker: string): string {
  const total = measure(group.total, 'full')
  const verdict = group.verdict ?? {
    word: 'Unknown',
    sentence: 'It was not judged.',
    since: null,
    evidence: [],
  }
  return summarize(`${group.name} on ${broker}`, verdict, [
    `lag ${total.text}${total.at ? ` at ${total.at}` : ''}, ${membersWord(group)} members, state ${group.state}`,
    window.location.href,
  ])
}
