import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return <section className={clsx('rounded-card border bg-surface', className)}>{children}</section>
}

export function CardHead({
  title,
  hint,
  children,
}: {
  title: ReactNode
  hint?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1 border-b px-3.5 py-1.5">
      <h2 className="font-[620] text-[13px]">{title}</h2>
      {hint ? <span className="text-ink-3">{hint}</span> : null}
      <span className="ml-auto flex items-center gap-2">{children}</span>
    </header>
  )
}

/** A number with its label above, in a row divided by hairlines. */
export function Fact({
  label,
  children,
  hint,
}: {
  label: string
  children: ReactNode
  hint?: string | undefined
}) {
  return (
    <div className="min-w-0 border-l pl-5 first:border-l-0 first:pl-0" title={hint}>
      <dt className="truncate text-[11.5px] text-ink-3">{label}</dt>
      <dd className="truncate text-[17px] font-[620] leading-6">{children}</dd>
    </div>
  )
}

export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-3 max-md:grid max-md:grid-cols-3 max-md:gap-x-3 max-md:[&>div]:border-l-0 max-md:[&>div]:pl-0">
      {children}
    </dl>
  )
}
