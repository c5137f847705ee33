'use client'

import { Dialog } from '@/components/ui/dialog'
import { useKeys } from '@/components/ui/use-keys'
import { useUrlState } from '@/components/ui/use-url-state'
import { closeShortcuts, openShortcuts, useShortcutsOpen } from './shortcuts-store.ts'

const shortcuts: readonly [string, string][] = [
  ['/', 'Filter the list'],
  ['j  k', 'Next and previous row, or message while one is open'],
  ['x', 'Select the row (shift-click selects a range)'],
  ['enter', 'Open the row'],
  ['esc', 'Close what is open'],
  ['r', 'Replay the selection, or the open message'],
  ['c', 'Copy a summary of the open message, or of the run'],
  ['z', 'Times in local or UTC'],
  ['?', 'This list'],
]

/** The keys that work everywhere, and the sheet that lists them. */
export function Shortcuts() {
  const open = useShortcutsOpen()
  const { get, set } = useUrlState()
  useKeys({
    '?': openShortcuts,
    z: () => set({ zone: get('zone') === 'utc' ? null : 'utc' }),
    '/': () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
  })
  return (
    <Dialog open={open} onClose={closeShortcuts} title="Shortcuts">
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2">
        {shortcuts.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="whitespace-pre rounded-[4px] border border-line-strong px-1.5 font-mono text-[11.5px]">
                {key}
              </kbd>
            </dt>
            <dd className="text-ink-2">{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
