'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

type Changes = Record<string, string | null>

/**
 * Filters, tabs and the open message live in the address. Changes go through the History API, which the
 * router follows without asking the server again. `null` and '' take a parameter out.
 */
export function useUrlState() {
  const params = useSearchParams()
  const path = usePathname()
  const set = useCallback(
    (changes: Changes, how: 'replace' | 'push' = 'replace') => {
      const next = new URLSearchParams(window.location.search)
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      }
      const query = next.toString()
      const url = query ? `${path}?${query}` : path
      if (how === 'push') window.history.pushState(null, '', url)
      else window.history.replaceState(null, '', url)
    },
    [path],
  )
  const get = useCallback((name: string) => params.get(name), [params])
  return { get, set }
}
