'use client'

import { ChevronLeft, Search, X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { KeyboardEvent } from 'react'
import { IconButton } from '@/components/ui/button'
import { visibleText } from '@/lib/format/name'
import type { Entry } from './entry.ts'
import type { PaletteScope } from './palette-store.ts'

export function PaletteInput({
  value,
  inside,
  scope,
  listId,
  activeId,
  onType,
  onOut,
  onKeyDown,
}: {
  value: string
  inside: Entry | null
  scope: PaletteScope
  listId: string
  activeId: string | undefined
  onType: (typed: string) => void
  onOut: () => void
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void
}) {
  const asks = inside
    ? `What to do with ${visibleText(inside.label)}`
    : scope === 'brokers'
      ? 'Choose a broker'
      : 'A page, a name, an id, or what to do'
  return (
    <div className="flex shrink-0 items-center gap-2 border-b px-3.5 focus-within:shadow-[inset_0_-2px_0_var(--accent)]">
      {inside ? (
        <IconButton label="Back to what was found" onClick={onOut}>
          <ChevronLeft aria-hidden />
        </IconButton>
      ) : (
        <Search className="size-4 shrink-0 text-ink-3" aria-hidden />
      )}
      <input
        type="text"
        role="combobox"
        aria-label={asks}
        aria-expanded={activeId !== undefined}
        aria-controls={activeId === undefined ? undefined : listId}
        aria-activedescendant={activeId}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="go"
        placeholder={asks}
        value={value}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-12 min-w-0 flex-1 bg-transparent text-[14.5px] outline-none max-md:text-[16px]"
      />
      <Radix.Close asChild>
        <IconButton label="Close" className="md:hidden">
          <X aria-hidden />
        </IconButton>
      </Radix.Close>
    </div>
  )
}
