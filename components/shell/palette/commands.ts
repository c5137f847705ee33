import {
  CircleHelp,
  Clock,
  HeartCrack,
  HeartPulse,
  LogOut,
  Pause,
  Play,
  Plug,
  Server,
  SunMoon,
} from 'lucide-react'
import { levelOf, stateWord } from '@/components/features/brokers'
import { useZone, useZoneToggle } from '@/components/ui/time'
import { brokerPath } from '@/lib/format/paths'
import { useBrokers, usePlaySandbox, useSandbox } from '@/lib/queries/brokers'
import { setPaused, useLiveState } from '@/lib/queries/live-state'
import { signOut } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import { pages } from '../pages.ts'
import { openShortcuts } from '../shortcuts-store.ts'
import { useTheme } from '../use-theme.ts'
import type { Entry } from './entry.ts'

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const
const themeWords = { system: 'as this machine', light: 'light', dark: 'dark' } as const

/** Everything that can be gone to or done from anywhere, whatever is open. */
export function useCommands(go: (path: string) => void): readonly Entry[] {
  const live = useLiveState()
  const zone = useZone()
  const toggleZone = useZoneToggle()
  const { choice, setChoice } = useTheme()
  const brokers = useBrokers()
  const playable = (brokers.data ?? []).find((broker) => broker.abilities.sandbox?.level === 'full')
  const worker = useWorkerEntry(playable)
  const paused = live.state === 'paused'
  const theme = nextTheme[choice]
  return [
    ...pages.map(
      ({ href, label, icon, key }): Entry => ({
        id: `page ${href}`,
        section: 'Pages',
        icon,
        label,
        cap: key ? `g ${key}` : undefined,
        words: 'go to page',
        run: () => go(href),
      }),
    ),
    ...(brokers.data ?? []).map((broker) => brokerEntry(broker, go)),
    ...worker,
    {
      id: 'live',
      section: 'Acts',
      icon: paused ? Play : Pause,
      label: paused ? 'Resume live updates' : 'Pause live updates',
      run: () => setPaused(!paused),
    },
    {
      id: 'zone',
      section: 'Acts',
      icon: Clock,
      label: zone === 'utc' ? 'Show times in local time' : 'Show times in UTC',
      words: 'zone toggle',
      cap: 'z',
      run: toggleZone,
    },
    {
      id: 'theme',
      section: 'Acts',
      icon: SunMoon,
      label: `Theme: ${themeWords[theme]}`,
      hint: `now ${themeWords[choice]}`,
      words: 'toggle dark light',
      run: () => setChoice(theme),
    },
    {
      id: 'shortcuts',
      section: 'Acts',
      icon: CircleHelp,
      label: 'Shortcuts',
      words: 'keyboard help',
      cap: '?',
      run: openShortcuts,
    },
    {
      id: 'sign-out',
      section: 'Acts',
      icon: LogOut,
      label: 'Sign out',
      words: 'log out leave',
      run: async () => {
        await signOut()
        window.location.assign('/sign-in')
      },
    },
  ]
}

function brokerEntry(broker: Broker, go: (path: string) => void): Entry {
  return {
    id: `broker ${broker.id} ${broker.id} open`,
    section: 'Brokers',
    icon: broker.state === 'found' ? Plug : Server,
    label: broker.label,
    hint: levelOf(broker) === 'ok' ? broker.product : `${broker.product} · ${stateWord(broker)}`,
    environment: broker.state === 'found' ? undefined : broker.environment,
    words: broker.id,
    run: () => go(brokerPath(broker.id)),
  }
}

/** Breaks or heals the worker of a broker that has one. */
function useWorkerEntry(broker: Broker | undefined): readonly Entry[] {
  const state = useSandbox(broker?.id ?? '', broker !== undefined)
  const play = usePlaySandbox(broker?.id ?? '')
  if (!broker || !state.data) return []
  const isBroken = state.data.workerBroken
  return [
    {
      id: 'worker',
      section: 'Acts',
      icon: isBroken ? HeartPulse : HeartCrack,
      label: isBroken ? 'Heal the worker' : 'Break the worker',
      hint: `${broker.label} · ${isBroken ? 'it is broken' : 'it is healthy'}`,
      words: 'sandbox',
      run: () => play.mutate(isBroken ? 'heal' : 'break'),
    },
  ]
}
