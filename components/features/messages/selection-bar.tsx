'use client'

import { Archive, Check, Download, RotateCcw, Trash2, X } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { ReplaySheet } from '@/components/features/replays'
import { Button, IconButton } from '@/components/ui/button'
import { useKeys } from '@/components/ui/use-keys'
import { useUrlState } from '@/components/ui/use-url-state'
import { blockedReason, onlyMarks } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { measureFirst } from '@/lib/format/reading'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import { exportMessages } from './export.ts'
import { commonOrigin } from './failure-words.ts'
import { usePublishSelected } from './selected-count.ts'
import type { Selection } from './selection.ts'
import type { SettleAction } from './settle-dialog.tsx'

const SettleDialog = dynamic(() => import('./settle-dialog.tsx').then((file) => file.SettleDialog), {
  ssr: false,
})

interface SelectionBarProps {
  broker: Broker
  row: DestinationDetail
  messages: readonly Message[]
  selection: Selection
  onSettled: () => void
}

/** What to do with the ticked messages; every button names count and target. All of the queue is a second, explicit step. */
export function SelectionBar({ broker, row, messages, selection, onSettled }: SelectionBarProps) {
  const { get } = useUrlState()
  const [replaying, setReplaying] = useState<'ids' | 'all' | null>(null)
  const [settling, setSettling] = useState<SettleAction | null>(null)
  const deniedReplay = useDenied('replays.run')
  const deniedSettle = useDenied('messages.settle')
  const count = selection.ids.size
  usePublishSelected(count)
  const picked = messages.filter((message) => selection.ids.has(message.id))
  const origin = originFor(row, picked)
  const noClaim = blockedReason(row.abilities, 'claim')
  const noReplay = deniedReplay ?? noClaim
  const noSettle =
    deniedSettle ??
    noClaim ??
    (onlyMarks(row.abilities.claim) ? 'A log keeps every message: single ones cannot be taken out' : null)
  const depth = measureFirst([row.readings.ready, row.readings.depth], 'full')
  const isOpen = get('message') !== null
  useKeys({ r: () => setReplaying('ids') }, noReplay === null && count > 0 && !isOpen)
  const target = origin ? visibleText(origin) : 'their origin'
  return (
    <>
      {count > 0 ? (
        <section
          aria-label="Selection"
          className="sticky bottom-0 z-20 flex shrink-0 animate-rise flex-wrap items-center gap-2 rounded-card border border-line-strong bg-raised px-3.5 py-2.5 shadow-float"
        >
          <span className="mr-2 min-w-0">
            <span className="font-[620]">{formatCount(count)} selected</span>
            <span className="text-ink-3">
              {' '}
              of {formatCount(messages.length)} read
              {depth.value === null ? '' : ` · ${formatCount(depth.value)} in ${row.type}`}
            </span>
          </span>
          <Button look="primary" blocked={noReplay} keyHint="r" onClick={() => setReplaying('ids')}>
            <RotateCcw className="size-3.5" aria-hidden />
            <span className="max-w-64 truncate">
              Replay {formatCount(count)} to {target}
            </span>
          </Button>
          <Button onClick={() => exportMessages(row.name, picked)}>
            <Download className="size-3.5" aria-hidden />
            Export {formatCount(count)}
          </Button>
          <Button blocked={noSettle} onClick={() => setSettling('park')}>
            <Archive className="size-3.5" aria-hidden />
            Park {formatCount(count)}
          </Button>
          <Button look="quiet-danger" blocked={noSettle} onClick={() => setSettling('delete')}>
            <Trash2 className="size-3.5" aria-hidden />
            Delete {formatCount(count)}
          </Button>
          {row.type === 'stream' &&
          row.abilities.groups?.level === 'full' &&
          !onlyMarks(row.abilities.claim) ? (
            <Button blocked={deniedSettle} onClick={() => setSettling('acknowledge')}>
              <Check className="size-3.5" aria-hidden />
              Acknowledge {formatCount(count)}
            </Button>
          ) : null}
          {depth.value !== null && depth.value > count ? (
            <button
              type="button"
              className="text-ink-2 underline underline-offset-3 hover:text-ink"
              onClick={() => (noReplay === null ? setReplaying('all') : undefined)}
            >
              Select all {formatCount(depth.value)}
            </button>
          ) : null}
          <span className="ml-auto">
            <IconButton label="Clear the selection" onClick={selection.clear}>
              <X aria-hidden />
            </IconButton>
          </span>
        </section>
      ) : null}
      {replaying ? (
        <ReplaySheet
          broker={broker}
          row={row}
          select={replaying === 'all' ? { all: true } : { ids: [...selection.ids] }}
          samples={replaying === 'all' ? messages : picked}
          origin={replaying === 'all' ? originFor(row, messages) : origin}
          onClose={() => setReplaying(null)}
        />
      ) : null}
      {settling ? (
        <SettleDialog
          broker={broker}
          row={row}
          action={settling}
          ids={[...selection.ids]}
          onClose={() => setSettling(null)}
          onDone={() => {
            selection.clear()
            onSettled()
          }}
        />
      ) : null}
    </>
  )
}

/** The one place these messages would go back to: what their headers agree on, else the only origin topology knows. */
export function originFor(row: DestinationDetail, picked: readonly Message[]): string | null {
  const common = commonOrigin(picked)
  if (common) return common
  const silent = picked.every((message) => message.deadLetter?.origin.destination === undefined)
  const [only, second] = row.deadLetter.origins
  return silent && only && !second ? only.name : null
}
