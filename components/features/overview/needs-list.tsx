'use client'

import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { controlClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { AppLink } from '@/components/ui/link'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { headingOf, summarize } from '@/lib/domain/status'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import type { Need } from '@/lib/schemas/need'
import { Acknowledged, AcknowledgeForm } from './acknowledge.tsx'

const most = 7

/** At most seven, in the order they came: by the time until messages are lost, then by severity. */
export function NeedsList({
  needs,
  total,
  labelOf,
}: {
  needs: readonly Need[]
  total: number
  labelOf: (broker: string) => string
}) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? needs : needs.slice(0, most)
  const rest = total - shown.length
  return (
    <Card className="min-w-0">
      <ul aria-label="What needs you">
        {shown.map((need) => (
          <NeedRow key={need.id} need={need} where={whereOf(need, labelOf)} />
        ))}
      </ul>
      {rest > 0 ? (
        <p className="border-t px-3.5 py-2 text-ink-3">
          {countOf(rest, 'more', 'more')}.{' '}
          {needs.length > shown.length ? (
            <button
              type="button"
              className="text-ink underline underline-offset-3"
              onClick={() => setShowsAll(true)}
            >
              Show {countOf(needs.length - shown.length, 'more', 'more')}
            </button>
          ) : null}
        </p>
      ) : null}
    </Card>
  )
}

function NeedRow({ need, where }: { need: Need; where: string | null }) {
  const [isOpen, setOpen] = useState(false)
  const title = visibleText(headingOf(need))
  const detail = `need-${need.id}`
  return (
    <li className="border-b last:border-b-0">
      <div className="flex items-center gap-3 px-3.5 py-2.5">
        <StateMark level={need.level} label={need.word} />
        <button
          type="button"
          className="group flex min-w-0 flex-1 items-center gap-2 rounded-control text-left"
          aria-expanded={isOpen}
          aria-controls={detail}
          title={need.evidence.map(visibleText).join('\n')}
          onClick={() => setOpen(!isOpen)}
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate max-md:whitespace-normal">
              <span className="font-[620]">{title}</span>
              {where ? <span className="text-ink-3"> · {visibleText(where)}</span> : null}
              {need.affects.length > 0 ? <span> · {need.affects.join(', ')}</span> : null}
              {need.since ? (
                <span className="text-ink-3 md:hidden">
                  {' · '}
                  <Since need={need} at={need.since} />
                </span>
              ) : null}
            </span>
            <span className="block break-words text-ink-2">{visibleText(need.sentence)}</span>
          </span>
          <ChevronDown
            aria-hidden
            className="size-4 shrink-0 text-ink-3 group-hover:text-ink group-aria-expanded:rotate-180"
          />
        </button>
        {need.since ? (
          <span className="shrink-0 text-ink-3 max-md:hidden">
            <Since need={need} at={need.since} />
          </span>
        ) : null}
        {need.next ? (
          <AppLink
            href={need.next.href}
            className={`${controlClass} border border-line-strong hover:bg-sunken`}
            aria-label={`${need.next.label}: ${title}`}
          >
            {need.next.label}
          </AppLink>
        ) : null}
      </div>
      {need.acknowledged ? <Acknowledged id={need.id} by={need.acknowledged} /> : null}
      <div id={detail} hidden={!isOpen} className="flex flex-col gap-2 px-3.5 pb-3 pl-9">
        <ul aria-label="Evidence" className="flex flex-col gap-0.5 text-[12px] text-ink-2">
          {need.evidence.map((line) => (
            <li key={line}>{visibleText(line)}</li>
          ))}
        </ul>
        <div className="flex flex-wrap items-end gap-2">
          {need.acknowledged ? null : <AcknowledgeForm id={need.id} />}
          <CopyButton label="Copy summary" text={() => summaryOf(need)} />
        </div>
      </div>
    </li>
  )
}

/** How long ago it began, as far as the console saw. */
function Since({ need: { atLeast }, at }: { need: Need; at: string }) {
  return (
    <>
      {atLeast ? <span title="When it began is not known">at least </span> : null}
      <Time at={at} style="age" />
    </>
  )
}

/** A broker's own trouble names it already. */
function whereOf(need: Need, labelOf: (broker: string) => string): string | null {
  return need.subject.kind === 'broker' ? null : labelOf(need.broker)
}

function summaryOf(need: Need): string {
  const link = need.next ? [new URL(need.next.href, window.location.href).href] : []
  return summarize(headingOf(need), need, [...need.affects, ...link])
}
