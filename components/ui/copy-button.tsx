'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { useKeys } from './use-keys.ts'

/** Copies text. The clipboard API is missing on plain http with a foreign name: then a hidden textarea does it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by the browser's permissions: the textarea below still works.
  }
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}

export function CopyButton({
  text,
  label,
  compact = false,
  shortcut,
}: {
  /** The text, or how to make it: a function is asked when the button is pressed. */
  text: string | (() => string)
  label: string
  compact?: boolean
  /** A single key that copies as well. */
  shortcut?: string
}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    if (!(await copyText(typeof text === 'string' ? text : text()))) return
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  useKeys(shortcut ? { [shortcut]: () => void copy() } : {}, shortcut !== undefined)
  const Icon = copied ? Check : Copy
  if (compact)
    return (
      <IconButton label={copied ? 'Copied' : label} onClick={copy}>
        <Icon aria-hidden />
      </IconButton>
    )
  return (
    <Button onClick={copy} {...(shortcut ? { keyHint: shortcut } : {})}>
      <Icon className="size-3.5" aria-hidden />
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  )
}
