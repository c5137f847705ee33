'use client'

import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { isShown, useColumnLayout } from './column-layout.ts'
import { ColumnsButton } from './columns-button.tsx'
import type { Column } from './data-table.tsx'

const item =
  'flex h-8 cursor-default items-center gap-2 rounded-tag px-2 text-[13px] outline-none data-[disabled]:text-ink-3 data-[highlighted]:bg-sunken'

export interface ColumnsMenuProps {
  readonly table: string
  readonly columns: readonly Omit<Column<never>, 'cell'>[]
}

/** The menu, open from the start: it is loaded by being asked for. */
export function ColumnsMenuList({ table, columns }: ColumnsMenuProps) {
  const { layout, setShown, reset } = useColumnLayout(table)
  const isChanged = Object.keys(layout.shown).length > 0 || Object.keys(layout.widths).length > 0
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <ColumnsButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={5}
          collisionPadding={8}
          className="z-50 min-w-48 animate-fade rounded-control border border-line-strong bg-raised p-1 shadow-float"
        >
          {columns.map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              className={item}
              checked={isShown(column, layout)}
              disabled={column.width === undefined}
              onCheckedChange={(on) => setShown(column.id, on)}
              // Several are usually changed at once.
              onSelect={(event) => event.preventDefault()}
            >
              <span className="flex w-4 justify-center">
                <DropdownMenu.ItemIndicator>
                  <Check className="size-3.5 text-accent-ink" aria-hidden />
                </DropdownMenu.ItemIndicator>
              </span>
              {typeof column.header === 'string' ? column.header : column.id}
            </DropdownMenu.CheckboxItem>
          ))}
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={item} disabled={!isChanged} onSelect={reset}>
            <span className="w-4" />
            Back to how it was
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
