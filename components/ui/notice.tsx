import { CircleAlert, Info, Lock, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

/** Nothing to list: what that means, and the next step. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center justify-center gap-1.5 px-6 py-14 text-center">
      <p className="text-[14px] font-[600]">{title}</p>
      {children ? <div className="max-w-[56ch] text-ink-2">{children}</div> : null}
    </div>
  )
}

/** What was tried, the broker's own words, and another try. */
export function Failed({
  what,
  words,
  onRetry,
  forbidden = false,
}: {
  what: string
  words: string
  onRetry?: (() => void) | undefined
  forbidden?: boolean
}) {
  const Icon = forbidden ? Lock : CircleAlert
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <Icon className={forbidden ? 'size-5 text-ink-3' : 'size-5 text-crit'} aria-hidden />
      <p className="text-[14px] font-[600]">{what}</p>
      <p className="max-w-[64ch] break-words font-mono text-[12px] text-ink-2">{words}</p>
      {forbidden ? (
        <p className="max-w-[64ch] text-ink-2">
          Whoever runs this console grants its permissions; a right at the broker is granted by its own
          administrator.
        </p>
      ) : null}
      {onRetry ? (
        <Button onClick={onRetry} className="mt-1">
          <RotateCw className="size-3.5" aria-hidden />
          Try again
        </Button>
      ) : null}
    </div>
  )
}

/** A line above a list: what the reader should know before trusting it. */
export function Note({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'warn' | 'crit'
  children: ReactNode
}) {
  const look =
    tone === 'crit'
      ? 'rounded-control bg-crit-wash px-3 py-2 text-crit-ink'
      : tone === 'warn'
        ? 'rounded-control bg-warn-wash px-3 py-2 text-warn-ink'
        : 'text-ink-3'
  return (
    <div className={`flex items-start gap-2 ${look}`}>
      <Info className="mt-[3px] size-3.5 shrink-0" aria-hidden />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  )
}

const widths = [24, 31, 18, 27, 21, 34, 19, 29, 23, 32, 20, 26]

/** Keeps the layout while a list loads: rows of the right height, nothing that moves. */
export function LoadingRows({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div role="status" className="flex flex-col">
      <span className="sr-only">{label}</span>
      {widths.slice(0, rows).map((width) => (
        <div key={width} className="flex h-8 items-center gap-6 border-b px-3.5 last:border-b-0">
          <span className="h-2.5 rounded-full bg-line" style={{ width: `${width}%` }} />
          <span className="h-2.5 w-[9%] rounded-full bg-line" />
          <span className="ml-auto h-2.5 w-[7%] rounded-full bg-line" />
        </div>
      ))}
    </div>
  )
}
