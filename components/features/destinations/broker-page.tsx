'use client'

import {
  BlockedNote,
  ConnectLink,
  EnvTag,
  levelOf,
  productOf,
  stateWord,
} from '@/components/features/brokers'
import { BrokerCharts, NodeCharts } from '@/components/features/charts'
import { ConnectionDrawer, ConnectionList } from '@/components/features/connections'
import { GroupList } from '@/components/features/groups'
import { NodeList } from '@/components/features/nodes'
import { WorkerSwitch } from '@/components/features/sandbox'
import { Card } from '@/components/ui/card'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { StateMark } from '@/components/ui/state-mark'
import { Tabs } from '@/components/ui/tabs'
import { Time } from '@/components/ui/time'
import { useUrlState } from '@/components/ui/use-url-state'
import { formatCount } from '@/lib/format/number'
import { brokerPath } from '@/lib/format/paths'
import { problemWords } from '@/lib/format/problem'
import { formatDuration } from '@/lib/format/time'
import { useBroker } from '@/lib/queries/brokers'
import { useDestinationCounts, useHeldDestinations } from '@/lib/queries/destinations'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useGroups } from '@/lib/queries/groups'
import type { Broker } from '@/lib/schemas/broker'
import { DestinationList } from './destination-list.tsx'

/** One broker: its destinations and its consumer groups. */
export function BrokerPage({ broker: id }: { broker: string }) {
  const { data: broker, isPending, isError, error, refetch } = useBroker(id)
  const { get } = useUrlState()
  if (!broker)
    return (
      <Page crumbs={[{ label: 'Overview', href: '/' }, { label: id }]}>
        <h1 className="sr-only">Broker {id}</h1>
        <Card>
          {isPending ? <LoadingRows label="Loading the broker" /> : null}
          {isError ? (
            <Failed
              what="Reading the broker failed"
              words={wordsOf(error)}
              forbidden={isForbidden(error)}
              onRetry={() => refetch()}
            />
          ) : null}
          {!isPending && !isError ? (
            <Empty title="No such broker">It may have been removed, or taken out of signalbox.yaml.</Empty>
          ) : null}
        </Card>
      </Page>
    )
  const parts = partsOf(broker)
  const tab = parts.find((part) => part === get('tab')) ?? 'destinations'
  const connection = get('connection')
  return (
    <Page
      crumbs={[{ label: broker.label }]}
      fill
      drawer={
        tab === 'connections' && connection ? <ConnectionDrawer broker={broker} id={connection} /> : null
      }
    >
      <BrokerTitle broker={broker} />
      <BlockedNote broker={broker} />
      <BrokerTrouble broker={broker} />
      {broker.state === 'found' ? (
        <Card>
          <Empty title={`Found on ${broker.address}, not connected`}>
            <p className="mb-3">
              Signalbox has not touched it. Connecting asks who you are there, and which environment it is.
            </p>
            <ConnectLink broker={broker} />
          </Empty>
        </Card>
      ) : (
        <>
          <TabCharts broker={broker} tab={tab} />
          <BrokerTabs broker={broker.id} tab={tab} parts={parts} />
          <TabBody broker={broker} tab={tab} />
        </>
      )}
    </Page>
  )
}

type Part = 'destinations' | 'groups' | 'connections' | 'nodes'
const optional = ['groups', 'connections', 'nodes'] as const

/** What this broker can be looked at by: a part it does not have gets no tab. */
function partsOf({ abilities }: Broker): readonly Part[] {
  const held = optional.filter((part) => abilities[part] !== undefined && abilities[part].level !== 'none')
  return ['destinations', ...held]
}

function TabBody({ broker, tab }: { broker: Broker; tab: Part }) {
  if (tab === 'groups') return <GroupList broker={broker} />
  if (tab === 'connections') return <ConnectionList broker={broker} />
  if (tab === 'nodes') return <NodeList broker={broker} />
  return <DestinationList broker={broker} />
}

