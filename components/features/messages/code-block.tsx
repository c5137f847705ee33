import type { ReactNode } from 'react'

/** What a machine wrote, in a box that scrolls by itself and can be reached by keyboard to do so. */
export function CodeBlock({
  label,
  className = '',
  testId,
  children,
}: {
  label: string
  className?: string
  testId?: string
  children: ReactNode
}) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="overflow-auto rounded-control border bg-sunken p-3 font-mono text-[12px] leading-[18px] dark:bg-bg"
    >
      <pre data-testid={testId} className={`font-mono ${className}`}>
        {children}
      </pre>
    </section>
  )
}
