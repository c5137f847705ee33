import { clsx } from 'clsx'

export type Level = 'ok' | 'warn' | 'crit' | 'unknown'

const words: Record<Level, string> = {
  ok: 'ok',
  warn: 'warning',
  crit: 'critical',
  unknown: 'unknown',
}

/** State as a shape and a word besides its colour: disc, triangle, diamond, hollow ring. An empty label: the word stands beside it. */
export function StateMark({ level, label, className }: { level: Level; label?: string; className?: string }) {
  const text = label || words[level]
  return (
    <svg
      viewBox="0 0 10 10"
      role="img"
      aria-label={text}
      aria-hidden={label === '' || undefined}
      className={clsx('state-mark size-2.5 shrink-0', className)}
    >
      <title>{text}</title>
      {level === 'ok' && <circle cx="5" cy="5" r="4" className="fill-ok" />}
      {level === 'warn' && <path d="M5 .6 9.6 9H.4Z" className="fill-warn" />}
      {level === 'crit' && <path d="M5 0 10 5 5 10 0 5Z" className="fill-crit" />}
      {level === 'unknown' && (
        <circle cx="5" cy="5" r="3.2" className="fill-none stroke-unknown" strokeWidth="1.7" />
      )}
    </svg>
  )
}
