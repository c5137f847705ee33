'use client'

import { useState } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { type KeyName, listKeys } from '@/components/ui/use-keys'
import { pages } from './pages.ts'
import { useCommandKey } from './palette/use-command-key.ts'
import { keyCaps, shortcutWords } from './shortcut-words.ts'

/** Exactly the keys that do something on the page beneath. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  // Of the page as it was when this opened, not of the dialog over it.
  const [here] = useState(listKeys)
  const command = useCommandKey()
  const names = (Object.keys(shortcutWords) as KeyName[]).filter((name) => here.has(name))
  return (
    <Dialog open onClose={onClose} title="Shortcuts" description="What works on this page as it is now">
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2">
        <Line caps={[command]}>Search or jump to anything, and every act</Line>
        {names.map((name) => (
          <Line key={name} caps={[keyCaps[name] ?? name]}>
            {shortcutWords[name]}
          </Line>
        ))}
        {pages.map(({ key, label }) =>
          key ? (
            <Line key={label} caps={['g', key]}>
              {label}
            </Line>
          ) : null,
        )}
        <Line caps={['g', 'b']}>Choose a broker</Line>
      </dl>
    </Dialog>
  )
}

function Line({ caps, children }: { caps: readonly string[]; children: string }) {
  return (
    <div className="contents">
      <dt className="flex gap-1">
        {caps.map((cap) => (
          <kbd
            key={cap}
            className="h-5 whitespace-pre rounded-[4px] border border-line-strong px-1.5 font-mono text-[11.5px]"
          >
            {cap}
          </kbd>
        ))}
      </dt>
      <dd className="text-ink-2">{children}</dd>
    </div>
  )
}
