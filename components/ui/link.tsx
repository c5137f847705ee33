import type { Route } from 'next'
import Link from 'next/link'
import type { ComponentProps } from 'react'

interface AppLinkProps extends Omit<ComponentProps<typeof Link>, 'href'> {
  href: string
}

/** A link inside the console. Paths come from lib/format/paths, so the one cast to a typed route is here. */
export function AppLink({ href, prefetch = false, ...rest }: AppLinkProps) {
  return <Link {...rest} prefetch={prefetch} href={href as Route} />
}
