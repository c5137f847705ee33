'use client'

import { pointAt } from '@/components/charts'
import { Card } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import type { Event } from '@/lib/schemas/event'
import { eventWord } from './event-marks.ts'

/** What the dotted lines of the charts stand for, newest first. Each shows its moment in the charts. */
export function EventsList({ events }: { events: readonly Event[] }) {
  return (
    <Card className="max-h-44 overflow-auto">
      <ol aria-label="Events in the charts">
        {events.map((event) => (
          <li key={event.id} className="border-b last:border-b-0">
            <button
              type="button"
              className="flex min-h-7 w-full flex-wrap items-baseline gap-x-3 px-3 py-1 text-left hover:bg-sunken"
              onClick={() => pointAt(Date.parse(event.at))}
              onFocus={() => pointAt(Date.parse(event.at))}
              onBlur={() => pointAt(null)}
              onPointerEnter={() => pointAt(Date.parse(event.at))}
              onPointerLeave={() => pointAt(null)}
            >
              <span className="text-ink-3">
                <Time at={event.at} />
              </span>
              <span className="font-[560]">{visibleText(eventWord(event))}</span>
              <span className="min-w-0 break-words text-ink-2">{visibleText(event.text)}</span>
              {event.actor ? <span className="text-ink-3">by {visibleText(event.actor)}</span> : null}
            </button>
            <EventLink event={event} />
          </li>
        ))}
      </ol>
    </Card>
  )
}

function EventLink({ event: { link, text } }: { event: Event }) {
  if (!link) return null
  const look = 'inline-block px-3 pb-1 text-[12px] text-accent-ink underline underline-offset-2'
  if (link.startsWith('/'))
    return (
      <AppLink href={link} className={look} aria-label={`Open: ${visibleText(text)}`}>
        Open
      </AppLink>
    )
  if (!/^https?:\/\//.test(link)) return null
  return (
    <a
      href={link}
      target="_blank"
      rel="noreferrer"
      className={look}
      aria-label={`Open: ${visibleText(text)}`}
    >
      Open
    </a>
  )
}