/** Who is connected stands beside a drawer, and says nothing of time. */
function TabCharts({ broker, tab }: { broker: Broker; tab: Part }) {
  if (tab === 'connections') return null
  return tab === 'nodes' ? <NodeCharts broker={broker.id} /> : <BrokerCharts broker={broker} />
}

function BrokerTabs({ broker, tab, parts }: { broker: string; tab: Part; parts: readonly Part[] }) {
  const hasGroups = parts.includes('groups')
  const counts = useDestinationCounts(broker)
  // Where the list itself is here, its own length is said: the two never differ.
  const held = useHeldDestinations(broker, false)
  const groups = useGroups(broker, hasGroups)
  const show = (count: number | null | undefined) =>
    typeof count === 'number' ? formatCount(count) : undefined
  return (
    <Tabs
      label="Parts of this broker"
      current={tab}
      tabs={[
        {
          id: 'destinations',
          label: 'Destinations',
          href: brokerPath(broker),
          count: show(held.data?.complete ? held.data.items.length : counts.data?.all),
        },
        ...(hasGroups
          ? [
              {
                id: 'groups',
                label: 'Consumer groups',
                href: brokerPath(broker, { tab: 'groups' }),
                count: show(groups.data?.pages[0]?.total),
              },
            ]
          : []),
        ...(parts.includes('connections')
          ? [{ id: 'connections', label: 'Connections', href: brokerPath(broker, { tab: 'connections' }) }]
          : []),
        ...(parts.includes('nodes')
          ? [{ id: 'nodes', label: 'Nodes', href: brokerPath(broker, { tab: 'nodes' }) }]
          : []),
      ]}
    />
  )
}

function BrokerTitle({ broker }: { broker: Broker }) {
  const playable = broker.abilities.sandbox?.level === 'full'
  return (
    <PageTitle acts={playable ? <WorkerSwitch broker={broker.id} /> : null}>
      <StateMark level={levelOf(broker)} label={stateWord(broker)} />
      <h1 className={titleClass}>
        <Name name={broker.label} />
      </h1>
      <EnvTag environment={broker.environment} />
      <span className="text-ink-3">
        {[productOf(broker), broker.identity, broker.address, broker.mode].filter((part) => part).join(' · ')}
      </span>
    </PageTitle>
  )
}

/** Reading costs the broker too much to be done as often as wanted: then its values are older than people expect. */
function paceWords({ sampling }: Broker): string | null {
  if (!sampling || sampling.intervalMs <= sampling.wantedMs) return null
  const { intervalMs, wantedMs, tookMs } = sampling
  return `It is read every ${formatDuration(intervalMs)} instead of every ${formatDuration(wantedMs)}: one reading takes ${formatDuration(tookMs)}.`
}

function BrokerTrouble({ broker }: { broker: Broker }) {
  if (broker.state === 'connecting')
    return (
      <Note>Connecting to {broker.address}. What stands below is what was known before, if anything.</Note>
    )
  if (broker.state === 'down')
    return (
      <Note tone="crit">
        <p>
          <span className="font-[620]">Unreachable since </span>
          <Time at={broker.since} />. {broker.reason}
        </p>
        <p>
          {broker.sampledAt ? 'Values are the last known ones and marked so. ' : 'It was not read yet. '}
          Signalbox keeps trying, at least every 5 s.
        </p>
      </Note>
    )
  const pace = paceWords(broker)
  const health = [...new Set([...broker.health.map(problemWords), ...(pace ? [pace] : [])])]
  if (broker.state === 'degraded' || health.length > 0)
    return (
      <Note tone="warn">
        {broker.reason && !health.some((line) => line.includes(broker.reason ?? '')) ? (
          <p>{broker.reason}</p>
        ) : null}
        {health.slice(0, 4).map((line) => (
          <p key={line}>{line}</p>
        ))}
        {health.length > 4 ? <p>and {health.length - 4} more</p> : null}
      </Note>
    )
  return null
}
