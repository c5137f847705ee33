'use client'

import { useState } from 'react'
import { Card, CardHead } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { AppLink } from '@/components/ui/link'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { brokerPath, destinationPath, groupPath } from '@/lib/format/paths'
import { formatDuration } from '@/lib/format/time'
import { useChanges } from '@/lib/queries/changes'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { Event } from '@/lib/schemas/event'

const spans = [
  { hours: 1, label: 'last hour' },
  { hours: 6, label: 'last 6 hours' },
  { hours: 24, label: 'last 24 hours' },
  { hours: 168, label: 'last 7 days' },
]

/** What changed, newest first: brokers, consumers, rebalances, settings, purges, replays, deploys. */
export function ChangesList({ labelOf }: { labelOf: (broker: string) => string }) {
  const [hours, setHours] = useState(1)
  const changes = useChanges(hours)
  const events = changes.data?.items
  const span = spans.find((one) => one.hours === hours)?.label ?? ''
  return (
    <Card className="min-w-0 overflow-hidden">
      <CardHead title="What changed">
        <Select
          aria-label="Time span of what changed"
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          {spans.map((one) => (
            <option key={one.hours} value={one.hours}>
              {one.label}
            </option>
          ))}
        </Select>
      </CardHead>
      {changes.isPending ? <LoadingRows rows={4} label="Loading what changed" /> : null}
      {changes.isError && !events ? (
        <Failed
          what="Reading what changed failed"
          words={wordsOf(changes.error)}
          forbidden={isForbidden(changes.error)}
          onRetry={() => changes.refetch()}
        />
      ) : null}
      {events?.length === 0 ? (
        <Empty title="Nothing changed">Nothing was seen to change in the {span}.</Empty>
      ) : null}
      {events && events.length > 0 ? (
        <ol className="max-h-72 overflow-y-auto">
          {events.map((event) => (
            <li key={event.id} className="flex gap-3 border-b px-3.5 py-1.5 last:border-b-0">
              <span className="w-24 shrink-0 text-ink-3">
                <Time at={event.at} style="age" />
              </span>
              <Change event={event} where={event.broker === null ? null : labelOf(event.broker)} />
            </li>
          ))}
        </ol>
      ) : null}
      {changes.data?.nextCursor ? (
        <p className="border-t px-3.5 py-2 text-ink-3">The newest {events?.length} of more.</p>
      ) : null}
    </Card>
  )
}

function Change({ event, where }: { event: Event; where: string | null }) {
  const href = hrefOf(event)
  const text = visibleText(event.text)
  const lasted = event.until ? Date.parse(event.until) - Date.parse(event.at) : 0
  return (
    <span className="min-w-0 flex-1 break-words">
      {href ? (
        <AppLink href={href} className="hover:underline hover:underline-offset-3">
          {text}
        </AppLink>
      ) : event.link ? (
        <a href={event.link} className="underline underline-offset-3" rel="noreferrer">
          {text}
        </a>
      ) : (
        text
      )}
      <span className="text-ink-3">
        {lasted > 1_000 ? `, for ${formatDuration(lasted)}` : ''}
        {event.actor ? ` by ${visibleText(event.actor)}` : ''}
        {where ? ` · ${visibleText(where)}` : ''}
      </span>
    </span>
  )
}

function hrefOf({ broker, destination, group, link }: Event): string | null {
  if (link?.startsWith('/')) return link
  if (broker === null) return null
  if (group) return groupPath(broker, group.id)
  return destination ? destinationPath(broker, destination.id) : brokerPath(broker)
}
