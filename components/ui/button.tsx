import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { Tip } from './tip.tsx'

type Look = 'plain' | 'primary' | 'danger' | 'ghost' | 'quiet-danger'

const looks: Record<Look, string> = {
  plain: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  primary: 'border border-transparent bg-accent text-on-accent hover:brightness-108',
  danger: 'border border-transparent bg-crit text-on-crit hover:brightness-108',
  'quiet-danger': 'border border-line-strong bg-surface text-crit-ink hover:bg-crit-wash',
  ghost: 'border border-transparent text-ink-2 hover:bg-sunken hover:text-ink',
}

export const controlClass =
  'inline-flex h-[30px] shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-control px-3 font-[550] text-[13px] transition-colors duration-[120ms] max-md:h-9'

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  look?: Look
  /** Why it cannot be pressed: disables the button and is said on hover and to screen readers. */
  blocked?: string | null | undefined
  busy?: boolean
  keyHint?: string
}

export function Button({
  look = 'plain',
  blocked,
  busy = false,
  keyHint,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const off = Boolean(blocked) || busy
  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (off) event.preventDefault()
        else onClick?.(event)
      }}
      className={clsx(controlClass, looks[look], off && 'cursor-not-allowed! opacity-55', className)}
    >
      {children}
      {keyHint ? <Key>{keyHint}</Key> : null}
    </button>
  )
  return blocked ? <Tip text={blocked}>{button}</Tip> : button
}

interface IconButtonProps extends ComponentProps<'button'> {
  label: string
}

/** A button that is only an icon: its name is said to screen readers and on hover. */
export function IconButton({ label, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tip text={label}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={clsx(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-2 transition-colors duration-[120ms] hover:bg-sunken hover:text-ink max-md:size-9 [&_svg]:size-4',
          className,
        )}
      />
    </Tip>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-[4px] border border-current/30 px-1 font-mono text-[10.5px] leading-4 max-md:hidden">
      {children}
    </kbd>
  )
}
