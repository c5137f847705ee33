'use client'

import { GitCompareArrows } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { nameOfSeries, type SeriesOf } from '@/lib/queries/series'
import { mostCompared, toggleCompared, useCompared } from './compare-list.ts'

/** Puts the series of a chart beside those put aside before. */
export function CompareButton({ title, of }: { title: string; of: readonly SeriesOf[] }) {
  const compared = useCompared()
  const names = new Set(compared.map(nameOfSeries))
  const isIn = of.length > 0 && of.every((one) => names.has(nameOfSeries(one)))
  const missing = of.filter((one) => !names.has(nameOfSeries(one))).length
  const isFull = !isIn && compared.length + missing > mostCompared
  return (
    <IconButton
      label={
        isIn
          ? `Do not compare ${title}`
          : isFull
            ? `${mostCompared} series at most can be compared`
            : `Compare ${title}`
      }
      aria-pressed={isIn}
      aria-disabled={isFull || undefined}
      onClick={() => {
        if (!isFull) toggleCompared(of)
      }}
      className="aria-disabled:opacity-55 aria-pressed:bg-accent-wash aria-pressed:text-accent-ink"
    >
      <GitCompareArrows aria-hidden />
    </IconButton>
  )
}
