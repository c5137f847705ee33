'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { ColumnsButton } from './columns-button.tsx'
import type { ColumnsMenuProps } from './columns-menu-list.tsx'

const load = () => import('./columns-menu-list.tsx')

// A menu is 25 kB, and most visits never open it: no list pays for it.
const List = dynamic(() => load().then((file) => file.ColumnsMenuList), {
  ssr: false,
  loading: () => <ColumnsButton />,
})

/** Which columns a table shows. The one that names the row always stays; widths are changed at the edges of the head. */
export function ColumnsMenu(props: ColumnsMenuProps) {
  const [isAsked, setAsked] = useState(false)
  if (isAsked) return <List {...props} />
  const loadEarly = () => void load().catch(() => undefined)
  return (
    <ColumnsButton
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={loadEarly}
      onFocus={loadEarly}
      onClick={() => setAsked(true)}
    />
  )
}
