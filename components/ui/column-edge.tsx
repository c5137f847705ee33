'use client'

import { clsx } from 'clsx'
import { type PointerEvent, useRef } from 'react'
import { restWidth, useColumnLayout } from './column-layout.ts'

const least = 56

/**
 * The edge of a column that can be dragged, or moved with the arrow keys; a double click gives back its width.
 * It is the edge towards the column that takes the rest, since that one gives or takes the room.
 */
export function ColumnEdge({
  table,
  column,
  label,
  width,
  side,
}: {
  table: string
  column: string
  label: string
  width: number
  side: 'left' | 'right'
}) {
  const { setWidth, clearWidth } = useColumnLayout(table)
  const drag = useRef<{ x: number; width: number; most: number } | null>(null)
  const sign = side === 'left' ? -1 : 1
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, width, most: mostOf(event.currentTarget, width) }
  }
  const follow = (event: PointerEvent<HTMLElement>) => {
    const from = drag.current
    if (!from) return
    setWidth(column, clamp(from.width + sign * (event.clientX - from.x), from.most))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be focused and moved.
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={Math.max(1000, width)}
      tabIndex={0}
      onPointerDown={begin}
      onPointerMove={follow}
      onPointerUp={() => {
        drag.current = null
      }}
      onPointerCancel={() => {
        drag.current = null
      }}
      onDoubleClick={() => clearWidth(column)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 12 : event.key === 'ArrowLeft' ? -12 : 0
        if (step === 0) return
        event.preventDefault()
        setWidth(column, clamp(width + sign * step, mostOf(event.currentTarget, width)))
      }}
      className={clsx(
        'group/edge absolute inset-y-0 flex w-2.5 cursor-col-resize touch-none items-center justify-center rounded-[3px]',
        side === 'left' ? '-left-1' : '-right-1',
      )}
    >
      <span className="h-3.5 w-px bg-line-strong opacity-0 transition-opacity duration-[120ms] group-hover/edge:opacity-100 group-focus/edge:opacity-100 [tr:hover_&]:opacity-70" />
    </span>
  )
}

function clamp(width: number, most: number): number {
  return Math.max(least, Math.min(most, width))
}

/** As wide as leaves the column that takes the rest its least width. */
function mostOf(edge: HTMLElement, width: number): number {
  const heads = edge.closest('tr')?.querySelectorAll<HTMLElement>('th') ?? []
  const rest = [...heads].find((head) => head.style.width === '' && !head.querySelector('input'))
  return width + Math.max(0, (rest?.offsetWidth ?? restWidth) - restWidth)
}
