import { clsx } from 'clsx'
import { Search } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { Key } from './button.tsx'

export const inputClass =
  'h-[30px] w-full min-w-0 rounded-control border border-line-strong bg-surface px-2.5 text-[13px] text-ink max-md:h-9 max-md:text-[16px]'

export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string
  hint?: ReactNode
  error?: string | undefined
  /** Draws the control with this id, so that the label belongs to it. */
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-[11.5px] font-[550] text-ink-2">
        {label}
      </label>
      {children(id)}
      {error ? <span className="text-[12px] text-crit-ink">{error}</span> : null}
      {hint && !error ? <span className="text-[12px] text-ink-3">{hint}</span> : null}
    </div>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={clsx(inputClass, className)} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(inputClass, 'pr-1.5', className)} />
}

export function FilterInput({
  label,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type'> & { label: string }) {
  return (
    <span className={clsx('relative block min-w-0', className)}>
      <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-3.5 text-ink-3" aria-hidden />
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        type="search"
        aria-label={label}
        data-filter=""
        className={clsx(inputClass, 'pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden')}
      />
      <span className="-translate-y-1/2 absolute top-1/2 right-2 text-ink-3">
        <Key>/</Key>
      </span>
    </span>
  )
}

/** Choices in one row, one of them taken. */
export function Choices({
  label,
  options,
  value,
  onChange,
  className,
}: {
  label: string
  className?: string
  options: readonly { id: string; label: ReactNode }[]
  /** Null: none of them. */
  value: string | null
  onChange: (id: string) => void
}) {
  return (
    <fieldset aria-label={label} className={clsx('flex flex-wrap gap-2', className)}>
      {options.map((option) => (
        <button
          key={option.id}
          type="button"
          aria-pressed={option.id === value}
          onClick={() => onChange(option.id)}
          className={clsx(
            'h-[30px] whitespace-nowrap rounded-control border px-2.5 text-[12px] font-[520] tabular-nums max-md:h-9',
            option.id === value
              ? 'border-accent bg-surface text-ink shadow-[inset_0_0_0_0.5px_var(--accent)]'
              : 'border-line-strong text-ink-2 hover:bg-sunken',
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
