'use client'

import { useState } from 'react'
import { copyText } from './copy-button.tsx'

/** Copies a row's name; in sight while the row is pointed at or has the focus, and only then in the tab order. */
export function CopyName({ name }: { name: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <button
      type="button"
      title={copied ? 'Copied' : 'Copy the name'}
      aria-label={copied ? 'Copied' : `Copy ${name}`}
      onClick={async () => {
        if (!(await copyText(name))) return
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      }}
      className="invisible shrink-0 rounded-[3px] text-ink-3 hover:text-ink group-focus-within:visible group-hover:visible max-md:hidden"
    >
      {copied ? done : copy}
    </button>
  )
}

// Drawn once for all rows: a long list makes and drops many of these while it is scrolled.
const copy = draw('M9 9h11v11H9zM5 15H4V4h11v1')
const done = draw('M20 6 9 17l-5-5')

function draw(path: string) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="size-3.5 fill-none stroke-2 stroke-current">
      <path d={path} />
    </svg>
  )
}
