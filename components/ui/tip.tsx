'use client'

import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'

/** A short explanation on hover and focus; the trigger must be focusable to be reachable by keyboard. */
export function Tip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Tooltip.Root delayDuration={250}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={5}
          collisionPadding={8}
          className="z-50 max-w-80 animate-fade break-words rounded-tag border border-line-strong bg-raised px-2 py-1 text-[12px] text-ink shadow-float"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
