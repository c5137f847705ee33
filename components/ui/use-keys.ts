'use client'

import { useEffect, useRef } from 'react'

/** True while a person types, or a dialog, menu or sheet has the keyboard. */
function isBusy(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
    return !(target instanceof HTMLInputElement && target.type === 'checkbox')
  }
  return document.querySelector('[role="dialog"][data-state="open"]') !== null
}

/** Single-key shortcuts of a page, by `event.key`. Enter on a link or button stays the browser's. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>, on = true): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!on) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event)) return
      if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a,button')) return
      const act = latest.current[event.key]
      if (!act) return
      event.preventDefault()
      act(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [on])
}
