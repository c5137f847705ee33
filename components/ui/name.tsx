import { clsx } from 'clsx'
import { splitName, visibleText } from '@/lib/format/name'

/** A machine's name on one line: cut in the middle, its last 24 characters kept; the namespace as a dim prefix. */
export function Name({
  name,
  namespace,
  mono = false,
  className,
}: {
  name: string
  namespace?: string | undefined
  mono?: boolean
  className?: string
}) {
  const { head, tail } = splitName(name)
  const prefix = namespace && namespace !== '/' && namespace !== '0' ? `${visibleText(namespace)} / ` : ''
  return (
    <bdi
      title={visibleText(name)}
      className={clsx('inline-flex min-w-0 max-w-full align-bottom', mono && 'font-mono', className)}
    >
      {prefix ? (
        <span className="min-w-0 shrink-[4] truncate whitespace-pre text-ink-3">{prefix}</span>
      ) : null}
      {head ? (
        <>
          {/* Two flex items would be read as two words. */}
          <span className="sr-only select-none">{head + tail}</span>
          <span aria-hidden className="min-w-[2.5ch] shrink-[1000] truncate whitespace-pre">
            {head}
          </span>
        </>
      ) : null}
      <span aria-hidden={head ? true : undefined} className="min-w-0 truncate whitespace-pre">
        {tail || '(empty name)'}
      </span>
    </bdi>
  )
}
