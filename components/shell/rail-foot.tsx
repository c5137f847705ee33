'use client'

import { CircleHelp, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { Key } from '@/components/ui/button'
import { AppLink } from '@/components/ui/link'
import { signOut } from '@/lib/queries/session'
import { openShortcuts } from './shortcuts-store.ts'
import { type ThemeChoice, useTheme } from './use-theme.ts'

const next: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' }
const words: Record<ThemeChoice, string> = {
  system: 'Theme: as this machine',
  light: 'Theme: light',
  dark: 'Theme: dark',
}
const icons = { system: Monitor, light: Sun, dark: Moon }
const row =
  'flex h-[30px] w-full items-center gap-2.5 rounded-control px-2 font-[550] text-ink-2 hover:bg-surface hover:text-ink max-md:h-11'

export function RailFoot() {
  const { choice, setChoice } = useTheme()
  const path = usePathname()
  const Icon = icons[choice]
  return (
    <div className="flex flex-col gap-px px-2 py-2.5">
      <AppLink href="/settings" aria-current={path === '/settings' ? 'page' : undefined} className={row}>
        <Settings className="size-4" aria-hidden />
        Settings
      </AppLink>
      <button type="button" className={row} onClick={() => setChoice(next[choice])}>
        <Icon className="size-4" aria-hidden />
        {words[choice]}
      </button>
      <button type="button" className={`${row} max-md:hidden`} onClick={openShortcuts}>
        <CircleHelp className="size-4" aria-hidden />
        Shortcuts
        <span className="ml-auto">
          <Key>?</Key>
        </span>
      </button>
      <button
        type="button"
        className={row}
        onClick={async () => {
          await signOut()
          window.location.assign('/sign-in')
        }}
      >
        <LogOut className="size-4" aria-hidden />
        Sign out
      </button>
    </div>
  )
}
