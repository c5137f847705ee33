import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export type Tone = 'crit' | 'warn' | 'ok' | 'neutral' | 'accent'

const tones: Record<Tone, string> = {
  crit: 'bg-crit-wash text-crit-ink',
  warn: 'bg-warn-wash text-warn-ink',
  ok: 'bg-ok-wash text-ok-ink',
  neutral: 'bg-line text-ink-2',
  accent: 'bg-accent-wash text-accent-ink',
}

export function Pill({
  tone = 'neutral',
  title,
  children,
}: {
  tone?: Tone
  title?: string | undefined
  children: ReactNode
}) {
  return (
    <span
      title={title}
      className={clsx(
        'inline-flex max-w-full items-center gap-1 truncate rounded-full px-2 text-[11.5px] font-[560] leading-[18px]',
        tones[tone],
      )}
    >
      {children}
    </span>
  )
}

/** A bordered word beside a title: a type, a setting, where it belongs. */
export function Chip({ tone, children }: { tone?: 'crit' | undefined; children: ReactNode }) {
  return (
    <span
      className={clsx(
        'inline-flex h-6 max-w-full items-center gap-1.5 truncate rounded-tag border px-2 text-[12px]',
        tone === 'crit' ? 'border-crit-ink/40 bg-crit-wash text-crit-ink' : 'border-line-strong text-ink-2',
      )}
    >
      {children}
    </span>
  )
}
