'use client'

import { EnvTag } from '@/components/features/brokers'
import { SandboxGuide } from '@/components/features/sandbox'
import { Card, CardHead, Fact, Facts } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { Chip } from '@/components/ui/pill'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount, formatRate } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { formatDuration } from '@/lib/format/time'
import { useBrokers } from '@/lib/queries/brokers'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { isMoving, useReplay } from '@/lib/queries/replays'
import type { Replay } from '@/lib/schemas/replay'
import { CountsBar } from './counts-bar.tsx'
import { ItemsCard } from './items-card.tsx'
import { PlanFacts } from './plan-view.tsx'
import { runLevel, targetWords } from './replay-words.ts'
import { RunActs } from './run-acts.tsx'
import { UncertainPanel } from './uncertain-panel.tsx'

/** One run: a sentence, one bar, its pace, then every message's fate. */
export function RunPage({ replay: id }: { replay: string }) {
  const query = useReplay(id)
  const run = query.data
  const crumbs = [
    { label: 'Replays', href: '/replays' },
    run ? { label: run.source.name } : { label: 'run', isPlaceholder: true },
  ]
  if (!run)
    return (
      <Page crumbs={crumbs}>
        <h1 className="sr-only">Replay run</h1>
        <Card>
          {query.isPending ? <LoadingRows label="Loading the run" /> : null}
          {query.isError ? (
            <Failed
              what="Reading the run failed"
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
      <RunTitle run={run} />
      <Guide run={run} />
      <Card className="flex flex-col gap-4 p-4">
        <p
          role="status"
          aria-live="polite"
          className="font-[600] text-[15px] first-letter:uppercase"
          data-testid="run-sentence"
        >
          {visibleText(run.sentence)}
        </p>
        {run.dryRun ? null : <CountsBar counts={run.counts} legend />}
        <RunFacts run={run} />
      </Card>
      {run.problem ? (
        <Note tone={run.state === 'failed' ? 'crit' : 'warn'}>{visibleText(run.problem)}</Note>
      ) : null}
      {run.counts.uncertain > 0 ? <UncertainPanel run={run} /> : null}
      <Outcome run={run} />
      <ItemsCard run={run} />
      <Card>
        <CardHead title="How" hint={`planned ${run.id}`} />
        <div className="p-3.5">
          <PlanFacts run={run} />
        </div>
      </Card>
    </Page>
  )
}

function Guide({ run }: { run: Replay }) {
  const brokers = useBrokers()
  const source = brokers.data?.find((broker) => broker.id === run.broker)
  if (source?.abilities.sandbox?.level !== 'full' || run.dryRun) return null
  return <SandboxGuide broker={source} source={run.source.id} />
}

function RunTitle({ run }: { run: Replay }) {
  const brokers = useBrokers()
  const find = (id: string) => brokers.data?.find((broker) => broker.id === id)
  const [source, target] = [find(run.broker), find(run.target.broker)]
  return (
    <PageTitle acts={<RunActs run={run} />}>
      <StateMark level={runLevel(run)} label={run.state} />
      <h1 className={`${titleClass} flex flex-wrap items-center gap-x-2`}>
        <AppLink href={destinationPath(run.broker, run.source.id)} className="flex min-w-0 hover:underline">
          <Name name={run.source.name} />
        </AppLink>
        <span className="font-[450] text-ink-3">to</span>
        <Name name={targetWords(run)} />
      </h1>
      {source ? <EnvTag environment={source.environment} /> : null}
      {target && target.id !== source?.id ? <EnvTag environment={target.environment} /> : null}
      <Chip>{run.dryRun ? `dry run, ${run.state}` : run.state}</Chip>
    </PageTitle>
  )
}

function RunFacts({ run }: { run: Replay }) {
  const took = run.startedAt && run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null
  return (
    <Facts>
      <Fact label="Messages">{formatCount(run.counts.total)}</Fact>
      <Fact label="Pace">
        {isMoving(run) ? (
          <MeasureText measure={measure(run.ratePerSecond)} suffix="/s" />
        ) : (
          <span className="text-ink-3">not moving</span>
        )}
      </Fact>
      <Fact label="Limit">
        {run.rate === null ? <span className="text-ink-3">none</span> : `${formatRate(run.rate)} /s`}
      </Fact>
      <Fact label={took === null ? 'Time left' : 'Took'}>
        {took !== null ? (
          took < 1_000 ? (
            'under 1 s'
          ) : (
            formatDuration(took)
          )
        ) : isMoving(run) ? (
          <MeasureText measure={measure(run.secondsLeft)} />
        ) : (
          <span className="text-ink-3">—</span>
        )}
      </Fact>
      <Fact label="Started">
        {run.startedAt ? (
          <Time at={run.startedAt} style="age" />
        ) : (
          <span className="text-ink-3">not yet</span>
        )}
      </Fact>
      <Fact label="By">{visibleText(run.createdBy)}</Fact>
    </Facts>
  )
}

/** What can be known after a run: what waits at the target, who consumes it, what came back. */
function Outcome({ run }: { run: Replay }) {
  if (!run.outcome || run.dryRun) return null
  const arrived = measure(run.outcome.arrivedSince, 'full')
  return (
    <Card>
      <CardHead
        title="Since then"
        hint="what the brokers say now; what became of a delivered message they do not say"
      />
      <ul>
        {run.outcome.targets.map((target) => {
          const depth = measure(target.depth, 'full')
          const consumers = measure(target.consumers, 'full')
          return (
            <li key={target.id} className="flex flex-wrap gap-x-2 border-b px-3.5 py-2">
              <AppLink
                href={destinationPath(run.target.broker, target.id)}
                className="flex min-w-0 font-[560] underline underline-offset-3"
              >
                <Name name={target.name} />
              </AppLink>
              <span className="text-ink-2">
                {depth.value === null ? 'depth unknown' : `${formatCount(depth.value)} waiting there`},{' '}
                {consumers.value === null ? 'consumers unknown' : countOf(consumers.value, 'consumer')}
              </span>
            </li>
          )
        })}
        <li className="px-3.5 py-2 text-ink-2">
          {arrived.value === null
            ? `New arrivals in ${visibleText(run.source.name)} since the start: unknown (${arrived.title})`
            : arrived.value === 0
              ? `Nothing has arrived in ${visibleText(run.source.name)} since the start.`
              : `${countOf(arrived.value, 'message')} arrived in ${visibleText(run.source.name)} since the start.`}
        </li>
      </ul>
    </Card>
  )
}
