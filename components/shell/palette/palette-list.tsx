'use client'

import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { EnvTag } from '@/components/features/brokers'
import { Key } from '@/components/ui/button'
import { Name } from '@/components/ui/name'
import { visibleText } from '@/lib/format/name'
import type { Section } from './choose.ts'
import type { Entry } from './entry.ts'

interface ListProps {
  id: string
  sections: readonly Section[]
  at: number
  empty: string
  onHover: (at: number) => void
  onRun: (entry: Entry) => void
  onInto: (entry: Entry) => void
}

/** What fits, in sections; the field keeps the keyboard and names the line it is on. */
export function PaletteList({ id, sections, at, empty, onHover, onRun, onInto }: ListProps) {
  let index = -1
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1.5">
      {sections.length > 0 ? (
        <div id={id} role="listbox" aria-label="What fits">
          {sections.map(({ title, entries }) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox
            <div key={title} role="group" aria-label={visibleText(title)} className="pb-1.5">
              <div aria-hidden className="truncate px-2.5 pt-1.5 pb-1 text-[11px] font-[550] text-ink-3">
                {visibleText(title)}
              </div>
              {entries.map((entry) => {
                index += 1
                const own = index
                return (
                  <Line
                    key={entry.id}
                    id={`${id}-${own}`}
                    entry={entry}
                    isCurrent={own === at}
                    onHover={() => onHover(own)}
                    onRun={() => onRun(entry)}
                    onInto={() => onInto(entry)}
                  />
                )
              })}
            </div>
          ))}
        </div>
      ) : (
        <p className="px-2.5 py-8 text-center text-ink-3">{visibleText(empty)}</p>
      )}
    </div>
  )
}

function Line({
  id,
  entry,
  isCurrent,
  onHover,
  onRun,
  onInto,
}: {
  id: string
  entry: Entry
  isCurrent: boolean
  onHover: () => void
  onRun: () => void
  onInto: () => void
}) {
  const Icon = entry.icon
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard, and runs the line it is on
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      tabIndex={-1}
      onPointerMove={isCurrent ? undefined : onHover}
      onClick={onRun}
      className={clsx(
        'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-control px-2.5 max-md:min-h-11',
        isCurrent && 'bg-accent-wash',
      )}
    >
      <Icon
        className={clsx('size-4 shrink-0', entry.isDeadLetter ? 'text-crit' : 'text-ink-3')}
        aria-hidden
      />
      {entry.isName ? (
        <Name name={entry.label} namespace={entry.namespace} mono className="text-[12.5px] font-[520]" />
      ) : (
        <span className="truncate font-[550]">{visibleText(entry.label)}</span>
      )}
      {entry.isDeadLetter ? <span className="sr-only">dead letters</span> : null}
      {entry.environment ? <EnvTag environment={entry.environment} /> : null}
      {entry.hint ? (
        <span className="ml-auto min-w-0 shrink-[2] truncate text-[12px] text-ink-3">
          {visibleText(entry.hint)}
        </span>
      ) : null}
      {entry.cap ? (
        <span className={clsx('text-ink-3', !entry.hint && 'ml-auto')}>
          <Key>{entry.cap}</Key>
        </span>
      ) : null}
      {entry.more ? (
        <span
          // For a finger or a mouse; the keyboard has the right arrow.
          aria-hidden
          onClick={(event) => {
            event.stopPropagation()
            onInto()
          }}
          className={clsx(
            'flex size-6 shrink-0 items-center justify-center rounded-[4px] text-ink-3 hover:bg-line hover:text-ink max-md:size-9',
            !entry.hint && !entry.cap && 'ml-auto',
          )}
        >
          <ChevronRight className="size-4" />
        </span>
      ) : null}
    </div>
  )
}
