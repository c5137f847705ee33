'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { Dialog as Radix } from 'radix-ui'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { focusedElement, returnFocus } from '@/components/ui/focus'
import { useDebounced } from '@/components/ui/use-debounced'
import { useSearch } from '@/lib/queries/search'
import { choose, toSections } from './choose.ts'
import { useCommands } from './commands.ts'
import type { Entry } from './entry.ts'
import { entryOf, readVerb, verbsOf } from './hits.ts'
import { PaletteFoot } from './palette-foot.tsx'
import { PaletteInput } from './palette-input.tsx'
import { PaletteList } from './palette-list.tsx'
import { type PaletteScope, takeTyped } from './palette-store.ts'

/** Any page, broker, destination, group, run or id, and what can be done with it: typed, chosen, done. */
export function Palette({ scope, onClose }: { scope: PaletteScope; onClose: () => void }) {
  const router = useRouter()
  const [opener] = useState(focusedElement)
  const isLeaving = useRef(false)
  const [typed, setTyped] = useState('')
  const [inside, setInside] = useState<Entry | null>(null)
  const [cursor, setCursor] = useState(0)
  const listId = useId()
  useEffect(() => setTyped(takeTyped()), [])
  const go = useCallback(
    (path: string) => {
      isLeaving.current = true
      router.push(path as Route)
    },
    [router],
  )
  const { verb, rest } = readVerb(typed)
  const q = useDebounced(scope === 'everything' && !inside ? rest : '', 70)
  const search = useSearch(q)
  const commands = useCommands(go)
  const hits = q === '' ? undefined : search.data?.items
  const found = useMemo(
    () =>
      (hits ?? [])
        // Brokers stand among the commands.
        .filter((hit) => (verb === 'open' ? hit.kind !== 'broker' : verbsOf(hit).includes(verb)))
        .map((hit) => entryOf(hit, verb, go)),
    [hits, verb, go],
  )
  const entries = inside
    ? choose(inside.more ?? [], typed)
    : [
        ...choose(
          commands.filter(({ section }) => scope === 'everything' || section === 'Brokers'),
          typed,
        ),
        ...found,
      ]
  const sections = toSections(entries)
  const lines = sections.flatMap((section) => section.entries)
  const at = Math.min(cursor, lines.length - 1)
  const current = lines[at]
  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at, listId])

  const type = (next: string) => {
    setTyped(next)
    setCursor(0)
  }
  const enter = (entry: Entry | null) => {
    setInside(entry)
    type('')
  }
  const run = (entry: Entry) => {
    onClose()
    entry.run()
  }
  const move = (to: number) => setCursor(Math.max(0, Math.min(lines.length - 1, to)))
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    const { selectionStart, value } = event.currentTarget
    const isAtEnd = selectionStart === value.length
    const actOf = (key: string): (() => void) | null => {
      if (key === 'ArrowDown') return () => move(at + 1 < lines.length ? at + 1 : 0)
      if (key === 'ArrowUp') return () => move(at > 0 ? at - 1 : lines.length - 1)
      if (key === 'PageDown') return () => move(at + 8)
      if (key === 'PageUp') return () => move(at - 8)
      if (key === 'Enter') return () => current && run(current)
      if (key === 'ArrowRight') return isAtEnd && current?.more ? () => enter(current) : null
      if (key === 'ArrowLeft' || key === 'Backspace') return inside && value === '' ? () => enter(null) : null
      return null
    }
    const act = actOf(event.key)
    if (!act) return
    event.preventDefault()
    act()
  }
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement)
              event.currentTarget.querySelector('input')?.focus()
          }}
          onEscapeKeyDown={(event) => {
            if (!inside) return
            event.preventDefault()
            enter(null)
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            // Going somewhere, the new page takes the keyboard.
            returnFocus(isLeaving.current ? null : opener)
          }}
          className="fixed top-[10vh] left-1/2 z-40 flex max-h-[min(560px,80dvh)] w-[min(640px,calc(100vw-32px))] -translate-x-1/2 animate-rise flex-col overflow-hidden rounded-card border border-line-strong bg-raised shadow-float outline-none max-md:inset-0 max-md:max-h-none max-md:w-full max-md:translate-x-0 max-md:rounded-none max-md:border-0"
        >
          <Radix.Title className="sr-only">Search or jump to</Radix.Title>
          <PaletteInput
            value={typed}
            inside={inside}
            scope={scope}
            listId={listId}
            activeId={current ? `${listId}-${at}` : undefined}
            onType={type}
            onOut={() => enter(null)}
            onKeyDown={onKeyDown}
          />
          <PaletteList
            id={listId}
            sections={sections}
            at={at}
            onHover={setCursor}
            onRun={run}
            onInto={enter}
            empty={q !== rest || search.isFetching ? 'Searching' : `Nothing is called “${rest}”`}
          />
          <PaletteFoot
            count={lines.length}
            hasMore={current?.more !== undefined}
            isInside={inside !== null}
            problems={hits ? (search.data?.problems ?? []) : []}
            error={q !== '' && search.isError ? search.error : null}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
