import { clsx } from 'clsx'
import { Search } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useRef, useState } from 'react'
import { Key } from './button.tsx'
import { useKeys } from './use-keys.ts'

export const inputClass =
  'h-[30px] w-full min-w-0 rounded-control border border-control bg-surface px-2.5 text-[13px] text-ink max-md:h-9 max-md:text-[16px]'

export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string
  hint?: ReactNode
  error?: string | undefined
  /** Draws the control with this id, so that the label belongs to it; hint or error stand under `<id>-note`. */
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-[11.5px] font-[550] text-ink-2">
        {label}
      </label>
      {children(id)}
      {error ? (
        <span id={`${id}-note`} role="alert" className="text-[12px] text-crit-ink">
          {error}
        </span>
      ) : null}
      {hint && !error ? (
        <span id={`${id}-note`} className="text-[12px] text-ink-3">
          {hint}
        </span>
      ) : null}
    </div>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={clsx(inputClass, className)} />
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={clsx(inputClass, 'h-auto! py-[5px] leading-5', className)}
    />
  )
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(inputClass, 'pr-1.5', className)} />
}

export function FilterInput({
  label,
  className,
  value,
  onChange,
  onBlur,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'ref' | 'value'> & { label: string; value: string }) {
  const field = useRef<HTMLInputElement>(null)
  // What is being typed is drawn at once: the address, where it is kept, follows a moment later, and a fast
  // hand would lose letters to it.
  const [typed, setTyped] = useState<string | null>(null)
  useKeys({ '/': () => field.current?.focus() })
  return (
    <span className={clsx('relative block min-w-0', className)}>
      <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-3.5 text-ink-3" aria-hidden />
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        ref={field}
        value={typed ?? value}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange?.(event)
        }}
        onBlur={(event) => {
          setTyped(null)
          onBlur?.(event)
        }}
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
              : 'border-control text-ink-2 hover:bg-sunken',
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
