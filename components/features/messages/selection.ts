import { useCallback, useMemo, useState } from 'react'
import type { Message } from '@/lib/schemas/message'
import { messageContains } from './matches.ts'

export interface Selection {
  readonly ids: ReadonlySet<string>
  check(keys: readonly string[], on: boolean): void
  clear(): void
}

/** Ticked messages of this look; what a new look no longer shows is no longer selected. */
export function useSelection(messages: readonly Message[]): Selection {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const ids = useMemo(() => {
    const present = new Set<string>()
    for (const message of messages) if (ticked.has(message.id)) present.add(message.id)
    return present
  }, [messages, ticked])
  const check = useCallback((keys: readonly string[], on: boolean) => {
    setTicked((before) => {
      const next = new Set(before)
      for (const key of keys) {
        if (on) next.add(key)
        else next.delete(key)
      }
      return next
    })
  }, [])
  const clear = useCallback(() => setTicked(new Set()), [])
  return { ids, check, clear }
}

export function matchingMessages(messages: readonly Message[], words: string): readonly Message[] {
  return words ? messages.filter((message) => messageContains(message, words)) : messages
}
