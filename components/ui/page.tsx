'use client'

import { clsx } from 'clsx'
import { createContext, Fragment, type ReactNode, useContext, useEffect } from 'react'
import { visibleText } from '@/lib/format/name'
import { isFocusLost, returnFocus } from './focus.ts'
import { AppLink } from './link.tsx'

/** What the shell puts on every page: the way to everything, the right end of the top bar, a line beneath it. */
export const ShellSlots = createContext<{ search: ReactNode; end: ReactNode; notice: ReactNode }>({
  search: null,
  end: null,
  notice: null,
})

export interface Crumb {
  readonly label: string
  readonly href?: string
  /** Stands for a name that is not known yet: the title the server gave stays. */
  readonly isPlaceholder?: boolean
}

let isFirst = true

interface PageProps {
  crumbs: readonly Crumb[]
  /** Inspects one thing beside the page: pushes it on a wide screen, covers it on a small one. */
  drawer?: ReactNode
  /** The page takes exactly the screen and its list scrolls by itself. */
  fill?: boolean
  children: ReactNode
}

/** Top bar, body, drawer: the frame every page stands in. */
export function Page({ crumbs, drawer, fill = false, children }: PageProps) {
  const { search, end, notice } = useContext(ShellSlots)
  const title = titleOf(crumbs)
  useEffect(() => {
    if (title) document.title = `${title} · Signalbox`
  }, [title])
  useEffect(() => {
    // A link that was followed is gone with its page: the keyboard goes on in the new one.
    if (!isFirst && isFocusLost()) returnFocus(null)
    isFirst = false
  }, [])
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-b bg-surface px-5 max-md:gap-2 max-md:px-4 dark:bg-bg">
        <Crumbs crumbs={crumbs} />
        {search}
        <div className="flex shrink-0 items-center gap-3">{end}</div>
      </header>
      {notice}
      <div className="flex min-h-0 flex-1">
        <main
          id="main"
          tabIndex={-1}
          className={clsx(
            'flex min-w-0 flex-1 flex-col gap-4 overflow-y-auto px-6 py-5 outline-none max-md:px-4 max-md:py-4',
            fill ? 'md:overflow-hidden max-md:[&>*]:shrink-0' : '[&>*]:shrink-0',
          )}
        >
          {children}
        </main>
        {drawer}
      </div>
    </div>
  )
}

/** What is open, then where: "orders.dlq · Shop RabbitMQ". */
function titleOf(crumbs: readonly Crumb[]): string | null {
  const last = crumbs.at(-1)
  if (!last || last.isPlaceholder) return null
  const [first] = crumbs
  return [last, ...(first && first !== last ? [first] : [])]
    .map(({ label }) => visibleText(label))
    .join(' · ')
}

function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Where you are" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-2 text-ink-2">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1
          return (
            <Fragment key={`${crumb.href ?? ''} ${crumb.label}`}>
              {index > 0 ? (
                <li aria-hidden className="text-ink-3 max-md:hidden">
                  /
                </li>
              ) : null}
              <li className={clsx('min-w-0 truncate', !last && 'max-w-60 shrink-0 max-md:hidden')}>
                {last || !crumb.href ? (
                  <span
                    aria-current={last ? 'page' : undefined}
                    className={last ? 'font-[600] text-ink' : undefined}
                  >
                    {visibleText(crumb.label)}
                  </span>
                ) : (
                  <AppLink href={crumb.href} className="rounded-[3px] hover:text-ink">
                    {visibleText(crumb.label)}
                  </AppLink>
                )}
              </li>
            </Fragment>
          )
        })}
      </ol>
    </nav>
  )
}

/** A page's title row: state, name, tags, then its acts. */
export function PageTitle({ children, acts }: { children: ReactNode; acts?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1 max-md:min-w-[55%]">
        {children}
      </div>
      {acts ? (
        <div className="flex shrink-0 items-center gap-2 max-md:max-w-full max-md:flex-wrap">{acts}</div>
      ) : null}
    </div>
  )
}

export const titleClass = 'min-w-0 text-[18px] font-[650] leading-7 tracking-[-0.01em]'
