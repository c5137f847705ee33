'use client'

import type { ReactNode } from 'react'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { isForbidden, wordsOf } from '@/lib/queries/errors'

interface NoRowsProps {
  list: { readonly isPending: boolean; readonly error: Error | null; readonly refetch: () => unknown }
  filter: { readonly applied: string; readonly setText: (text: string) => void }
  loading: string
  /** What was tried, as a sentence: "Listing the backups failed". */
  failed: string
  /** One of the things listed. */
  one: string
  /** There are none at all, and what would make one. */
  none: { readonly title: string; readonly words: ReactNode }
}

/** What stands where rows would: still loading, failed or forbidden, nothing that fits the line, nothing at all. */
export function NoRows({ list, filter, loading, failed, one, none }: NoRowsProps) {
  if (list.isPending) return <LoadingRows rows={12} label={loading} />
  if (list.error)
    return (
      <Failed
        what={failed}
        words={wordsOf(list.error)}
        forbidden={isForbidden(list.error)}
        onRetry={() => list.refetch()}
      />
    )
  if (filter.applied === '') return <Empty title={none.title}>{none.words}</Empty>
  return (
    <Empty title={`No ${one} matches`}>
      <button type="button" className="underline underline-offset-3" onClick={() => filter.setText('')}>
        Show every {one}
      </button>
    </Empty>
  )
}
