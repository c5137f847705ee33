'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { IconButton } from './button.tsx'
import { focusedElement, returnFocus } from './focus.ts'

interface FloatProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** One sentence for screen readers and eyes alike. */
  description?: ReactNode
  children: ReactNode
  foot?: ReactNode
}

/** A centred dialog; on a small screen a sheet from below. */
export function Dialog(props: FloatProps) {
  return (
    <Float
      {...props}
      className="top-[12vh] left-1/2 max-h-[76vh] w-[min(520px,calc(100vw-32px))] -translate-x-1/2 animate-rise rounded-card border max-md:top-auto max-md:bottom-0 max-md:left-0 max-md:max-h-[92dvh] max-md:w-full max-md:translate-x-0 max-md:rounded-b-none"
    />
  )
}

/** A full-height sheet from the right. */
export function Sheet(props: FloatProps) {
  return (
    <Float
      {...props}
      className="inset-y-0 right-0 w-[min(620px,100vw)] animate-slide border-l max-md:inset-0 max-md:w-full max-md:border-l-0"
    />
  )
}

function Float({
  open,
  onClose,
  title,
  description,
  children,
  foot,
  className,
}: FloatProps & { className: string }) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <FloatBox className={className} described={Boolean(description)}>
          <div className="flex items-start gap-3 border-b px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-[15px] font-[640]">{title}</Radix.Title>
              {description ? (
                <Radix.Description asChild>
                  <div className="text-ink-2">{description}</div>
                </Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {foot ? (
            <div className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">{foot}</div>
          ) : null}
        </FloatBox>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Takes the keyboard when it opens, and gives it back to what had it. */
function FloatBox({
  className,
  described,
  children,
}: {
  className: string
  described: boolean
  children: ReactNode
}) {
  // While it is drawn first the opener still has the focus; a field of its own may have it a moment later.
  const [opener] = useState(focusedElement)
  return (
    <Radix.Content
      className={`fixed z-40 flex flex-col border-line-strong bg-raised shadow-float outline-none ${className}`}
      onOpenAutoFocus={(event) => {
        // Not the close button, whose name would pop up; a field that asks for the focus has it already.
        event.preventDefault()
        const box = event.currentTarget
        if (box instanceof HTMLElement && !box.contains(document.activeElement)) box.focus()
      }}
      onCloseAutoFocus={(event) => {
        event.preventDefault()
        returnFocus(opener)
      }}
      {...(described ? {} : { 'aria-describedby': undefined })}
    >
      {children}
    </Radix.Content>
  )
}
