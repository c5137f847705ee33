import {
  ArchiveRestore,
  GitCompareArrows,
  LayoutDashboard,
  type LucideIcon,
  MailX,
  Plus,
  RotateCcw,
  ScrollText,
  Settings,
} from 'lucide-react'
import { addBrokerPath, comparePath } from '@/lib/format/paths'

export interface ShellPage {
  readonly href: string
  readonly label: string
  readonly icon: LucideIcon
  /** Pressed after `g`. */
  readonly key?: string
  /** In the rail above the brokers, or only in the palette. */
  readonly place: 'rail' | 'palette'
}

/** Every page with an address of its own: the rail, the palette, `g` and the sheet of shortcuts read this. */
export const pages: readonly ShellPage[] = [
  { href: '/', label: 'Overview', icon: LayoutDashboard, key: 'o', place: 'rail' },
  { href: '/dead-letters', label: 'Dead letters', icon: MailX, key: 'd', place: 'rail' },
  { href: '/replays', label: 'Replays', icon: RotateCcw, key: 'r', place: 'rail' },
  { href: '/backups', label: 'Backups', icon: ArchiveRestore, key: 'k', place: 'rail' },
  { href: '/audit', label: 'Audit', icon: ScrollText, key: 'a', place: 'rail' },
  { href: comparePath(), label: 'Compare', icon: GitCompareArrows, key: 'c', place: 'palette' },
  { href: addBrokerPath(), label: 'Add a broker', icon: Plus, place: 'palette' },
  { href: '/settings', label: 'Settings', icon: Settings, key: 's', place: 'palette' },
]

export function isOn(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)
}
