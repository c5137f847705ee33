'use client'

import { useEffect, useRef } from 'react'

/** Every single key that does something somewhere, by `event.key`. The sheet of shortcuts has words for each. */
export type KeyName = '/' | '?' | 'j' | 'k' | 'x' | 'r' | 'z' | 'c' | 'e' | 'Enter' | 'Escape'
type Acts = Partial<Record<KeyName, (event: KeyboardEvent) => void>>

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

const listening = new Map<KeyName, number>()

/** The keys that do something on the page as it is now. */
export function listKeys(): ReadonlySet<KeyName> {
  return new Set(listening.keys())
}

/** Says that a key does something here, where the element itself listens for it. */
function useListed(names: readonly KeyName[], on: boolean): void {
  const joined = names.join('\n')
  useEffect(() => {
    if (!on || joined === '') return
    const own = joined.split('\n') as KeyName[]
    for (const name of own) listening.set(name, (listening.get(name) ?? 0) + 1)
    return () => {
      for (const name of own) {
        const left = (listening.get(name) ?? 1) - 1
        if (left > 0) listening.set(name, left)
        else listening.delete(name)
      }
    }
  }, [joined, on])
}

/** Single-key shortcuts of a page. Enter on a link or button stays the browser's; `elsewhere` is handled by an element and only listed. */
export function useKeys(keys: Acts, on = true, elsewhere: readonly KeyName[] = []): void {
  const latest = useRef(keys)
  useListed([...(Object.keys(keys) as KeyName[]), ...elsewhere], on)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!on) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event)) return
      if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a,button')) return
      const act = latest.current[event.key as KeyName]
      if (!act) return
      event.preventDefault()
      act(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [on])
}

const secondWithinMs = 1_500

/** `first`, then a letter. The second key belongs to the sequence alone, whatever it does by itself. */
export function useSequence(first: string, acts: Readonly<Record<string, () => void>>): void {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    let until = 0
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event) || event.key === 'Shift') return
      const isSecond = event.timeStamp < until
      until = !isSecond && event.key === first ? event.timeStamp + secondWithinMs : 0
      if (!isSecond && until === 0) return
      // Prevented: the shortcuts of the page leave it alone.
      event.preventDefault()
      if (isSecond) latest.current[event.key]?.()
    }
    // Before the page's own, which listen on the way up.
    document.addEventListener('keydown', onKeyDown, true)
    return () => document.removeEventListener('keydown', onKeyDown, true)
  }, [first])
}
