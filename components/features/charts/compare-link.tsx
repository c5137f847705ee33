'use client'

import { AppLink } from '@/components/ui/link'
import { useUrlState } from '@/components/ui/use-url-state'
import { countOf } from '@/lib/format/number'
import { comparePath } from '@/lib/format/paths'
import { printCompared, useCompared } from './compare-list.ts'

/** To what was put aside, at the same time. */
export function CompareLink() {
  const compared = useCompared()
  const { get } = useUrlState()
  if (compared.length === 0) return null
  return (
    <AppLink
      href={comparePath({ s: printCompared(compared), range: get('range'), zone: get('zone') })}
      className="whitespace-nowrap font-[550] text-[13px] text-accent-ink underline underline-offset-3"
    >
      Compare {countOf(compared.length, 'series', 'series')}
    </AppLink>
  )
}
