'use client'

import { EnvTag } from '@/components/features/brokers'
import { Card, CardHead, Fact, Facts } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { Chip } from '@/components/ui/pill'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { brokerPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { useBroker } from '@/lib/queries/brokers'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useGroup } from '@/lib/queries/groups'
import type { Group } from '@/lib/schemas/group'
import { groupType, partWord, verdictOf } from './group-words.ts'
import { LagTable } from './lag-table.tsx'
import { MembersTable } from './members-table.tsx'
import { PendingTable } from './pending-table.tsx'

const tones = { ok: 'text-ok-ink', warn: 'text-warn-ink', crit: 'text-crit-ink', unknown: 'text-ink-2' }

/** One consumer group: a verdict with its evidence, then the lag of every partition. */
export function GroupPage({ broker: brokerId, group: groupId }: { broker: string; group: string }) {
  const broker = useBroker(brokerId)
  const query = useGroup(brokerId, groupId)
  const group = query.data
  const crumbs = [
    { label: broker.data?.label ?? brokerId, href: brokerPath(brokerId) },
    { label: 'groups', href: brokerPath(brokerId, { tab: 'groups' }) },
    group ? { label: group.name } : { label: 'group', isPlaceholder: true },
  ]
  if (!group)
    return (
      <Page crumbs={crumbs}>
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
  const verdict = verdictOf(group)
  return (
    <Page crumbs={crumbs}>
      <div className="flex flex-col gap-1">
        <PageTitle acts={<CopyButton label="Copy summary" text={summaryOf(group, brokerId)} />}>
          <h1 className={titleClass}>
            <Name name={group.name} />
          </h1>
          {broker.data ? <EnvTag environment={broker.data.environment} /> : null}
          <Chip>{groupType(group)}</Chip>
        </PageTitle>
        <p>
          <span className={`font-[650] ${tones[verdict.level]}`}>{verdict.word}.</span>{' '}
          {visibleText(verdict.sentence)}
        </p>
      </div>
      {query.isError ? (
        <Note tone="warn">Not refreshed: {wordsOf(query.error)}. What stands below was read before.</Note>
      ) : null}
      <GroupFacts group={group} />
      <Card className="overflow-hidden">
        <CardHead title={`Lag by ${partWord(group)}`} hint={countOf(group.lag.length, partWord(group))} />
        {group.lag.length === 0 ? (
          <Empty title="No partitions">This group has committed nothing and reads nothing.</Empty>
        ) : (
          <LagTable rows={group.lag} part={partWord(group)} />
        )}
      </Card>
      <Card className="overflow-hidden">
        <CardHead title="Members" hint={formatCount(group.members.length)} />
        {group.members.length === 0 ? (
          <Empty title="No members">Nobody is reading with this group now.</Empty>
        ) : (
          <MembersTable members={group.members} />
        )}
      </Card>
      {group.pending ? (
        <Card className="overflow-hidden">
          <CardHead
            title="Delivered, not acknowledged"
            hint="most deliveries first: what comes back again and again stands on top"
          />
          {group.pending.length === 0 ? (
            <Empty title="Nothing pending">Everything delivered was acknowledged.</Empty>
          ) : (
            <PendingTable rows={group.pending} />
          )}
        </Card>
      ) : null}
    </Page>
  )
}

function GroupFacts({ group }: { group: Group }) {
  const unknown = group.lag.filter((row) => row.lag.state !== 'ok').length
  const worst = group.lag.reduce<number | null>((most, row) => {
    const { value } = measure(row.lag)
    return value === null ? most : Math.max(most ?? 0, value)
  }, null)
  const topics = new Set(group.lag.map((row) => row.destination)).size
  return (
    <Facts>
      <Fact label="Lag">
        <MeasureText measure={measure(group.total, 'full')} />
      </Fact>
      <Fact label={`Worst ${partWord(group)}`}>
        {worst === null ? <span className="text-ink-3">unknown</span> : formatCount(worst)}
      </Fact>
      <Fact label="Not counted" hint="Partitions without a commit, or that could not be read">
        {unknown === 0 ? (
          <span className="text-ink-3">none</span>
        ) : (
          <>
            {formatCount(unknown)}{' '}
            <span className="text-[12px] font-[450] text-ink-3">of {group.lag.length}</span>
          </>
        )}
      </Fact>
      <Fact label="Members">{formatCount(group.members.length)}</Fact>
      <Fact label="State">{visibleText(group.state)}</Fact>
      <Fact label="Reads">{countOf(topics, 'destination')}</Fact>
    </Facts>
  )
}

function summaryOf(group: Group, broker: string): string {
  const verdict = verdictOf(group)
  const total = measure(group.total, 'full')
  const link = typeof window === 'undefined' ? '' : window.location.href
  return [
    `**${group.name}** on ${broker}: ${verdict.word}. ${verdict.sentence}`,
    `- lag ${total.text}${total.at ? ` at ${total.at}` : ''}, ${group.members.length} members, state ${group.state}`,
    `- ${link}`,
  ].join('\n')
}
